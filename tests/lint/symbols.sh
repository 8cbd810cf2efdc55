#!/bin/sh
# symbols.sh LIBJW_XAP : what the C++ library shows to C is jw_xap_* and nothing else.
# Hidden symbols are our own C++; weak ones are instances of the standard library's templates.
set -eu
shown=$(readelf -sW "$1" | awk '$5 == "GLOBAL" && $6 == "DEFAULT" && $7 != "UND" {print $8}' | sort -u)
foreign=$(printf '%s\n' "$shown" | grep -v '^jw_xap_' || true)
if [ -n "$foreign" ]; then
    echo "lib/xap exports more than jw_xap_*:"
    printf '%s\n' "$foreign"
    exit 1
fi
test "$(printf '%s\n' "$shown" | grep -c '^jw_xap_')" -gt 0
printf '%s\n' "$shown" | wc -l | sed 's/$/ functions, all jw_xap_*/'
