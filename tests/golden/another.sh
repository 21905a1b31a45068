#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs are made again by a process that was started anew. A difference that is planted there is told with the step at which the two
# part, from both, ends with 4, and nothing is planted without being asked for; a system that starts no second process is told of.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 3
failed=0

# ends CODE COMMAND…: that is the exit code.
ends() {
    local wanted=$1
    shift
    "$@" >found 2>told
    local code=$?
    [ $code -eq "$wanted" ] || { echo "$* ends with $code, not $wanted:"; cat found told; failed=1; }
}
says() { grep -qF -- "$2" "$1" || { echo "$1 does not say: $2"; cat "$1"; failed=1; }; }
silent() { ! grep -qF -- "$2" "$1" || { echo "$1 says: $2"; cat "$1"; failed=1; }; }

cat >two.yaml <<'END_OF_FILE'
ebb: 1
main:
  - let: {c: chan(2)}
  - go: [{send: c}]
    as: left
  - go: [{send: c}]
    as: right
  - recv: c
  - recv: c
END_OF_FILE
printf 'ebb: 1\nmain:\n  - yield\n' >one.yaml
printf 'ebb: 1\nshared: {m: mutex()}\nmain:\n  - lock: m\n' >leak.yaml

# As it is: the same in both processes, with one and with several at work, whatever the environment holds.
ends 0 "$EBB" run two.yaml one.yaml
mv found first
[ ! -s told ] || { echo "something is told:"; cat told; failed=1; }
ends 0 env MORE="$(printf '%2000s' x)" "$EBB" run --jobs 2 two.yaml one.yaml
cmp first found || failed=1

# Planted: what cannot differ, having nothing to decide, does not; the other does, in the step that its decision makes.
for at in 0 1; do
    ends 4 env EBB_PLANT_DIFFERENCE=$at "$EBB" run two.yaml one.yaml
    says found "NOT  two"
    says found "ok   one"
    says found "not deterministic: here the decisions gave "
    says found ", and in another process "
    says found "; they part at step $((at + 2))"
    [ "$(grep -cE '^ +(both|here|there): step [0-9]+, (main|left|right) \(#[0-9]+\): (go|send on c|recv on c)(, waits)?, line [0-9]+, at 0s$' found)" = 3 ] || { echo "not told from both"; cat found; failed=1; }
    says found "ebb replay ebb1-"
    mv found planted
    ends 4 env EBB_PLANT_DIFFERENCE=$at "$EBB" run --jobs 2 two.yaml one.yaml
    cmp planted found || failed=1
done
[ "$(grep -oE 'here: step.*' planted)" != "$(grep -oE 'there: step.*' planted | sed 's/^t//')" ] || { echo "both sides are the same"; failed=1; }
ends 4 env EBB_PLANT_DIFFERENCE=0 "$EBB" run --json two.yaml
says found '"kind": "nondeterministic"'
says found 'they part at step 2'
says found 'there: step 2, left'
# The token shows the run as it is here.
token=$(sed -n 's/.*"token": "\(ebb1-[^"]*\)".*/\1/p' found | head -1)
ends 0 "$EBB" replay "$token" two.yaml
digest=$(sed -n 's/^digest \([0-9a-f]*\) .*/\1/p' found)
says planted "digest $digest, and in another"
ends 4 env EBB_PLANT_DIFFERENCE=0 "$EBB" run --junit out.xml two.yaml
says out.xml "not deterministic"
# A decision that no run comes to is none that could be turned round.
ends 0 env EBB_PLANT_DIFFERENCE=100000 "$EBB" run two.yaml
# Failures are made twice, whatever their number, and stay failures.
ends 1 "$EBB" run leak.yaml
says found "NOT  leak"
silent found "not deterministic"

# A search, whoever makes its runs: the first of each finding, and some of the others.
cp leak.yaml both.yaml && printf '  - go: [yield]\n  - yield\n' >>both.yaml
ends 1 "$EBB" explore --runs 200 both.yaml two.yaml
silent found "not deterministic"
for jobs in 1 2; do
    ends 4 env EBB_PLANT_DIFFERENCE=0 "$EBB" explore --runs 3000 --jobs $jobs both.yaml two.yaml
    [ "$(grep -c '^  not deterministic: here the decisions gave .*; they part at step 2$' found)" = 1 ] || { echo "not told as planted"; cat found; failed=1; }
    [ "$(grep -c '^    there: step' found)" = "$(grep -c '^  not deterministic' found)" ] || { echo "not told from both"; cat found; failed=1; }
    says found "    ebb replay ebb1-"
    [ $jobs = 1 ] && mv found one || cmp one found || failed=1
done
ends 4 env EBB_PLANT_DIFFERENCE=0 "$EBB" explore --runs 200 --json two.yaml
says found '"nondeterministic": "not deterministic: here'
ends 4 env EBB_PLANT_DIFFERENCE=0 "$EBB" explore --runs 200 --shard 1/2 --part share two.yaml
says told "ebb: the share is not deterministic, so that no part was written"
[ ! -e share ] || { echo "a part is written"; failed=1; }

# Where no other process can be started that is said once, and the runs are judged all the same.
cp "$EBB" copy && mkfifo pipe || exit 3
./copy run pipe >found 2>told &
child=$!
exec 3>pipe # when it has opened it, it is there
chmod 000 copy
cat two.yaml >&3
exec 3>&-
wait $child || { echo "ends with $?, not 0"; cat told; failed=1; }
says found "ok   pipe"
says told "WARNING: second runs in another process: /proc/self/exe cannot be started once more"
[ "$(grep -c WARNING told)" = 1 ] || { echo "told more than once"; failed=1; }
(ulimit -f 0 && exec "$EBB" run two.yaml) 2>&1 | cat >found
says found "WARNING: second runs in another process: the system gives no file without a name"
says found "ok   two"

# The child does nothing for whoever calls it by hand.
ends 2 "$EBB" again-elsewhere </dev/null
printf 'nothing of the kind\n' >asked
ends 3 "$EBB" again-elsewhere <asked
[ ! -s found ] || { echo "it answers what was not asked"; failed=1; }
exit $failed
