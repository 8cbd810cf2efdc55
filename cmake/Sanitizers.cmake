# JW_SANITIZE: a list for -fsanitize= ("address,undefined", "thread").
set(JW_SANITIZE "" CACHE STRING "Sanitizers to build with")
option(JW_COVERAGE "Measure line coverage (gcov)" OFF)
option(JW_FUZZ "Build the libFuzzer targets (clang)" OFF)

if(JW_SANITIZE)
  target_compile_options(jw_options INTERFACE -fsanitize=${JW_SANITIZE} -fno-omit-frame-pointer
                                              -fno-sanitize-recover=all)
  target_link_options(jw_options INTERFACE -fsanitize=${JW_SANITIZE})
endif()
if(JW_COVERAGE)
  target_compile_options(jw_options INTERFACE --coverage)
  target_link_options(jw_options INTERFACE --coverage)
  add_custom_target(
    coverage
    COMMAND ${CMAKE_SOURCE_DIR}/tests/tools/coverage.py ${CMAKE_BINARY_DIR}
    COMMENT "Lines that the tests have run"
    USES_TERMINAL VERBATIM)
endif()
if(JW_FUZZ)
  target_compile_options(jw_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
