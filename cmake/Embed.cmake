# jw_embed(TARGET NAME FILE): compile the bytes of FILE into TARGET as
# `const unsigned char jw_embedded_NAME[]` and `const size_t jw_embedded_NAME_bytes`.
function(jw_embed target name file)
  cmake_path(ABSOLUTE_PATH file)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded_${name}.c)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DINPUT=${file} -DOUTPUT=${output} -P
            ${PROJECT_SOURCE_DIR}/cmake/EmbedFile.cmake
    DEPENDS ${file} ${PROJECT_SOURCE_DIR}/cmake/EmbedFile.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()

# jw_embed_script(TARGET NAME FOLDER MODULE...): put JavaScript modules of FOLDER into one
# script, in this order, and compile it in as jw_embed() does.
function(jw_embed_script target name folder)
  set(modules ${ARGN})
  list(TRANSFORM modules PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${name}.js)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -P ${PROJECT_SOURCE_DIR}/cmake/JoinModules.cmake --
            ${modules}
    DEPENDS ${modules} ${PROJECT_SOURCE_DIR}/cmake/JoinModules.cmake
    VERBATIM)
  jw_embed(${target} ${name} ${output})
endfunction()
