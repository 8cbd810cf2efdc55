# What must hold for any text, shared by a unit test, a fuzz target and a tool.
add_library(jw_paragraph_kit STATIC support/paragraph_checks.c)
target_link_libraries(jw_paragraph_kit PUBLIC jw_test_support jw_paragraph)

jw_add_unit(paragraph_any jw_paragraph_kit)
jw_add_unit(paragraph_pages jw_paragraph_kit)
jw_add_unit(paragraph_rules jw_paragraph_kit)
jw_add_unit(paragraph_qijiang jw_paragraph PkgConfig::CJSON)
add_executable(jw_paragraphs_tool tools/paragraphs.c)
target_link_libraries(jw_paragraphs_tool PRIVATE jw_paragraph)
add_executable(jw_paragraphs_check tools/paragraphs_check.c)
target_link_libraries(jw_paragraphs_check PRIVATE jw_paragraph_kit PkgConfig::CJSON)

# Over the corpus that projects beside this one share, when it is there.
find_program(ZSTDCAT zstdcat)
set(corpus ${PROJECT_SOURCE_DIR}/../shared/corpus/articles.jsonl.zst)
if(ZSTDCAT AND EXISTS ${corpus})
  add_test(NAME paragraph_corpus COMMAND sh -c "\"$1\" -q \"$2\" | \"$3\"" sh ${ZSTDCAT} ${corpus}
                                         $<TARGET_FILE:jw_paragraphs_check>)
else()
  add_test(NAME paragraph_corpus COMMAND ${CMAKE_COMMAND} -E echo "skipped: no ../shared/corpus")
endif()
set_tests_properties(paragraph_corpus PROPERTIES LABELS nightly TIMEOUT 7200)

# Over its pages too, which takes a second.
file(GLOB pages ${PROJECT_SOURCE_DIR}/../shared/pages/*/*.txt
     ${PROJECT_SOURCE_DIR}/../shared/article/*.txt)
if(pages)
  add_test(NAME paragraph_shared COMMAND jw_paragraphs_check ${pages})
else()
  add_test(NAME paragraph_shared COMMAND ${CMAKE_COMMAND} -E echo "skipped: no ../shared/pages")
endif()
set_tests_properties(paragraph_shared PROPERTIES LABELS unit TIMEOUT 600)
