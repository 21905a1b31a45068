#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What size costs, counted in instructions: when a world is twice as large, the second half may cost hardly more than
# twice what the first did. Counted by cachegrind, so that no clock decides; skipped where there is none.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
command -v valgrind >/dev/null || { echo "valgrind is not here: skipped"; exit 77; }
cd "$EBB_SOURCE_DIR" || exit 3
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
failed=0 counted=0

# count COMMAND… : into $instructions, of it and of those it starts.
count() {
    timeout 100 valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null --trace-children=yes \
        "$@" >"$work/out" 2>&1
    instructions=$(sed -n 's/.*I *refs: *//p' "$work/out" | tr -d , | awk '{ sum += $1 } END { printf "%.0f", sum }')
}
count "$EBB" list scenarios/patterns
[ "$instructions" -gt 100000 ] || { echo "valgrind cannot run this build: skipped"; exit 77; }

# linear SHAPE N: at N, 2N and 4N, the way from 2N to 4N costs twice that from N to 2N; half as much more is allowed
# for logarithms and for tables that double.
linear() {
    local shape=$1 n=$2 at=()
    shift 2
    for size in $n $((2 * n)) $((4 * n)); do
        bash tests/bench/big_scenario.sh "$shape" "$size" >"$work/big.yaml"
        count "$EBB" "$@" "$work/big.yaml"
        at+=("$instructions")
    done
    [ "${at[2]}" -gt "${at[0]}" ] || { echo "WRONG: $shape: ${at[*]} instructions"; failed=1; }
    local first=$((at[1] - at[0])) second=$((at[2] - at[1]))
    counted=$((counted + 1))
    echo "$shape, $*: ${at[*]}"
    if [ $((second * 10)) -gt $((first * 25)) ]; then
        echo "WRONG: $shape: from $n to $((2 * n)) it takes $first instructions more, and then $second"
        failed=1
    fi
}

linear each 1000 run --runs 2
linear ender 1000 run --runs 2
linear selects 1000 run --runs 2
linear deadlines 2000 run --runs 2
linear idle 2000 run --runs 2
linear cancel 2000 run --runs 2
linear manycycles 500 run --runs 2
linear middle 2000 explain
echo "$counted shapes counted"
[ $counted -eq 8 ] || { echo "WRONG: 8 should have been"; failed=1; }
exit $failed
