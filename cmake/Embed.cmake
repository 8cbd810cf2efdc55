# jw_embed(TARGET NAME FILE): compile the bytes of FILE into TARGET as
# `const unsigned char jw_embedded_NAME[]` and `const size_t jw_embedded_NAME_bytes`.
function(jw_embed target name file)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded_${name}.c)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DINPUT=${CMAKE_CURRENT_SOURCE_DIR}/${file}
            -DOUTPUT=${output} -P ${PROJECT_SOURCE_DIR}/cmake/EmbedFile.cmake
    DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${file} ${PROJECT_SOURCE_DIR}/cmake/EmbedFile.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
