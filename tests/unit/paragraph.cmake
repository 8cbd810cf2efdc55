jw_add_unit(paragraph_qijiang jw_paragraph PkgConfig::CJSON)
add_executable(jw_paragraphs_tool tools/paragraphs.c)
target_link_libraries(jw_paragraphs_tool PRIVATE jw_paragraph)
