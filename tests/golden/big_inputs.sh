#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Worlds of 100 000 objects, chains of holds as deep as that, circles, 10 000 coroutines: judged, told and shrunk by a
# program with a small C stack, so that nothing recurses over what the subject made; and a list of findings that is
# longer than its cap says how many were cut, in every format. Nothing is timed: what costs the square never ends here.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
cd "$EBB_SOURCE_DIR" || exit 3
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
failed=0 judged=0
wrong() { echo "WRONG: $*"; failed=1; }

# The stack of the program, for all that follows. A sanitizer's frames are larger, and it has a thread of its own.
ulimit -s 512 || { echo "the stack cannot be made small here: skipped"; exit 77; }

# big SHAPE N WORDS: what is left of it. WORDS of "clean": nothing.
big() {
    local shape=$1 file=$work/$1.yaml code=1
    bash tests/bench/big_scenario.sh "$shape" "$2" >"$file"
    [ "$3" != clean ] || code=0
    "$EBB" run --runs 2 --prove 1 --junit "$work/junit" "$file" >"$work/out" 2>"$work/talk"
    [ $? -eq $code ] || wrong "$shape: exit is not $code: $(head -3 "$work/talk")"
    grep -q -e "$3" "$work/out" || wrong "$shape, $2: not \"$3\": $(head -5 "$work/out")"
    [ $code -eq 0 ] || grep -q '<failure' "$work/junit" || wrong "$shape: JUnit has no failure"
    token=$(sed -n 's/^ *ebb replay \(ebb1-[^ ]*\) .*/\1/p' "$work/out" | head -1)
    judged=$((judged + 1))
}

# told SHAPE N WORDS WHY: also its story, its course and the smallest schedule.
told() {
    big "$1" "$2" "$3"
    local file=$work/$1.yaml
    "$EBB" explain "$token" "$file" >"$work/out" 2>"$work/talk" || wrong "$1: explain: $(head -3 "$work/talk")"
    grep -q -e "$4" "$work/out" || wrong "$1: the story does not say \"$4\": $(tail -20 "$work/out")"
    "$EBB" replay --timeline "$work/timeline" "$token" "$file" >/dev/null 2>"$work/talk" || wrong "$1: replay: $(head -3 "$work/talk")"
    grep -q '"step":' "$work/timeline" || wrong "$1: no timeline"
    "$EBB" shrink --runs 20 "$token" "$file" >"$work/out" 2>"$work/talk" || wrong "$1: shrink: $(head -3 "$work/talk")"
}

# Objects: one holds the next, all in a circle, circles of two, in a list, behind time.
told chain 100000 'main is blocked for ever in recv on never' 'retains: *100002 objects'
big ring 100000 '100000 times record head were left behind'
big rings 50000 '50000 times record two were left behind'
big objects 100000 'main is blocked for ever in recv on never'
big map 50000 'main is blocked for ever in recv on never'
big timers 100000 '100000 timers t are still armed'
big messages 50000 '50000 messages in c were never received'
big contexts 100000 '100000 contexts child were never cancelled'
big mallocs 100000 '800000 bytes of m were never freed'
big cancel 100000 'clean'
big deadlines 100000 'clean'
big idle 50000 'clean'
big middle 50000 '50000 messages in c were never received'
big manycycles 20000 'grows without bound: 1 bytes per cycle'
# Coroutines: on one channel, each on its own, each on the one before, come and gone, woken together, in a select.
told crowd 10000 '10000 coroutines wait are blocked for ever in recv on never' 'wait 10000'
big waits 10000 '9999 coroutines pass are blocked for ever in recv on mine'
big ender 10000 'coroutines wait are blocked for ever in recv on never'
big broadcast 10000 '10000 coroutines wait are blocked for ever in recv on never'
big queue 10000 '10000 coroutines take are blocked for ever in recv on never'
big selects 10000 '5000 coroutines wait are still running in select on a'
big sleepers 10000 '10000 coroutines late are still running in sleep'

# A list of findings ends somewhere, and says so wherever it is shown.
cut='the list ends here, at 64: 1936 more were left and had no room'
told lines 2000 "$cut" "$cut"
"$EBB" run --runs 2 --json "$work/lines.yaml" 2>&1 | grep -q '"lost": 1936' || wrong "lines: JSON does not say what was cut"
grep -q "$cut" "$work/junit" || wrong "lines: JUnit does not say what was cut"
"$EBB" explain --json "$token" "$work/lines.yaml" | grep -q '"lost": 1936' || wrong "lines: the story as JSON does not say it"
"$EBB" explore --runs 2 "$work/lines.yaml" >"$work/out" 2>&1
grep -q 'a run left up to 1 936 more findings than its list has room for' "$work/out" || wrong "explore: $(tail -3 "$work/out")"
"$EBB" explore --json --runs 2 "$work/lines.yaml" 2>&1 | grep -q '"cut": 1936' || wrong "explore --json does not say what was cut"
sed 's/^procs:/variants: {one: {}, two: {}}\nprocs:/' "$work/lines.yaml" >"$work/two.yaml"
"$EBB" compare --runs 2 "$work/two.yaml" >"$work/out" 2>&1
grep -q 'a run left up to 1 936 more findings than its list has room for' "$work/out" || wrong "compare: $(tail -3 "$work/out")"
"$EBB" compare --json --runs 2 "$work/two.yaml" 2>&1 | grep -q '"cut": 1936' || wrong "compare --json does not say what was cut"

echo "$judged worlds judged"
exit $failed
