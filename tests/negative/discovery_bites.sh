#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# When ctest cannot list the unit tests or the scenarios, it must be red and say why: no tests found must
# never look like all tests passed. A test that appears without a configure must be run.
set -u
folder=$(mktemp -d "$EBB_BUILD_DIR/discovery.XXXXXX") || exit 3
trap 'rm -rf "$folder"' EXIT
code=0

mkdir -p "$folder/scenarios/area"
echo 'ebb: 1' >"$folder/scenarios/area/one.yaml"
printf '#!/bin/sh\nexit 3\n' >"$folder/crashes"
printf '#!/bin/sh\nexit 0\n' >"$folder/silent"
printf '#!/bin/sh\n[ "$1" = --list ] && { echo suite.good; echo suite.bad; exit 0; }\n[ "$1" = suite.good ]\n' >"$folder/unit"
printf '#!/bin/sh\n[ "$1" = list ] && { printf "scenarios/area/one.yaml\\tleaking\\nscenarios/area/one.yaml\\tskipped\\n"; exit 0; }\n[ "$3" = skipped ] && exit 77\n[ "$*" = "run --variant leaking scenarios/area/one.yaml" ]\n' >"$folder/ebb"
chmod +x "$folder"/crashes "$folder"/silent "$folder"/unit "$folder"/ebb

# expect RC TEXT UNIT EBB: one ctest run with these two binaries.
expect() {
    local want=$1 text=$2 got=0 output
    cat >"$folder/CTestTestfile.cmake" <<EOF
set(root "$folder")
set(environment "EBB=x;EBB_SOURCE_DIR=y")
set(unit_tests "$3")
set(ebb "$4")
include("$EBB_SOURCE_DIR/cmake/discover.cmake")
EOF
    output=$(cd "$folder" && "$EBB_CTEST" 2>&1) || got=$?
    [ "$got" -ne 0 ] && got=1
    if [ "$got" -ne "$want" ] || ! grep -qE -- "$text" <<<"$output"; then
        echo "WRONG: unit '$3', ebb '$4': wanted $want with '$text', got $got and:"
        sed 's/^/| /' <<<"$output"
        code=1
    fi
}
expect 1 'unit\.DISCOVERY_FAILED \.*\*\*\*Failed' "$folder/crashes" ""
expect 1 'unit\.DISCOVERY_FAILED \.*\*\*\*Failed' "$folder/silent" ""
expect 1 'unit\.DISCOVERY_FAILED \.*\*\*\*Failed' "$folder/nonesuch" ""
expect 1 'unit\.suite\.bad \.*\*\*\*Failed' "$folder/unit" ""
expect 1 'unit\.suite\.good \.* +Passed' "$folder/unit" ""
expect 1 'scenario\.DISCOVERY_FAILED \.*\*\*\*Failed' "" "$folder/crashes"
expect 1 'scenario\.DISCOVERY_FAILED \.*\*\*\*Failed' "" "$folder/silent"
expect 0 'scenario\.area\.one\.leaking \.* +Passed' "" "$folder/ebb"
expect 0 'scenario\.area\.one\.skipped \.*\*\*\*Skipped' "" "$folder/ebb"
exit $code
