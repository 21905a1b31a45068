#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What goes on for ever is told with the steps before it and the round it goes: below the finding, as JSON, as JUnit, and in
# the story. What only looks like it, since it counts or asks for the time, is not.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
cd "$EBB_SOURCE_DIR" || exit 3
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
failed=0

# says WORDS COMMAND…: it prints them.
says() {
    local words=$1
    shift
    "$EBB" "$@" >"$work/out" 2>"$work/talk"
    tr -s ' \n' ' ' <"$work/out" | grep -q -F -e "$words" || { echo "WRONG: ebb $* does not say \"$words\":"; head -20 "$work/out" "$work/talk"; failed=1; }
}

cat >"$work/poll.yaml" <<'YAML'
ebb: 1
about: Two coroutines poll for a flag that nobody sets.
main:
  - let:
      flag: record(up = false)
  - go: poll(flag)
    count: 2
procs:
  poll(flag):
    - step
    - while: not flag.up
      do: [yield]
limits: {steps: 5000}
YAML
words='a livelock: after 7 steps the same 2 steps for ever, in no time'
says "$words" run "$work/poll.yaml"
says "goes on: $words" explain "$work/poll.yaml"
says '"loop": { "after_steps": 7, "steps": 2, "time_ns": 0 }' run --json "$work/poll.yaml"
says '"loop": { "after_steps": 7, "steps": 2, "time_ns": 0 }' explain --json "$work/poll.yaml"
"$EBB" run --junit "$work/junit" "$work/poll.yaml" >"$work/out" 2>&1
grep -q "$words" "$work/junit" || { echo "WRONG: JUnit does not say it"; failed=1; }

cat >"$work/ticker.yaml" <<'YAML'
ebb: 1
about: The reader of a ticker never ends.
main:
  - let: {tick: ticker(10ms)}
  - go:
      - loop: [{recv: tick.channel}]
    as: reader
  - sleep: 25ms
YAML
says 'the same 2 steps for ever, 10ms each round' explain "$work/ticker.yaml"

# With somebody who wakes up later the state is another each time, and nobody knows what he will do.
sed 's/^  - sleep: 25ms/  - go: [{sleep: 2h}]/' "$work/ticker.yaml" >"$work/later.yaml"
"$EBB" explain "$work/later.yaml" >"$work/out" 2>&1
grep -q 'reader is still running' "$work/out" || { echo "WRONG: the reader ends:"; tail -5 "$work/out"; failed=1; }
grep -q livelock "$work/out" && { echo "WRONG: it is told to go round though somebody wakes up:"; failed=1; }

sed 's/flag.up/flag.up \&\& now() < 1h/; s/&&/and/' "$work/poll.yaml" >"$work/asks.yaml"
"$EBB" run "$work/asks.yaml" >"$work/out" 2>&1
grep -q 'the budget of 5000 steps is used up' "$work/out" || { echo "WRONG: it did not meet its budget:"; cat "$work/out"; failed=1; }
grep -q livelock "$work/out" && { echo "WRONG: who asks for the time is told to go round:"; cat "$work/out"; failed=1; }
exit $failed
