#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# go.sh [--rounds N]: the same bugs, looked for by plain Go with goleak and by ebb, in turns: how often each is found within
# 1 000 tests or schedules, after how many, and the CPU seconds for it; bugs found per CPU second at the end. Called by
# run.sh; README.md says what is compared. Exit 77: no Go or no goleak here, and nothing is downloaded.
set -euo pipefail
export LC_ALL=C
root=${EBB_SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
ebb=${EBB:-${EBB_BUILD_DIR:-$root/build/release}/ebb}
library=${EBB_GOPATH:-/usr/share/gocode} # where Debian's golang-*-dev packages put their sources
most=1000
rounds=5
while [ $# -gt 0 ]; do
    case $1 in
    --rounds) rounds=${2:?--rounds takes a number} && shift ;;
    *) echo "usage: go.sh [--rounds N]" >&2 && exit 2 ;;
    esac
    shift
done
[[ $rounds =~ ^[1-9][0-9]*$ ]] || { echo "go.sh: --rounds takes a number, not $rounds" >&2; exit 2; }
[ -x "$ebb" ] || { echo "go.sh: $ebb is not there; ./dev build release makes it" >&2; exit 3; }
command -v go >/dev/null || { echo "SKIPPED: plain Go beside ebb: there is no go (Debian: golang-go)" >&2; exit 77; }
[ -d "$library/src/go.uber.org/goleak" ] ||
    { echo "SKIPPED: plain Go beside ebb: no goleak below $library (Debian: golang-uber-goleak-dev)" >&2; exit 77; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Without modules, only what the distribution installed is looked at: no network, no download.
(cd "$root/tests/bench/go" && env GOFLAGS= GO111MODULE=off GOPROXY=off GOPATH="$library" GOCACHE="$work/cache" go test -c -o "$work/kernels.test" .) ||
    { echo "go.sh: tests/bench/go does not build" >&2; exit 3; }

# name of a scenario, from the name of a test: TestEtcd6873 is etcd_6873
names=$("$work/kernels.test" -test.list . | sed -n 's/^Test\([A-Z][a-z]*\)\([0-9]*\)$/\1_\2/p' | tr '[:upper:]' '[:lower:]')
[ -n "$names" ] || { echo "go.sh: tests/bench/go has no tests" >&2; exit 3; }

# timed COMMAND…: its output to $work/out, its CPU seconds into $cpu, whatever its end.
timed() {
    TIMEFORMAT='%3U %3S'
    { time "$@" >"$work/out" 2>&1 || true; } 2>"$work/time"
    cpu=$(awk 'END { printf "%.3f", $1 + $2 }' "$work/time")
}
go_round() {
    local test
    test=Test$(sed 's/_//; s/./\U&/' <<<"$1")
    # Failfast ends the counting with the first failure: what it left would be found again by all tests behind it.
    timed "$work/kernels.test" -test.run "^$test\$" -test.count $most -test.failfast -test.v -test.timeout 60s
    after=-
    if grep -q "^--- FAIL: $test" "$work/out"; then after=$(grep -c "^=== RUN" "$work/out"); fi
}
ebb_round() {
    timed "$ebb" explore --json --first --variant leaking --runs $most --seed "$2" "$root/scenarios/goker/$1.yaml"
    after=$(sed -n 's/^ *"first_run": \([0-9]*\),*$/\1/p' "$work/out" | sort -n | head -1)
    after=${after:--}
}

for name in $names; do
    [ -f "$root/scenarios/goker/$name.yaml" ] || { echo "go.sh: there is no scenario of $name" >&2; exit 3; }
    for ((round = 1; round <= rounds; round++)); do
        go_round "$name"
        echo "$name go $after $cpu"
        ebb_round "$name" $round
        echo "$name ebb $after $cpu"
    done
done >"$work/rounds"

awk -v rounds="$rounds" -v most=$most '
    function median(list, count, i, j, at, held) {
        if (count == 0) return "-"
        split(list, at, " ")
        for (i = 2; i <= count; i++) for (j = i; j > 1 && at[j - 1] + 0 > at[j] + 0; j--) { held = at[j]; at[j] = at[j - 1]; at[j - 1] = held }
        return at[int((count + 1) / 2)]
    }
    !($1 in seen) { seen[$1] = 1; order[++kernels] = $1 }
    { cpu[$1, $2] += $4; total[$2] += $4 }
    $3 != "-" { if (!(($1, $2) in found)) kinds[$2]++; found[$1, $2]++; all[$2]++; list[$1, $2] = list[$1, $2] " " $3 }
    function side(name, who) {
        return sprintf("%5d/%d %7s %9.3f", found[name, who], rounds, median(list[name, who], found[name, who] + 0), cpu[name, who] / rounds)
    }
    END {
        printf "%-20s %25s     %25s\n", "", "plain Go with goleak", "ebb explore --first"
        printf "%-20s %7s %7s %9s     %7s %7s %9s\n", "kernel", "found", "after", "CPU s", "found", "after", "CPU s"
        for (i = 1; i <= kernels; i++) printf "%-20s %s     %s\n", order[i], side(order[i], "go"), side(order[i], "ebb")
        printf "\n%-34s %12s %12s\n", "of " kernels " bugs, within " most " tries", "Go", "ebb"
        printf "%-34s %12d %12d\n", "found at least once", kinds["go"], kinds["ebb"]
        printf "%-34s %12d %12d\n", "found, of " kernels * rounds " searches", all["go"], all["ebb"]
        printf "%-34s %12.2f %12.2f\n", "CPU seconds", total["go"], total["ebb"]
        printf "%-34s %12.1f %12.1f\n", "bugs found per CPU second", all["go"] / total["go"], all["ebb"] / total["ebb"]
    }' "$work/rounds"
