#!/bin/sh
# headers.sh SOURCE_DIR CC CXX : each public header compiles alone, as C11 and C++17.
set -eu
source=$1 cc=$2 cxx=$3
n=0
for header in "$source"/include/jianwen/*.h; do
    name=jianwen/$(basename "$header")
    printf '#include "%s"\nextern int jw_nothing_else;\n' "$name" |
        "$cc" -std=c11 -Wall -Wextra -Wpedantic -Werror -I"$source/include" -fsyntax-only -x c -
    printf '#include "%s"\nextern int jw_nothing_else;\n' "$name" |
        "$cxx" -std=c++17 -Wall -Wextra -Wpedantic -Werror -I"$source/include" -fsyntax-only -x c++ -
    n=$((n + 1))
done
test "$n" -gt 0
echo "$n headers compile alone"
