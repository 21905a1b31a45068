#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# `ebb compare` says the same for the same seed, byte for byte; the tokens of the run where variants part show what it says they
# leave; and wrong usage is told.
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
    [ $code -eq "$wanted" ] || { echo "ebb $* ends with $code, not $wanted:"; cat found told; failed=1; }
}
# says FILE TEXT: it has that line, spaces apart.
says() { grep -qE "^$2$" "$1" || { echo "$1 does not say: $2"; cat "$1"; failed=1; }; }

cat >late.yaml <<'END_OF_FILE'
ebb: 1
about: The caller takes the answer that is there, or none.
params:
  room: {default: 0}
main:
  - let: {answer: chan(room)}
  - go: worker(answer)
  - select:
      - recv: answer
      - default:
procs:
  worker(answer):
    - let: {copy: malloc(100)}
    - send: answer
    - free: copy
variants:
  leaking: {}
  repaired: {room: 1}
END_OF_FILE
sed -e 's/malloc(100)/malloc(300)/' -e 's/^about: .*/about: More of it./' late.yaml >more.yaml
mkdir other && cp more.yaml other/late.yaml

ends 0 compare late.yaml --runs 200
mv found first
ends 0 compare --seed=1 --runs=200 late.yaml
cmp first found || { echo "the same seed says something else"; failed=1; }
says first " +leaking +repaired"
says first "runs that leave something +[1-9][0-9]* of 200 +0 of 200"
says first "  blocked worker on send answer +[1-9][0-9]* of 200 +-"
says first "bytes at once, most +100 +100"
says first "bytes left, most +100 +0"
says first "they first leave something else on schedule [0-9]+:"
[ "$(grep -c ' $' first)" = 0 ] || { echo "lines end with spaces"; failed=1; }

# Both tokens come back, each to what was said of it.
mapfile -t tokens < <(grep -o 'ebb1-[0-9a-z]*-[0-9a-z]*-[0-9a-z]*' first)
[ ${#tokens[@]} = 2 ] || { echo "not two tokens"; failed=1; }
ends 0 replay "${tokens[0]}" late.yaml
grep -q "worker is blocked for ever" found || { echo "the first does not leak"; cat found; failed=1; }
ends 0 replay "${tokens[1]}" late.yaml
grep -q "worker is blocked for ever" found && { echo "the second leaks"; cat found; failed=1; }

# One run, of a token: each variant follows it.
ends 0 compare --token "${tokens[0]}" late.yaml
says found "runs that leave something +1 of 1 +0 of 1"
ends 0 compare --token "${tokens[0]}" late.yaml --json
grep -q "\"token\": \"${tokens[0]}\"" found || { echo "the token is not in the JSON"; cat found; failed=1; }

# Two files: columns are named by file, by path where the names are the same.
ends 0 compare --variant leaking late.yaml more.yaml
says found " +late, leaking +more, leaking"
says found "bytes at once, most +100 +300"
ends 0 compare --variant leaking late.yaml other/late.yaml
says found " +late.yaml, leaking +other/late.yaml, leaking"

ends 0 compare --json late.yaml --runs 200
mv found first
ends 0 compare --json late.yaml --runs 200
cmp first found || { echo "the same seed gives other JSON"; failed=1; }
says first '  "format": "ebb-compare-1",'
says first '      "bytes_left_most": 100,'
says first '          "name": "blocked worker on send answer",'

# A run that does not end costs one budget, not one for each schedule.
printf 'ebb: 1\nmain: [{loop: [yield]}]\nlimits: {steps: 100}\nparams: {n: {default: 0}}\nvariants: {a: {}, b: {n: 1}}\n' >endless.yaml
ends 0 compare endless.yaml
says found "a run met the budget of steps, so the comparison ended with it"
says found "1 schedule of each, by the same draws \(seed 1\)"

# What makes no sense when it runs is told with its place.
printf 'ebb: 1\nparams: {n: {default: 1}}\nmain:\n  - let: {c: chan(n)}\nvariants: {a: {}, b: {n: -1}}\n' >senseless.yaml
ends 2 compare senseless.yaml
grep -q "^senseless.yaml:4:[0-9]*: error: " told || { echo "no place is told"; cat told; failed=1; }

printf 'ebb: 1\nmain: [yield]\n' >single.yaml
for wrong in "" "none.yaml" "single.yaml" "--variant none late.yaml" "--runs 0 late.yaml" "--strategy all late.yaml" \
    "--strategy luck late.yaml" "--token ebb1-none late.yaml" "--token ${tokens[0]} more.yaml" \
    "--token ${tokens[0]} --runs 3 late.yaml" "--token ${tokens[0]%?}- late.yaml" "--markdown late.yaml"; do
    # shellcheck disable=SC2086
    ends 2 compare $wrong
    [ -s told ] || { echo "compare $wrong: nothing is told"; failed=1; }
done
{ printf 'ebb: 1\nparams: {n: {default: 0}}\nmain: [yield]\nvariants:\n'
  for i in $(seq 13); do printf '  v%d: {n: %d}\n' "$i" "$i"; done; } >many.yaml
ends 2 compare many.yaml
grep -q "13 variants do not fit" told || { echo "too many are not told"; cat told; failed=1; }
exit $failed
