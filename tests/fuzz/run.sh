#!/usr/bin/env bash
# run.sh PROGRAM RUNS CORPUS [SEEDS...] : run a libFuzzer program for RUNS executions.
# Inputs that reach new code go to CORPUS and are where the next run begins. Prints how
# many executions there were; fails on a finding, whose input stays in CORPUS.findings.
set -euo pipefail
program=$1 runs=$2 corpus=$3
shift 3
mkdir -p "$corpus" "$corpus.findings"
log=$corpus.log
if ! "$program" -runs="$runs" -max_len=512 -print_final_stats=1 -verbosity=1 \
        -artifact_prefix="$corpus.findings/" "$corpus" "$@" >"$log" 2>&1; then
    tail -60 "$log"
    exit 1
fi
executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
if [ "${executed:-0}" -lt "$runs" ]; then
    echo "only ${executed:-0} executions of $runs"
    exit 1
fi
echo "$(basename "$program"): $executed executions, no finding"
