#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What `ebb run` says below a finding is what `ebb explain` says of it, and a list with too many findings says how many
# things it had no room for, in every report and in the story.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 3
failed=0
says() { # FILE WORDS
    grep -qF -- "$2" "$1" || { echo "WRONG: $1 does not say: $2"; head -5 "$1" | cut -c1-200; failed=1; }
}

# 100 names of 100 coroutines each, and 100 lines of one name: 10 000 are left either way.
many() { # HOW
    printf 'ebb: 1\nmain:\n  - let: {never: chan()}\n  - repeat: 100\n    do:\n'
    for i in $(seq 100); do
        if [ "$1" = names ]; then echo "      - {go: [{recv: never}], as: w$i}"; else echo "      - {go: [{recv: never}], as: w}"; fi
    done
}
for how in names lines; do
    many $how >$how.yaml
    "$EBB" run --junit $how.xml $how.yaml >$how.txt 2>&1
    "$EBB" run --json $how.yaml >$how.json 2>&1
    "$EBB" explain $how.yaml >$how.story 2>&1
    for file in $how.txt $how.xml $how.story; do
        says $file "the list ends here, at 64: 3600 more were left and had no room"
    done
    says $how.json '"lost": 3600'
    says $how.json '"findings": 3664'
done
# 64 findings are told, of which 63 only by their line.
says lines.txt "the same in lines 7 (count 100), 8 (count 100),"
says lines.txt "and 51 more lines (count 5100)"
[ "$(grep -c 'are blocked for ever' names.txt)" -eq 64 ] || { echo "WRONG: not 64 findings in names.txt"; failed=1; }
[ "$(grep -c '"doomed_step"' lines.json)" -eq 64 ] || { echo "WRONG: not each finding has its story"; failed=1; }

# The step, what happened and why agree with the story, and the path has the suspect.
cat >late.yaml <<'YAML'
ebb: 1
main:
  - let: {reply: chan()}
  - go: worker(reply)
  - select:
      - recv: reply
      - after: 1s
procs:
  worker(reply):
    - sleep: 2s
    - send: reply
YAML
"$EBB" run --junit late.xml late.yaml >late.txt 2>&1
"$EBB" run --json late.yaml >late.json 2>&1
"$EBB" explain late.yaml >late.story 2>&1
why='after that nobody else could receive from reply or close it'
says late.story 'decided:  step 4, 1s: main: select: its time is up'
says late.story "$why"
for file in late.txt late.xml; do says $file "step 4, line 5, at 1s: main: select: its time is up; $why"; done
says late.json '"lost_right": "receive from reply or close it"'
says late.json '"step": 4'

cat >cache.yaml <<'YAML'
ebb: 1
shared: {cache: map()}
cycle:
  - put: cache
    key: turn
    value: bytes(1KiB)
YAML
"$EBB" run cache.yaml >cache.txt 2>&1
"$EBB" run --json cache.yaml >cache.json 2>&1
says cache.txt "kept by shared variable cache: map cache > key 0: slice"
says cache.txt "; suspect: key 0; retains "
says cache.json '"suspect": "key 0"'
says cache.json '"retained_bytes": 1024'
[ $failed -eq 0 ] && echo "6 reports and 3 stories looked at"
exit $failed
