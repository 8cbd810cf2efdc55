# Run by jw_embed_script(): the modules named after "--" become one script OUTPUT, which any
# <script> can load: import statements go, since what they name stands above; "export" goes;
# a function around all keeps the names in. Modules import whole names (no "as", no default).
set(script "/* Jianwen. Licence: MIT. */\n(() => {\n\"use strict\";\n")
set(found FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
  if(found)
    file(READ "${CMAKE_ARGV${i}}" text)
    set(text "\n${text}")
    string(REGEX REPLACE "\nimport [^;]*;" "" text "${text}")
    string(REGEX REPLACE "\nexport " "\n" text "${text}")
    string(APPEND script "${text}")
  elseif("${CMAKE_ARGV${i}}" STREQUAL "--")
    set(found TRUE)
  endif()
endforeach()
string(APPEND script "})();\n")
file(WRITE "${OUTPUT}" "${script}")
