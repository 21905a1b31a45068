#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What shares of a run or a search have shown, merged, is the report of the whole, byte for byte; and what is no share of
# it is refused with its place.
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
printf 'ebb: 1\nmain:\n  - let: {c: chan()}\n  - go: [{send: c}]\n    as: sender\n' >b-red.yaml
printf 'ebb: 1\nmain: [{loop: [yield]}]\nlimits: {steps: 50}\n' >c-limit.yaml
printf 'ebb: 1\nmain: [yield]\n' >d-clean.yaml
cp "$scenarios"/patterns/{lock-ab-ba,ticker-not-stopped,send-after-timeout,map-grows,panic-skips-cleanup}.yaml .

# shares N COMMAND…: makes the parts part.1 to part.N, and checks that no share says it is the whole.
shares() {
    local count=$1 i
    shift
    rm -f part.*
    for ((i = 1; i <= count; i++)); do
        "$EBB" "$@" --shard $i/$count --part part.$i >share.$i 2>told
        [ $? -le 1 ] || wrong "share $i/$count of $*: $(head -3 told)"
    done
}
# merged NAME N COMMAND…: as text, as JSON and, for run, as JUnit.
merged() {
    local name=$1 count=$2 junit form
    shift 2
    shares "$count" "$@"
    for form in "" --json; do
        junit=
        [ "$1" != run ] || junit="--junit junit"
        "$EBB" "$@" $form $junit >whole 2>told
        echo "exit $?" >>whole
        [ -z "$junit" ] || mv junit junit.whole
        "$EBB" merge $form $junit $(ls part.* | sort -r) >from-parts 2>told
        echo "exit $?" >>from-parts
        cmp whole from-parts || { wrong "$name: merged says something else"; diff whole from-parts | head -5; cat told; }
        [ -z "$junit" ] || cmp junit junit.whole || wrong "$name: JUnit says something else"
    done
}
merged "run, two shares" 2 run --runs 20 .
grep -q '^exit 1$' whole || wrong "nothing was red"
[ "$(grep -c '"file"' whole)" -ge 12 ] || wrong "hardly anything was judged"
merged "run, as it is" 1 run --runs 20 lock-ab-ba.yaml d-clean.yaml
merged "run, a refused one" 3 run --runs 20 b-red.yaml c-limit.yaml d-clean.yaml
merged "run, more shares than rows" 4 run --variant leaking lock-ab-ba.yaml send-after-timeout.yaml
cp b-red.yaml $'e-\xff\x7f".yaml'
merged "run, a path of any bytes" 2 run --runs 20 e-*.yaml b-red.yaml
merged "explore, a path of any bytes" 2 explore --runs 2000 e-*.yaml
merged "explore, two shares" 2 explore --runs 5000 lock-ab-ba.yaml send-after-timeout.yaml
merged "explore, five shares" 5 explore --runs 5000 --seed 7 lock-ab-ba.yaml
merged "explore, more shares than chunks" 7 explore --runs 3000 b-red.yaml
grep -q '^exit 1$' whole || wrong "the search is not red"
merged "explore, the first finding" 3 explore --runs 5000 --first lock-ab-ba.yaml send-after-timeout.yaml
merged "explore, a budget of steps" 2 explore --runs 5000 c-limit.yaml
merged "explore, whole searches" 2 explore --strategy all lock-ab-ba.yaml send-after-timeout.yaml
merged "explore, several processes" 2 explore --jobs 2 --runs 5000 lock-ab-ba.yaml

# A rule of the scenario ends the whole where it would without shares, which know only their own runs.
for rule in "{new_behaviour_below: 0.05%, runs: 20000}" "{first_finding: true}" "{runs: 2500}" "{proved: all}" \
    "{new_behaviour_below: 0.0001%, runs: 3000}"; do
    { sed 1q lock-ab-ba.yaml; echo "stop: $rule"; sed 1d lock-ab-ba.yaml; } >f-stop.yaml
    merged "explore, stop: $rule" 3 explore f-stop.yaml
    merged "run, stop: $rule" 2 run f-stop.yaml
done
{ sed 1q lock-ab-ba.yaml; echo "stop: {new_behaviour_below: 0.05%, runs: 20000}"; sed 1d lock-ab-ba.yaml; } >f-stop.yaml
merged "explore, a chance" 3 explore f-stop.yaml
grep -q "stopped by rule: chance of new behaviour" whole || wrong "no rule has ended the search"
grep -q "stopped by rule" share.1 && wrong "a share says that the whole was stopped"

# A baseline: what is gone is known only when all shares are there, and is told where it would be without them.
cat >known <<'EOF'
- {scenario: b-red.yaml, kind: blocked, owner: us, reason: old}
- {scenario: d-clean.yaml, kind: blocked, owner: us, reason: is gone}
- {scenario: map-grows.yaml, kind: lock, owner: us, reason: is gone from two variants}
- {scenario: map-grows.yaml, variant: leaking, kind: lock, owner: us, reason: is gone as well}
EOF
"$EBB" run --baseline known . >out 2>&1
grep -q "the entry can go" out || { wrong "no entry of the baseline is gone"; head -5 out; }
merged "run, a baseline" 3 run --baseline known --runs 20 .
grep -q "the entry can go" whole || wrong "no entry of the baseline is gone as JSON"

# refused NAME WORDS ARGUMENTS…: exit 2, nothing on stdout, and the words on stderr.
refused() {
    local name=$1 words=$2 code
    shift 2
    "$EBB" "$@" >out 2>told
    code=$?
    [ $code -eq 2 ] || wrong "$name: ends with $code, not 2"
    [ ! -s out ] || wrong "$name: tells something all the same"
    grep -qF -- "$words" told || { wrong "$name: not said: $words"; head -4 told; }
}
shares 3 run --runs 20 b-red.yaml d-clean.yaml lock-ab-ba.yaml
refused "one is missing" "share 2 of 3 is missing" merge part.1 part.3
refused "the last is missing" "share 3 of 3 is missing" merge part.2 part.1
cp part.2 again
refused "one is there twice" "again:13:13: error: the same share as part.2" merge part.1 part.2 part.3 again
"$EBB" run --runs 20 --seed 2 --shard 2/3 --part other b-red.yaml d-clean.yaml lock-ab-ba.yaml >out 2>told
refused "another seed" "other:4:3: error: other options than those of part.1: --seed 1 --timers both --runs 20" \
    merge part.1 other part.3
"$EBB" run --runs 20 --shard 2/3 --part other b-red.yaml lock-ab-ba.yaml >out 2>told
refused "another scenario" "other:8:5: error: another scenario or content than for part.1: " merge part.1 other part.3
"$EBB" run --runs 20 --shard 2/3 --part other b-red.yaml d-clean.yaml >out 2>told
refused "fewer scenarios" "other:9:3: error: scenarios are missing here" merge part.1 other part.3
"$EBB" run --runs 20 --shard 2/4 --part other b-red.yaml d-clean.yaml lock-ab-ba.yaml >out 2>told
refused "another number of shares" "other:14:3: error: another number of shares than for part.1: 3" merge part.1 other part.3
head -2 known >known2
"$EBB" run --runs 20 --baseline known2 --shard 2/3 --part other b-red.yaml d-clean.yaml lock-ab-ba.yaml >out 2>told
refused "a baseline" "other:5:3: error: another baseline than that of part.1" merge part.1 other part.3
sed 's/"ebb": "1"/"ebb": "0"/' part.2 >other
refused "another version" "other:3:3: error: another version than this ebb: 1" merge part.1 other part.3
"$EBB" explore --runs 20 --shard 2/3 --part other b-red.yaml >out 2>told
refused "a share of a search" "other:2:3: error: this is a share of ebb explore; expected, as for part.1: a share of ebb run" \
    merge part.1 other part.3
sed 's/"steps": /"steps": 1/' part.2 >other
refused "a number that was changed" "the checksum is that of another content" merge part.1 other part.3
sed 's/"verdict": "clean"/"verdict": "green"/' part.2 >other
refused "a verdict that is none" "other:" merge part.1 other part.3
sed 20q part.2 >other
refused "cut off" "other:21:1: error: expected an object" merge part.1 other part.3
: >other
refused "empty" "other:1:1: error: expected an object" merge part.1 other part.3
refused "a scenario" "b-red.yaml:1:1: error: expected an object" merge b-red.yaml
refused "a folder" "error: Is a directory" merge .
refused "nothing there" "nonesuch: error: No such file" merge nonesuch
refused "nothing" "takes the parts" merge
# Cut anywhere and with any byte changed: never taken, never a crash.
size=$(wc -c <part.2)
for ((at = 1; at < size; at += size / 40)); do
    head -c $at part.2 >other
    refused "cut at $at" "other:" merge part.1 other part.3
    { head -c $at part.2; printf '#'; tail -c +$((at + 2)) part.2; } >other
    refused "changed at $at" "other:" merge part.1 other part.3
done
shares 2 explore --runs 3000 lock-ab-ba.yaml
sed 's/"chunk": 2/"chunk": 4/' part.1 >other
refused "a chunk is missing" "other:" merge other part.2
size=$(wc -c <part.2)
for ((at = 1; at < size; at += size / 40)); do
    { head -c $at part.2; printf '#'; tail -c +$((at + 2)) part.2; } >other
    refused "a search changed at $at" "other:" merge part.1 other
done

for share in 0/2 3/2 1/0 1 a/b /2 1/ 1/2/3 5000/5000 ""; do
    refused "share '$share'" "--shard takes I/N" run --shard "$share" d-clean.yaml
done
refused "a baseline of a share" "--shard does not go with --write-baseline" run --shard 1/2 --write-baseline x d-clean.yaml
refused "a time" "--part does not go with --time" explore --part x --time 1s d-clean.yaml
refused "a checkpoint" "--shard does not go with --checkpoint" explore --shard 1/2 --checkpoint x d-clean.yaml
"$EBB" run --part nonesuch/part d-clean.yaml >out 2>told
[ $? -eq 3 ] || wrong "a part that cannot be written is no failure"
grep -q "nonesuch/part: error: cannot be written" told || wrong "a part that cannot be written is not told"
exit $failed
