#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The story of a run is the same bytes every time, in every build: those in tests/golden/explain. GOLDEN_UPDATE=1 writes
# them anew, and git shows the difference. Then every scenario is told, and must stay within its width and say why.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
cd "$EBB_SOURCE_DIR" || exit 3
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
golden=tests/golden/explain failed=0 compared=0

# same NAME WORDS…: what ebb prints, or `cat`, is what is kept under this name.
same() {
    local name=$1 program=$EBB
    shift
    if [ "$1" = cat ]; then program=cat && shift; fi
    "$program" "$@" >"$work/now" 2>&1 || { echo "WRONG: ebb $* ended with $?"; failed=1; }
    if [ -n "${GOLDEN_UPDATE:-}" ]; then cp "$work/now" "$golden/$name"; fi
    compared=$((compared + 1))
    diff -u "$golden/$name" "$work/now" || { echo "WRONG: ebb $* prints something else"; failed=1; }
}

for name in send-after-timeout ticker-not-stopped map-grows slice-alias lock-ab-ba context-never-cancelled; do
    same "$name.txt" explain "scenarios/patterns/$name.yaml"
done
same send-after-timeout.json explain --json scenarios/patterns/send-after-timeout.yaml
same repaired.txt explain --variant repaired scenarios/patterns/send-after-timeout.yaml
# The numbers on the way, by time and by step; what no duration is, is said to be none.
"$EBB" replay --timeline "$work/timeline" --every 10ms "$("$EBB" run --json scenarios/patterns/ticker-not-stopped.yaml |
    sed -n 's/^ *"token": "\(ebb1-.*\)",$/\1/p' | head -1)" >/dev/null || failed=1
same timeline.json cat "$work/timeline"
steps=$("$EBB" run --variant leaking --timeline "$work/timeline" --json scenarios/patterns/map-grows.yaml | sed -n 's/^ *"steps": \([0-9]*\),$/\1/p')
[ "$(grep -c '"step":' "$work/timeline")" -eq $((steps + 1)) ] || { echo "WRONG: not a look at each of $steps steps, and one at the end"; failed=1; }
for every in 0ms 10 ms 1.5s -1s 99999999999h; do
    "$EBB" run --timeline "$work/timeline" --every "$every" scenarios/patterns/map-grows.yaml >/dev/null 2>"$work/talk"
    [ $? -eq 2 ] && grep -q -- '--every takes TIME' "$work/talk" || { echo "WRONG: --every $every is taken"; failed=1; }
done
token=$("$EBB" run --json scenarios/patterns/lock-ab-ba.yaml | sed -n 's/^ *"token": "\(ebb1-.*\)",$/\1/p' | head -1)
same lock-ab-ba.txt explain "$token" scenarios

# All that is judged can be told: no line wider than 120 unless it is one of the file's own or a finding's.
"$EBB" list --ctest scenarios >"$work/list"
told=0
while IFS=$'\t' read -r file variant; do
    [ "$variant" = range ] && continue
    if ! "$EBB" explain --runs 2 --variant "$variant" "$file" >"$work/now" 2>"$work/talk"; then
        echo "WRONG: ebb explain --variant $variant $file: $(head -2 "$work/talk")"
        failed=1
    fi
    told=$((told + 1))
    wide=$(awk '/^ +time +step/ { table = 1 } /^$/ { table = 0 } table && length($0) > 120' "$work/now" | head -2)
    if [ -n "$wide" ]; then
        echo "WRONG: $file, $variant: wider than 120:"
        echo "$wide"
        failed=1
    fi
done <"$work/list"
echo "$compared stories compared, $told told"
[ $told -gt 50 ] || { echo "WRONG: too few were told"; failed=1; }
exit $failed
