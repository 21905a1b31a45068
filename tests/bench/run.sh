#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run.sh [--rounds N] [--strict]: the same work in Go and here, in alternating runs; medians, ratios, and whether each
# target is reached. Then search.sh, runs per second, and go.sh, the same bugs found by plain Go and here. README.md says
# what is measured. Called by ./dev bench, after the release build. --strict: exit 1 when a target is not reached.
# A machine that does something else meanwhile shows in the ratios less than in the figures, but it shows.
set -euo pipefail
export LC_ALL=C

root=${EBB_SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
build=${EBB_BUILD_DIR:-$root/build/release}
peer_source=${EBB_SHARED:-$root/../shared}/reference/bench/peer.go
rounds=7
strict=0
while [ $# -gt 0 ]; do
    case $1 in
    --rounds) rounds=${2:?--rounds takes a number} && shift ;;
    --strict) strict=1 ;;
    *) echo "usage: run.sh [--rounds N] [--strict]" >&2 && exit 2 ;;
    esac
    shift
done

here=$build/bench/bench_runtime
[ -x "$here" ] || { echo "run.sh: $here is not there; ./dev build release makes it" >&2; exit 3; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Go's column, where there are Go and its program. One processor: the runtime here has one as well.
peer=
if command -v go >/dev/null && [ -f "$peer_source" ] && GOCACHE=$work/cache go build -o "$work/peer" "$peer_source"; then
    peer=$work/peer
    export GOMAXPROCS=1
else
    echo "run.sh: no Go, or no $peer_source: its column stays empty" >&2
fi

# The sanitizers' column, where that build has been made before.
asan=
if [ -f "$root/build/asan/CMakeCache.txt" ]; then
    if cmake -S "$root" -B "$root/build/asan" -DEBB_BENCH=ON >"$work/log" 2>&1 &&
        cmake --build "$root/build/asan" --target bench_runtime ebb >>"$work/log" 2>&1; then
        asan=$root/build/asan/bench/bench_runtime
    else
        tail -n 5 "$work/log" >&2
        echo "run.sh: the build with sanitizers failed: its column stays empty" >&2
    fi
else
    echo "run.sh: build/asan is not there: its column stays empty; ./dev build asan makes it" >&2
fi

missed=0
median() { sort -n | awk '{ at[NR] = $1 } END { if (NR == 0) print "-"; else print at[int((NR + 1) / 2)] }'; }

# times WORK COUNT: medians of each column into $go, $ebb and $san, "-" where there is none.
times() {
    : >"$work/go" && : >"$work/ebb" && : >"$work/san"
    local round
    for ((round = 0; round < rounds; round++)); do
        if [ -n "$peer" ] && [ "$3" = yes ]; then "$peer" "$1" "$2" >>"$work/go"; fi
        "$here" "$1" "$2" >>"$work/ebb"
        if [ -n "$asan" ]; then "$asan" "$1" "$(($2 / 4))" >>"$work/san"; fi
    done
    go=$(median <"$work/go") ebb=$(median <"$work/ebb") san=$(median <"$work/san")
}

# verdict VALUE RELATION TARGET: VALUE may be "-".
verdict() {
    if [ "$1" = - ]; then
        echo "not measured"
    elif awk -v a="$1" -v b="$3" -v r="$2" 'BEGIN { exit !(r == ">=" ? a >= b : a <= b) }'; then
        echo reached
    else
        echo "NOT REACHED"
    fi
}
judge() {
    judged=$(verdict "$@")
    [ "$judged" != "NOT REACHED" ] || missed=$((missed + 1))
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (a == "-" || b == "-" || b == 0) print "-"; else printf "%.1f", a / b }'; }
ratio_fine() { awk -v a="$1" -v b="$2" 'BEGIN { if (a == "-" || b == "-" || b == 0) print "-"; else printf "%.3f", a / b }'; }

echo "Medians of $rounds alternating runs. Go: $([ -n "$peer" ] && go version | cut -d' ' -f3 || echo none), one processor."
echo
printf '%-34s %9s %9s %7s  %-22s %9s %7s  %s\n' "ns per operation" "Go" "ebb" "ratio" "target" "sanitized" "ratio" "target"
# row NAME WORK COUNT TARGET SANITIZED_TARGET
row() {
    times "$2" "$3" yes
    judge "$(ratio_fine "$go" "$ebb")" ">=" "$4"
    local target="$4x $judged" sanitized=
    if [ "$5" != - ]; then
        judge "$(ratio_fine "$go" "$san")" ">=" "$5"
        sanitized="$5x $judged"
    fi
    printf '%-34s %9s %9s %7s  %-22s %9s %7s  %s\n' "$1" "$go" "$ebb" "$(ratio "$go" "$ebb")" "$target" "$san" "$(ratio "$go" "$san")" "$sanitized"
}
row "ping-pong, round trip" ping 2000000 4 1
row "channel of 128, item" buf 5000000 3 1
row "spawn, run, exit, one by one" spawn1 2000000 6 -
row "spawn, run, exit, by 1000" spawnb 2000000 6 -
row "select over 4, receive" select 2000000 5 1
times sleepers 4000000 no
printf '%-34s %9s %9s %7s  %-22s %9s\n' "sleep and wake, 1000 sleepers" - "$ebb" - "" "$san"

echo
ticks=8640000
: >"$work/day"
for ((round = 0; round < 3; round++)); do "$here" tickerday $ticks >>"$work/day"; done
day=$(median <"$work/day" | awk -v n=$ticks '{ printf "%.2f", $1 * n / 1e9 }')
judge "$day" "<=" 5
printf '%-44s %s s of real time (target: 5, %s)\n' "24 h of a 10 ms ticker and its reader:" "$day" "$judged"

: >"$work/with" && : >"$work/without"
for ((round = 0; round < 2 * rounds; round++)); do
    "$here" ping 2000000 >>"$work/with"
    "$here" ping 2000000 nocensus >>"$work/without"
done
with=$(median <"$work/with") without=$(median <"$work/without")
percent=$(awk -v a="$with" -v b="$without" 'BEGIN { printf "%.1f", (a / b - 1) * 100 }')
judge "$percent" "<=" 5
printf '%-44s %s ns with, %s without: %s %% (target: 5 %%, %s)\n' "ping-pong and the census:" "$with" "$without" "$percent" "$judged"

# Memory is exact enough in one run of many; time to park is the kernel's, which maps a page for each.
echo
printf '%-34s %12s %14s %14s\n' "parked coroutines" "bytes each" "ns to park" "ns to reap"
parked() {
    local bytes park reap
    for ((round = 0; round < 3; round++)); do "$here" mem "$1"; done | sort -t' ' -k3n >"$work/mem"
    read -r bytes _ park _ reap _ < <(sed -n 2p "$work/mem")
    judge "$bytes" "<=" 4608
    printf '%-34s %12s %14s %14s  target: 4608 bytes, %s\n' "$1" "$bytes" "$park" "$reap" "$judged"
    if [ -n "$peer" ]; then
        read -r bytes _ park _ < <("$peer" mem "$1")
        printf '%-34s %12s %14s\n' "  the same in Go" "$bytes" "$park"
    fi
}
parked 100000
parked 1000000

# Who waits for ever, asked of a world of so many objects: the time for each object should stay what it is.
echo
printf '%-34s %9s %12s %14s\n' "who waits for ever" "objects" "us each time" "ns per object"
doom=$build/bench/bench_live
# doomed SHAPE COROUTINES TARGET
doomed() {
    local ns objects
    for ((round = 0; round < rounds; round++)); do "$doom" "$1" "$2"; done | sort -n >"$work/doom"
    read -r ns objects _ < <(sed -n $(((rounds + 1) / 2))p "$work/doom")
    local micros target=
    micros=$(awk -v n="$ns" 'BEGIN { printf "%.2f", n / 1000 }')
    if [ "$3" != - ]; then
        judge "$micros" "<=" "$3"
        target="target: $3, $judged"
    fi
    printf '%-34s %9s %12s %14s  %s\n' "$1, $2 coroutines" "$objects" "$micros" "$((ns / objects))" "$target"
}
for shape in doomed chain crowd; do
    if [ $shape = crowd ]; then doomed $shape 5 2; else doomed $shape 10 2; fi
    for coroutines in 100 1000 10000; do doomed $shape $coroutines -; done
done

echo
EBB_SOURCE_DIR=$root EBB_BUILD_DIR=$build bash "$root/tests/bench/search.sh" --rounds 3 --strict || missed=$((missed + 1))
echo
# Here Go has all the processors it would have.
code=0
env -u GOMAXPROCS EBB_SOURCE_DIR="$root" EBB_BUILD_DIR="$build" bash "$root/tests/bench/go.sh" --rounds 3 || code=$?
[ $code -eq 0 ] || [ $code -eq 77 ] || exit 3

echo
if [ $missed -eq 0 ]; then
    echo "All targets that were measured are reached."
else
    echo "Targets not reached: $missed."
    [ $strict -eq 0 ] || exit 1
fi
