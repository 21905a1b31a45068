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
for wrong in "--time 5" "--time 0s" "--time s" "--strategy luck" "--strategy replay" "--runs 0" "--variant none"; do
    # shellcheck disable=SC2086
    ends 2 explore $wrong two.yaml
done
ends 2 explore
ends 2 explore none.yaml
exit $failed
