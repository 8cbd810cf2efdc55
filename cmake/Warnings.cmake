# What the compiler is asked to say.  JW_DEVELOPER makes it an error.
option(JW_DEVELOPER "Treat warnings as errors" OFF)

add_library(jw_options INTERFACE)
target_compile_options(
  jw_options
  INTERFACE -Wall
            -Wextra
            -Wshadow
            -Wformat=2
            -Wundef
            -Wswitch-enum
            -Wvla
            -Wpointer-arith
            -Wcast-align
            -Wwrite-strings
            $<$<COMPILE_LANGUAGE:C>:-Wconversion>
            $<$<COMPILE_LANGUAGE:C>:-Wno-sign-conversion>
            $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>
            $<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>
            $<$<COMPILE_LANGUAGE:C>:-Wold-style-definition>
            $<$<COMPILE_LANGUAGE:C>:-Wpedantic>
            -fvisibility=hidden
            -fno-strict-aliasing
            -fstack-protector-strong
            $<$<BOOL:${JW_DEVELOPER}>:-Werror>)
target_compile_definitions(jw_options INTERFACE _GNU_SOURCE _FILE_OFFSET_BITS=64)
target_include_directories(jw_options INTERFACE ${PROJECT_SOURCE_DIR}/include)
