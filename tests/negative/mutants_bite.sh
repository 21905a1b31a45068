#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tools/mutants.sh must kill what its table lists (three of it here, the rest is ./dev mutants), let a harmless change
# survive, and notice a line that fits the source no more.
set -u
case $EBB_CFLAGS in
*-fsanitize* | *-fprofile*) echo "one plain build is enough: skipped"; exit 77 ;;
esac
command -v ninja >/dev/null && command -v python3 >/dev/null && [ -x "$EBB_BUILD_DIR/unit_tests" ] || { echo "no ninja, python3 or unit tests: skipped"; exit 77; }
[ "$EBB_GENERATOR" = Ninja ] || { echo "not a build of ninja: skipped"; exit 77; }
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
code=0
# mutants CODE TEXT ARGUMENTS…
mutants() {
    local want=$1 text=$2 got=0
    shift 2
    bash "$EBB_SOURCE_DIR/tools/mutants.sh" --build "$EBB_BUILD_DIR" "$@" >"$work/out" 2>&1 || got=$?
    if [ $got -ne "$want" ] || ! grep -qE -- "$text" "$work/out"; then
        echo "WRONG: mutants $*: wanted $want with '$text', got $got and:"
        sed 's/^/| /' "$work/out"
        code=1
    fi
}
mutants 0 '^3 of 3 mutants killed' token-check invariant-pinned json-lost
base=runtime/base/base.c
put() { printf '%s\n' "$1" >"$work/table"; }
put "harmless ;; $base ;; s~strings, diagnostics~diagnostics, strings~ ;; unit:base ;; a comment"
mutants 1 '^SURVIVED +harmless ' --table "$work/table"
put "stale ;; $base ;; s~this was never here~~ ;; unit:base ;; nothing"
mutants 1 '^NO MUTANT +stale: changes 0 lines' --table "$work/table"
put "broken ;; $base ;; s~^#include \"base/base.h\"~#error~ ;; unit:base ;; no program"
mutants 1 '^NO MUTANT +broken: does not compile' --table "$work/table"
put "short ;; $base ;; unit:base"
mutants 2 ':1: error: wants five fields' --table "$work/table"
put "red ;; $base ;; s~a~b~ ;; unit:nonesuch ;; its test is red anyway"
mutants 3 'red without any mutant' --table "$work/table"
mutants 2 'no such mutant: nobody' nobody
bash "$EBB_SOURCE_DIR/tools/mutants.sh" --build "$EBB_BUILD_DIR" --check || { echo "WRONG: lines of mutants.table fit their sources no more"; code=1; }
[ "$(grep -c ' ;; ' "$EBB_SOURCE_DIR/tests/mutation/mutants.table")" -ge 40 ] || { echo "WRONG: fewer than 40 mutants are listed"; code=1; }
exit $code
