#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A search for a proof in pieces says the same whoever makes them: one process, several, or shares that are merged; and a
# piece that is missing is no proof. What it finds is what the search in one finds.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
cp "$EBB_SOURCE_DIR"/scenarios/goker/{cockroach_10214,kubernetes_62464,grpc_795}.yaml "$work"
cp "$EBB_SOURCE_DIR"/scenarios/patterns/{lock-ab-ba,send-after-timeout}.yaml "$work"
cd "$work" || exit 3
failed=0
wrong() {
    echo "WRONG: $*"
    failed=1
}
search=(explore --strategy all --runs 20000)
# same NAME FORM COMMAND…
same() {
    local name=$1
    shift
    "$@" >now 2>told
    echo "exit $?" >>now
    cmp -s whole now || { wrong "$name says something else"; diff whole now | head -6; head -3 told; }
}
for form in "" --json; do
    "$EBB" "${search[@]}" --pieces 5 $form . >whole 2>told
    echo "exit $?" >>whole
    same "in three processes" "$EBB" "${search[@]}" --pieces 5 --jobs 3 $form .
    for i in 1 2 3; do "$EBB" "${search[@]}" --pieces 5 --shard $i/3 --part part.$i . >share.$i 2>told; done
    grep -q ", not all" share.2 || wrong "a share says that it is the whole"
    same "merged" "$EBB" merge $form part.3 part.1 part.2
done
grep -q '"proved": true' whole || wrong "nothing was proved"
grep -q '"proved": false' whole && wrong "something was not proved"

# The findings are those of the search in one piece; their runs and tokens are of other schedules.
findings() { sed -n 's/^  \([a-z].*, line [0-9]*\)$/\1/p' | sort; }
for file in *.yaml; do
    "$EBB" "${search[@]}" "$file" 2>told | findings >in-one
    "$EBB" "${search[@]}" --pieces 3 "$file" 2>told | findings >in-pieces
    cmp -s in-one in-pieces || { wrong "$file: in pieces other things are found"; diff in-one in-pieces | head -6; }
    cat in-one >>all
done
[ -s all ] || wrong "nothing was found anywhere"

# Every trace is some piece's, and a few are two pieces'.
traces() {
    "$EBB" explore --strategy all --runs 30000 --timers idle --variant repaired "$@" \
        "$EBB_SOURCE_DIR/scenarios/goker/etcd_7492.yaml" 2>told | sed -n '1s/.*all \([0-9 ]*\) traces$/\1/p' | tr -d ' '
}
one=$(traces) two=$(traces --pieces 2)
[ "${one:-0}" -gt 10000 ] && [ "${two:-0}" -ge "$one" ] || wrong "${two:-no} traces in two pieces, ${one:-none} in one"

# refused WORDS COMMAND…
refused() {
    local words=$1
    shift
    "$EBB" "$@" >now 2>told
    [ $? -eq 2 ] && grep -qF -- "$words" told || { wrong "$*:"; head -3 told; }
}
refused "--pieces are of a search for a proof" explore --pieces 4 lock-ab-ba.yaml
refused "--pieces are of a search for a proof" explore --pieces 4 --strategy all,random lock-ab-ba.yaml
refused "--pieces takes N" explore --strategy all --pieces 0 lock-ab-ba.yaml
refused "--pieces takes N" explore --strategy all --pieces 1025 lock-ab-ba.yaml
rm part.2
refused "2 of 3" merge part.1 part.3
"$EBB" "${search[@]}" --pieces 4 --shard 2/3 --part part.2 . >share.2 2>told
refused "part.2:" merge part.1 part.2 part.3
exit $failed
