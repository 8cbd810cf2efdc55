#!/bin/sh
# format.sh SOURCE_DIR : every C and C++ file is as clang-format 14 leaves it.
set -eu
cd "$1"
find include lib indexer server tests bench -name '*.[ch]' -o -name '*.cc' -o -name '*.hh' |
    grep -v '_table\.c$' | sort | xargs clang-format-14 --dry-run -Werror
echo "all files are formatted"
