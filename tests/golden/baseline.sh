#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Baselines: what is known is shown and not red, what is new is red, what is gone is red with a sentence; no clock decides
# what has expired; and a bad baseline is answered with its place.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 3
failed=0 count=0
# answers CODE WORDS… -- ARGUMENTS…: `ebb run` ends with CODE and says all the words (extended regular expressions); a
# word that begins with ! is not said.
answers() {
    local wanted=$1 words=() word code=0
    shift
    while [ "$1" != -- ]; do words+=("$1"); shift; done
    shift
    count=$((count + 1))
    "$EBB" run "$@" >out 2>&1 </dev/null || code=$?
    [ $code -eq "$wanted" ] || wrong "ends with $code, not $wanted" "$@"
    for word in ${words[@]+"${words[@]}"}; do
        case $word in
        !*) if grep -qE -- "${word#!}" out; then wrong "says: ${word#!}" "$@"; fi ;;
        *) grep -qE -- "$word" out || wrong "does not say: $word" "$@" ;;
        esac
    done
}
wrong() {
    echo "WRONG: ebb run ${*:2} $1:"
    sed 's/^/| /' out | head -12
    failed=1
}

cat >leak.yaml <<'YAML'
ebb: 1
params: {armed: {default: true}}
main:
  - let: {reply: chan()}
  - go: worker(reply)
  - if: armed
    then: [{let: {reminder: timer(1h)}}]
procs:
  worker(reply): [{send: reply}]
variants: {both: {}, one: {armed: false}}
expect: {both: clean, one: [{blocked: worker, count: 1}]}
YAML
printf 'ebb: 1\nmain: [yield]\n' >good.yaml
entry() { printf -- '- {scenario: %s, kind: %s, owner: core, reason: told to upstream%s}\n' "$1" "$2" "${3-}"; }

# ---- new, known, gone --------------------------------------------------------------------------------------------
answers 1 '^NOT  leak  both' '^ok   leak  one' -- leak.yaml
{ entry leak.yaml blocked ', variant: both'; entry leak.yaml timer; } >known.yaml
answers 0 '^~~   leak  both' 'known: core: told to upstream; core: told to upstream' 'is still armed' '^ok   leak  one' '2 as expected \(proved\), 0 not, but for what is known of 1' -- --baseline known.yaml leak.yaml
answers 0 '"known": "core: told to upstream; core: told to upstream"' -- --json --baseline known.yaml leak.yaml
answers 0 -- --junit junit.xml --baseline known.yaml leak.yaml
grep -q 'failures="0"' junit.xml && grep -q 'known: core' junit.xml || wrong "does not write a JUnit file of known findings" --junit
entry leak.yaml blocked ', variant: both' >known.yaml
answers 1 '^NOT  leak  both' 'reminder' -- --baseline known.yaml leak.yaml
entry leak.yaml lock >gone.yaml
answers 1 '^NOT  leak  both' 'gone\.yaml:1: known, and nothing of it is found any more: the entry can go' -- --baseline gone.yaml leak.yaml
entry good.yaml blocked >gone.yaml
answers 1 '^NOT  good' 'gone\.yaml:1: .*the entry can go' -- --baseline gone.yaml good.yaml
answers 0 '!can go' '^ok   leak  one' -- --baseline gone.yaml --variant one leak.yaml
# What is expected is not known as well: an entry for it is of no use.
entry leak.yaml blocked ', variant: one' >gone.yaml
answers 1 '^NOT  leak  one' 'the entry can go' -- --baseline gone.yaml leak.yaml
# Another variant, which is not judged now, may still need it.
entry leak.yaml timer >known.yaml
answers 0 '!can go' -- --baseline known.yaml --variant one leak.yaml
# By any path that ends like the entry's.
{ entry ./leak.yaml blocked ', variant: both'; entry leak.yaml timer; } >known.yaml
answers 0 '^~~   leak' -- --baseline known.yaml "$PWD/leak.yaml" ./leak.yaml
# Names and signatures narrow an entry down.
signature=$("$EBB" run --json --variant both leak.yaml | sed -n 's/.*"signature": "\(.*\)".*/\1/p' | head -1)
{ entry leak.yaml blocked ", object: worker, operation: send, on: reply, signature: $signature"; entry leak.yaml timer; } >known.yaml
answers 0 '^~~   leak' -- --baseline known.yaml leak.yaml
for other in 'object: workers' 'operation: recv' 'on: other' 'signature: 0000000000000000'; do
    { entry leak.yaml blocked ", $other"; entry leak.yaml timer; } >other.yaml
    answers 1 '^NOT  leak  both' -- --baseline other.yaml leak.yaml
done

# ---- written -----------------------------------------------------------------------------------------------------
answers 0 '^~~   leak  both' -- --write-baseline written.yaml leak.yaml good.yaml
cat >wanted.yaml <<YAML
# Findings that are known, for \`ebb run --baseline FILE\`. Each wants an owner, a reason and, best, a day:
# expires: YYYY-MM-DD. An entry of which nothing is found any more is red until it is taken out.
- scenario: "leak.yaml"
  variant: "both"
  kind: "blocked"
  object: "worker"
  operation: "send"
  on: "reply"
  signature: "$signature"
  owner: "nobody yet"
  reason: "found when the baseline was written"
- scenario: "leak.yaml"
  variant: "both"
  kind: "timer"
  object: "reminder"
  signature: "$(sed -n '/timer/,$s/.*signature: "\(.*\)"/\1/p' written.yaml)"
  owner: "nobody yet"
  reason: "found when the baseline was written"
YAML
cmp -s written.yaml wanted.yaml || { diff wanted.yaml written.yaml >out; wrong "writes another baseline" --write-baseline; }
answers 0 '^~~   leak  both' -- --baseline written.yaml leak.yaml good.yaml
answers 0 -- --baseline written.yaml --write-baseline again.yaml leak.yaml good.yaml
cmp -s written.yaml again.yaml || wrong "a baseline written again is another" --write-baseline
# What is gone is left out, what has an owner keeps it.
{ entry leak.yaml timer; entry good.yaml lock; } >old.yaml
answers 0 -- --baseline old.yaml --write-baseline new.yaml leak.yaml good.yaml
grep -q 'owner: "core"' new.yaml && grep -q 'owner: "nobody yet"' new.yaml && ! grep -q good new.yaml || wrong "does not carry over what is known" --write-baseline
# An expectation that is not met is nothing that could be taken on.
printf 'ebb: 1\nmain: [yield]\nexpect: [{blocked: main}]\n' >missing.yaml
answers 1 '^NOT  missing' -- --write-baseline none.yaml missing.yaml
answers 3 'cannot be written' -- --write-baseline no/such/folder.yaml leak.yaml

# ---- days --------------------------------------------------------------------------------------------------------
{ entry leak.yaml blocked ', variant: both, expires: 2028-02-29'; entry leak.yaml timer; } >days.yaml
answers 2 '^days\.yaml:1:103: error: this entry expires: say what day it is, --today' '\^$' -- --baseline days.yaml leak.yaml
answers 0 'until 2028-02-29' -- --baseline days.yaml --today 2028-02-28 leak.yaml
answers 0 '^~~   leak' -- --baseline days.yaml --today=2028-02-29 leak.yaml
answers 1 '^NOT  leak  both' 'days\.yaml:1: known until 2028-02-29, which is over' -- --baseline days.yaml --today 2028-03-01 leak.yaml
entry good.yaml blocked ', expires: 2028-02-29' >days.yaml
answers 1 'days\.yaml:1: .*the entry can go' -- --baseline days.yaml --today 2028-03-01 good.yaml
for day in 2027-02-29 2026-13-01 2026-00-10 2026-1-1 26-01-01 tomorrow 2026-01-01T00; do
    entry leak.yaml blocked ", expires: \"$day\"" >day.yaml
    answers 2 "^day\.yaml:1:[0-9]+: error: not a day: \"$day\"" -- --baseline day.yaml --today 2026-01-01 leak.yaml
    answers 2 '--today takes DATE' -- --today "$day" leak.yaml
done

# ---- bad baselines -----------------------------------------------------------------------------------------------
bad() {
    printf '%b' "$1" >bad.yaml
    answers 2 "^bad\.yaml:$2" -- --baseline bad.yaml leak.yaml
}
answers 2 'nonesuch\.yaml: error: No such file' -- --baseline nonesuch.yaml leak.yaml
bad 'scenario: leak.yaml\n' '1:1: error: expected a list'
bad '- leak.yaml\n' '1:3: error: an entry is a mapping'
bad '- {scenario: leak.yaml, kind: blocked, owner: a, raeson: b}\n' '1:50: error: .*"raeson".*did you mean "reason"'
bad '- {scenario: leak.yaml, kind: blocked, reason: b}\n' '1:3: error: this entry has no "owner"'
bad '- {kind: blocked, owner: a, reason: b}\n' '1:3: error: this entry has no "scenario"'
bad '- {scenario: leak.yaml, kind: blocked, owner: a}\n' '1:3: error: this entry has no "reason"'
bad '- {scenario: leak.yaml, kind: blocked, owner: "", reason: b}\n' '1:40: error: "owner" wants a text'
bad '- {scenario: leak.yaml, owner: a, reason: b}\n' '1:3: error: .*neither "kind" nor "signature"'
bad '- {scenario: leak.yaml, kind: bloked, owner: a, reason: b}\n' '1:31: error: there is no kind of finding "bloked"'
bad '- {scenario: leak.yaml, signature: xyz, owner: a, reason: b}\n' '1:36: error: not a signature'
bad '- {scenario: lost.yaml, kind: blocked, owner: a, reason: b}\n' '1:3: error: there is no scenario of this path'
bad '- {scenario: leak.yaml, variant: three, kind: blocked, owner: a, reason: b}\n' '1:3: error: its scenario has no variant'
bad '- {scenario: leak.yaml\n' '[0-9]+:[0-9]+: error'
bad '- {scenario: leak.yaml, scenario: leak.yaml}\n' '1:25: error: .*twice'
: >empty.yaml
answers 0 '^ok   good' -- --baseline empty.yaml good.yaml

echo "$count answers looked at"
exit $failed
