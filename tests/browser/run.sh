#!/usr/bin/env bash
# run.sh COMMAND... : run a command in this folder, where script/bootstrap test has put
# what it needs; 77 (skipped) where it has not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if [ ! -f node_modules/.package-lock.json ] || [ ! -x "${JW_CHROMIUM:-/usr/bin/chromium}" ]; then
    echo "skipped: script/bootstrap test installs Chromium and the packages of package-lock.json"
    exit 77
fi
exec "$@"
