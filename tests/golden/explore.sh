#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# `ebb explore` says the same for the same seed, byte for byte, its tokens replay, and wrong usage is told.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 3
failed=0

# ends CODE ARGUMENTS…: that is the exit code.
ends() {
    local wanted=$1
    shift
    "$EBB" "$@" >found 2>told
    local code=$?
    [ $code -eq "$wanted" ] || { echo "ebb $* ends with $code, not $wanted:"; cat told; failed=1; }
}

cat >two.yaml <<'END'
ebb: 1
about: Two coroutines take the same two locks in opposite order.
params:
  ordered: {default: false}
main:
  - let: {left: mutex()}
  - let: {right: mutex()}
  - go: both(left, right)
    as: first
  - if: ordered
    then:
      - go: both(left, right)
        as: second
    else:
      - go: both(right, left)
        as: second
procs:
  both(one, two):
    - lock: one
    - lock: two
    - unlock: two
    - unlock: one
variants:
  leaking: {}
  repaired: {ordered: true}
expect:
  leaking:
    some:
      - {blocked: first, on: lock right, count: 1}
      - {blocked: second, on: lock left, count: 1}
      - {lock: left, count: 1}
      - {lock: right, count: 1}
  repaired: clean
END
ends 0 explore two.yaml --runs 3000 --strategy pct3,pos,urw,delay2,random
mv found first
ends 0 explore --seed=1 --strategy=pct3,pos,urw,delay2,random --runs 3000 two.yaml
cmp first found || { echo "the same seed says something else"; failed=1; }
grep -q "^two.yaml, leaking: 3 000 sampled, chance of new behaviour < 0.04 %$" first || { cat first; failed=1; }
grep -q "^  4 behaviours, 0 of them seen once: 0/3000$" first || { echo "repaired: not 4 behaviours"; cat first; failed=1; }
token=$(grep -o 'ebb1-[0-9a-z]*-[0-9a-z]*-[0-9a-z]*' first | head -1)
ends 0 replay "$token" two.yaml
ends 0 explore --json --first --variant leaking two.yaml
grep -q '"format": "ebb-explore-1"' found || { echo "no JSON"; failed=1; }
ends 0 explore --time 50ms --variant repaired two.yaml
for jobs in 2 5; do
    ends 0 explore two.yaml --jobs $jobs --runs 3000 --strategy pct3,pos,urw,delay2,random
    cmp first found || { echo "$jobs processes find something else"; failed=1; }
done
ends 0 explore --jobs 3 --strategy all two.yaml
grep -q "all [0-9]* traces" found || { echo "a search is not whole with several processes"; cat found; failed=1; }

# An interrupt ends a search, in all of its processes, and what was found is told; nobody is left.
for jobs in 1 3; do
    for target in PID -PID; do
        setsid "$EBB" explore --jobs $jobs --json --runs 1000000000 two.yaml >found 2>told &
        pid=$!
        sleep 0.5
        kill -INT -- "${target/PID/$pid}" || { echo "--jobs $jobs: there was nobody to interrupt"; failed=1; }
        wait "$pid"
        code=$?
        [ $code -eq 3 ] || { echo "--jobs $jobs: an interrupted search ends with $code, not 3"; failed=1; }
        grep -q '"interrupted": true' found && grep -q '"kind": "blocked"' found && [ "$(tail -c 2 found)" = "}" ] ||
            { echo "--jobs $jobs: what was found is not told"; cat found; failed=1; }
        [ -s told ] && { echo "--jobs $jobs: talks where there is no terminal:"; cat told; failed=1; }
        if pgrep -g "$pid" >/dev/null 2>&1; then echo "--jobs $jobs: leaves processes behind"; failed=1; fi
    done
done

# On a terminal it says how far it is; what it reports is the same.
if command -v script >/dev/null; then
    TERM=xterm script -qec "'$EBB' explore --time 900ms --variant leaking two.yaml >plain" shown </dev/null >/dev/null 2>&1
    grep -qa 'runs, .*/s, .* traces, 4 findings; .* sampled, chance' shown || { echo "no progress:"; cat shown; failed=1; }
    grep -qa 'findings;' plain && { echo "the progress is in the report"; failed=1; }
fi
for wrong in "--time 5" "--time 0s" "--time s" "--strategy luck" "--strategy replay" "--runs 0" "--variant none"; do
    # shellcheck disable=SC2086
    ends 2 explore $wrong two.yaml
done
ends 2 explore
ends 2 explore none.yaml
# A rule of the scenario ends the search, unless the command line says when.
{ cat two.yaml; echo 'stop: {new_behaviour_below: 1%}'; } >rule.yaml
ends 0 explore --variant leaking rule.yaml
grep -q '^rule.yaml, leaking: [0-9 ]* sampled, chance of new behaviour .* %; stopped by rule: chance of new behaviour < 1 %$' found ||
    { echo "the rule does not stop it"; cat found; failed=1; }
ends 0 explore --variant leaking --runs 300 rule.yaml
grep -q '^rule.yaml, leaking: 300 sampled, [^;]*$' found || { echo "--runs does not go before the rule"; cat found; failed=1; }
ends 0 run --prove 0 --runs 40 --terse rule.yaml
grep -q 'leaks  40 runs, sampled$' found || { echo "run: --runs and --prove do not go before the rule"; cat found; failed=1; }
sed 's/^stop:.*/stop: {proved: all}/' rule.yaml >proved.yaml
ends 0 explore --variant leaking proved.yaml
grep -q '^proved.yaml, leaking: all 9 traces; all 9 traces with early timers$' found || { echo "not proved"; cat found; failed=1; }
ends 0 run --terse proved.yaml
grep -q '^2 scenarios judged: 2 as expected (proved), 0 not$' found || { echo "run: not proved"; cat found; failed=1; }

# What no run has shown of each operation: the same whoever makes the runs, a proof calls it impossible, and unasked nothing
# is said of it.
ends 0 explore --coverage --runs 3000 two.yaml
mv found first
ends 0 explore --coverage --runs 3000 --jobs 3 two.yaml
cmp first found || { echo "3 processes have exercised something else"; failed=1; }
ends 0 explore --coverage --runs 3000 --shard 1/2 --part one two.yaml
ends 0 explore --coverage --runs 3000 --shard 2/2 --part other two.yaml
ends 0 merge other one
cmp first found || { echo "two shares have exercised something else"; failed=1; }
sed 's/"requirements": 8/"requirements": 12/' one >wrong
ends 2 merge other wrong
ends 0 explore --coverage --strategy all --variant repaired two.yaml
tail -n +4 found >never
cat >wanted <<'END'
  exercised 6 of 8 of what its operations can come to; impossible:
    two.yaml:20:7: lock two: after a wait
    two.yaml:21:7: unlock two: waking another
END
diff -u wanted never || failed=1
ends 0 explore --coverage --json --first --variant leaking two.yaml
python3 - found <<'END' || { echo "no coverage as JSON"; failed=1; }
import json, sys
[search] = json.load(open(sys.argv[1]))["searches"]
coverage = search["coverage"]
assert len(coverage["never"]) == coverage["of"] - coverage["exercised"] > 0 and not coverage["impossible"], coverage
assert all(one["line"] in range(19, 23) and one["operation"] and one["outcome"] for one in coverage["never"]), coverage
END
ends 0 explore --variant repaired two.yaml
grep -q exercised found && { echo "coverage is told unasked"; failed=1; }

exit $failed
