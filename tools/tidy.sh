#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tidy.sh SOURCE BUILD: the rules of the house that no compiler checks. Every message says what to do instead.
# The text and symbol rules are in tidy.pl; the format is clang-format 14's, because versions disagree.
set -uo pipefail
if [ $# -ne 2 ] || [ ! -d "$1" ] || [ ! -f "$2/compile_commands.json" ]; then
    echo "usage: tidy.sh SOURCE BUILD   (BUILD is a configured and built folder; ./dev lint makes one)" >&2
    exit 2
fi
source=$(cd "$1" && pwd) build=$(cd "$2" && pwd) tools=$(cd "$(dirname "$0")" && pwd)
code=0

command -v perl >/dev/null || { echo "tidy: perl is not here: nothing was checked; run ./dev setup"; exit 1; }
perl "$tools/tidy.pl" "$source" "$build" || code=1

formatter=
for candidate in clang-format-14 clang-format; do
    if command -v $candidate >/dev/null && $candidate --version | grep -q 'version 14\.'; then
        formatter=$candidate
        break
    fi
done
if [ -z "$formatter" ]; then
    echo "tidy: NOT CHECKED: the format. clang-format 14 is not here (./dev setup installs it where it is on offer)."
else
    cd "$source" || exit 1
    folders=()
    for folder in runtime harness reports tests fuzzers; do [ -d $folder ] && folders+=($folder); done
    mapfile -t files < <(find "${folders[@]}" -name '*.[ch]' | LC_ALL=C sort)
    if [ ${#files[@]} -gt 0 ]; then
        # One process per core, each printing whole lines; only the first complaint of a file is shown.
        bad=$(printf '%s\0' "${files[@]}" | xargs -0 -P "$(nproc)" -n 8 bash -c '
            "$0" --dry-run "$@" 2>&1 | sed -n "s/^\([^: ]*\):\([0-9]*\):.*-Wclang-format-violations.*/\1:\2/p" | awk -F: "!seen[\$1]++"
        ' "$formatter" | LC_ALL=C sort)
        if [ -n "$bad" ]; then
            while IFS= read -r place; do echo "$place: format: not as clang-format has it; ./dev fmt rewrites it"; done <<<"$bad"
            code=1
        fi
    fi
fi
exit $code
