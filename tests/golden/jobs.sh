#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# However many processes judge at a time, every report is the same, byte for byte, and so is the exit code.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
scenarios=$PWD/scenarios
cd "$work" || exit 3
failed=0

# A slow one first, so that the others overtake it; one that is red, one that meets its limit, one that is refused.
printf 'ebb: 1\nmain:\n  - let: {c: chan()}\n  - go: [{repeat: 20, do: [{recv: c}]}]\n  - repeat: 20\n    do: [{send: c}]\n' >a-slow.yaml
printf 'ebb: 1\nmain:\n  - let: {c: chan()}\n  - go: [{send: c}]\n    as: sender\n' >b-red.yaml
printf 'ebb: 1\nmain: [{loop: [yield]}]\nlimits: {steps: 50}\n' >c-limit.yaml
printf 'ebb: 1\nmain:\n  - let: {c: mutex()}\n  - lock: c\n' >d-red.yaml
cp "$scenarios"/patterns/{lock-ab-ba,ticker-not-stopped,send-after-timeout}.yaml .

# same NAME ARGUMENTS…: with 1 and 3 processes the same on stdout and in the file NAME.
same() {
    local name=$1 jobs
    shift
    for jobs in 1 3; do
        rm -f result
        "$EBB" run --jobs $jobs "$@" >out.$jobs 2>told.$jobs
        echo "exit $?" >>out.$jobs
        if [ -e result ]; then mv result result.$jobs; else : >result.$jobs; fi
        cmp out.1 out.$jobs && cmp told.1 told.$jobs && cmp result.1 result.$jobs ||
            { echo "WRONG: $name: --jobs $jobs says something else"; failed=1; }
    done
}
same text .
grep -q '^exit 1$' out.1 || { echo "WRONG: nothing was red"; failed=1; }
[ "$(grep -c '^ok' out.1)" -ge 6 ] || { echo "WRONG: hardly anything was judged"; failed=1; }
same json --json --runs 70 .
same junit --junit result .
[ -s result.3 ] || { echo "WRONG: no JUnit"; failed=1; }
same written --write-baseline result .
cp result.1 known.yaml
same baseline --baseline known.yaml --json .
same "a variant" --variant leaking .
same "none of them" --variant nonesuch .
for wrong in 0 x -1 257 ""; do
    "$EBB" run --jobs "$wrong" b-red.yaml >out 2>&1
    [ $? -eq 2 ] || { echo "WRONG: --jobs '$wrong' is taken"; failed=1; }
done
exit $failed
