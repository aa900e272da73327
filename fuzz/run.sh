#!/bin/sh
# run.sh PROGRAM SEEDS SECONDS: goes through the seeds, then looks for new inputs in a folder of its own, so that the
# seeds stay as they are. A finding is left in the current folder, under the name that libFuzzer gives it.
set -eu
[ -n "$(ls -A "$2")" ] || { echo "no seeds in $2" >&2; exit 1; }
"$1" -runs=0 "$2"
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
"$1" -max_total_time="$3" -max_len=20000 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 "$new" "$2"
