#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A search that ended, was interrupted or killed goes on where its checkpoint was, and ends with the report of one that
# never stopped, byte for byte.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
scenarios=$PWD/scenarios
cd "$work" || exit 3
failed=0

wrong() {
    echo "WRONG: $*"
    failed=1
}
cp "$scenarios"/patterns/{lock-ab-ba,send-after-timeout}.yaml .
printf 'ebb: 1\nmain: [{loop: [yield]}]\nlimits: {steps: 50}\n' >limit.yaml

forms="text --json"
# same NAME RUNS ARGUMENTS…: what `stop` has left is gone on with up to so many runs, in all forms.
same() {
    local name=$1 runs=$2 form jobs
    shift 2
    for form in $forms; do
        [ "$form" != text ] || form=
        "$EBB" explore --runs "$runs" $form "$@" >whole 2>told
        echo "exit $?" >>whole
        for jobs in 1 2; do
            "$EBB" explore --runs "$runs" $form --jobs $jobs --resume stop "$@" >resumed 2>told
            echo "exit $?" >>resumed
            cmp whole resumed || { wrong "$name: resumed says something else"; diff whole resumed | head -5; cat told; }
        done
    done
}
"$EBB" explore --runs 3000 lock-ab-ba.yaml send-after-timeout.yaml >plain 2>told
"$EBB" explore --runs 3000 --checkpoint stop lock-ab-ba.yaml send-after-timeout.yaml >out 2>told
cmp plain out || wrong "a checkpoint changes the report"
same "the same runs" 3000 lock-ab-ba.yaml send-after-timeout.yaml
same "more runs" 7000 lock-ab-ba.yaml send-after-timeout.yaml
"$EBB" explore --runs 5000 --resume stop --checkpoint stop lock-ab-ba.yaml send-after-timeout.yaml >out 2>told
same "gone on with twice" 7000 lock-ab-ba.yaml send-after-timeout.yaml
"$EBB" explore --first --runs 3000 --checkpoint stop lock-ab-ba.yaml >out 2>told
same "the first finding" 5000 --first lock-ab-ba.yaml
"$EBB" explore --runs 3000 --checkpoint stop limit.yaml >out 2>told
same "a budget of steps" 5000 limit.yaml
"$EBB" explore --strategy all --runs 3000 --checkpoint stop lock-ab-ba.yaml >out 2>told
same "a search that came to its end" 5000 --strategy all lock-ab-ba.yaml

# A rule of the scenario has ended it, and still does.
{ sed 1q lock-ab-ba.yaml; echo "stop: {new_behaviour_below: 0.05%, runs: 20000}"; sed 1d lock-ab-ba.yaml; } >rule.yaml
"$EBB" explore --checkpoint stop rule.yaml >plain 2>told
"$EBB" explore --resume stop rule.yaml >out 2>told
cmp plain out || wrong "resumed, a rule ends the search elsewhere"
grep -q "stopped by rule" out || wrong "no rule has ended the search"
same "a rule that is no longer in force" 9000 rule.yaml

# stopped NAME SIGNAL CODE ARGUMENTS…: a search of minutes is ended by the signal once it has a checkpoint.
stopped() {
    local name=$1 signal=$2 code=$3 pid got i runs
    shift 3
    rm -f stop
    setsid "$EBB" explore --runs 1000000000 --checkpoint stop "$@" >out 2>told &
    pid=$!
    for ((i = 0; i < 600; i++)); do
        [ -s stop ] && break
        sleep 0.1
    done
    kill -$signal -- -$pid
    wait $pid 2>/dev/null
    got=$?
    [ $got -eq "$code" ] || wrong "$name: ends with $got, not $code"
    runs=$(grep -m 1 '"runs"' stop | tr -dc 0-9)
    [ "$runs" -ge 1024 ] || wrong "$name: nothing was kept"
    forms=--json same "$name" $((runs + 1500)) "$@"
}
stopped "an interrupt" INT 3 lock-ab-ba.yaml
grep -q "is blocked for ever" out || wrong "an interrupt loses what was found"
stopped "an interrupt of several processes" INT 3 --jobs 2 lock-ab-ba.yaml
stopped "an end without a warning" KILL 137 --seed 3 lock-ab-ba.yaml

# Searches that know their end go on in the middle, at the next run.
printf 'ebb: 1\nshared: {v: 0, c: chan(), m: mutex()}\nmain: [{go: p(), count: 5}, {try_recv: c}, {lock: m}]\nprocs:\n  p: [{atomic: {v: v * 3 + 1}}, {try_send: c}, {lock: m}, {choose: 2, into: n}, {if: n == 1, then: [{unlock: m}]}, {atomic: {v: v * 7}}]\nexpect: [{blocked: p}]\n' >big.yaml
stopped "a search of all traces" INT 3 --strategy all big.yaml
stopped "a search of all traces, killed" KILL 137 --strategy all --timers idle big.yaml
stopped "a search of all schedules within bounds" INT 3 --strategy every big.yaml
"$EBB" explore --strategy all --coverage --runs 700 --checkpoint stop big.yaml >out 2>told
same "what operations can come to" 1000 --strategy all --coverage big.yaml
"$EBB" explore --strategy all --runs 700 --checkpoint stop lock-ab-ba.yaml big.yaml send-after-timeout.yaml >out 2>told
for runs in 900 1100 1500; do # on its way in the second, time and again
    "$EBB" explore --strategy all --runs $runs --resume stop --checkpoint stop lock-ab-ba.yaml big.yaml send-after-timeout.yaml >out 2>told
done
same "one of three is on its way" 2000 --strategy all lock-ab-ba.yaml big.yaml send-after-timeout.yaml

# refused NAME WORDS ARGUMENTS…
refused() {
    local name=$1 words=$2 code
    shift 2
    "$EBB" explore "$@" >out 2>told
    code=$?
    [ $code -eq 2 ] || wrong "$name: ends with $code, not 2"
    [ ! -s out ] || wrong "$name: searches all the same"
    grep -qF -- "$words" told || { wrong "$name: not said: $words"; head -4 told; }
}
"$EBB" explore --runs 3000 --checkpoint stop lock-ab-ba.yaml >out 2>told
refused "another seed" "stop:4:3: error: other options than those of this search: --seed 2" --seed 2 --resume stop lock-ab-ba.yaml
refused "another scenario" "stop:7:5: error: another scenario or content than for this search" --resume stop send-after-timeout.yaml
sed 's/as: second/as: other/' lock-ab-ba.yaml >edited && mv edited lock-ab-ba.yaml
refused "an edited scenario" "stop:7:5: error: another scenario or content than for this search" --resume stop lock-ab-ba.yaml
cp "$scenarios"/patterns/lock-ab-ba.yaml .
refused "fewer runs than were made" "more was searched by then than --runs asks for" --runs 1000 --resume stop lock-ab-ba.yaml
"$EBB" explore --runs 3000 --part part lock-ab-ba.yaml >out 2>told
refused "a part" "part:2:3: error: this is a share of ebb explore; expected" --resume part lock-ab-ba.yaml
{ sed 1q lock-ab-ba.yaml; echo "stop: {proved: all}"; sed 1d lock-ab-ba.yaml; } >rule.yaml
"$EBB" explore --checkpoint stop rule.yaml >out 2>told
refused "other strategies than the rule's" "error: expected another search here" --runs 3000 --resume stop rule.yaml
"$EBB" explore --runs 3000 --checkpoint stop lock-ab-ba.yaml >out 2>told
refused "nothing there" "nonesuch: error: No such file" --resume nonesuch lock-ab-ba.yaml
"$EBB" merge stop >out 2>told
[ $? -eq 2 ] && grep -q "stop:1:1: error: this is a checkpoint" told || wrong "a checkpoint is merged"
"$EBB" explore --strategy all --runs 300 --checkpoint stop lock-ab-ba.yaml big.yaml >out 2>told
sed 's/"\([0-9 ]*\) "/"\1 1 "/' stop >other
refused "a state that is none" "other:" --strategy all --resume other lock-ab-ba.yaml big.yaml
size=$(wc -c <stop)
for ((at = 1; at < size; at += size / 40)); do
    { head -c $at stop; printf '#'; tail -c +$((at + 2)) stop; } >other
    refused "changed at $at" "other:" --strategy all --resume other lock-ab-ba.yaml big.yaml
done
"$EBB" explore --runs 3000 --checkpoint stop lock-ab-ba.yaml >out 2>told
size=$(wc -c <stop)
for ((at = 1; at < size; at += size / 40)); do
    head -c $at stop >other
    refused "cut at $at" "other:" --resume other lock-ab-ba.yaml
    { head -c $at stop; printf '#'; tail -c +$((at + 2)) stop; } >other
    refused "changed at $at" "other:" --resume other lock-ab-ba.yaml
done
"$EBB" explore --runs 100 --checkpoint nonesuch/stop lock-ab-ba.yaml >out 2>told
[ $? -eq 3 ] || wrong "a checkpoint that cannot be written is no failure"
grep -q "nonesuch/stop: error: cannot be written" told || wrong "a checkpoint that cannot be written is not told"
[ -s out ] || wrong "a checkpoint that cannot be written loses what was found"
exit $failed
