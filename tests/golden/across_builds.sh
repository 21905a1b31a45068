#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The JSON of a campaign is a pure function of the scenarios: the same bytes from every compiler, with and without
# sanitizers, wherever the loader puts the program, and whatever the environment holds.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
cd "$EBB_SOURCE_DIR" || exit 3
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
failed=0 compared=0

# same NAME COMMAND…: prints the bytes that the first one printed, of this many runs of each variant.
runs=
same() {
    local name=$1 code
    shift
    LLVM_PROFILE_FILE=$work/profile "$@" run --json ${runs:+--runs "$runs"} scenarios >"$work/now" 2>"$work/talk"
    code=$?
    if [ ! -s "$work/now" ]; then
        echo "WRONG: $name printed nothing (ended with $code)"
        sed 's/^/| /' "$work/talk" | head -5
        failed=1
        return
    fi
    echo "ended with $code" >>"$work/now"
    if [ ! -f "$work/first" ]; then
        cp "$work/now" "$work/first"
    elif ! cmp -s "$work/first" "$work/now"; then
        echo "WRONG: $name prints something else:"
        diff "$work/first" "$work/now" | head -12 | sed 's/^/| /'
        failed=1
    fi
    compared=$((compared + 1))
}

# What one build prints wherever it is: a few runs of each show as much as many.
runs=3
same "$EBB" "$EBB"
grep -q '"verdict": "leaks"' "$work/first" || { echo "WRONG: nothing leaks, so that nothing was compared"; failed=1; }
same "the same again" "$EBB"
if command -v setarch >/dev/null && setarch "$(uname -m)" -R true 2>/dev/null; then
    same "without address randomisation" setarch "$(uname -m)" -R "$EBB"
fi
same "with 100 kB of environment" env "PADDING=$(head -c 100000 /dev/zero | tr '\0' x)" TZ=Asia/Kathmandu LC_ALL=C.UTF-8 "$EBB"
same "with none" env -i "$EBB"

# Other builds, with all that is run and proved unasked, where they are of these sources: an old one may well say
# something else.
builds=1 runs=
rm "$work/first"
newest=$(find runtime harness reports -type f -name '*.[cdh]*' -printf '%T@ %p\n' | sort -n | tail -1 | cut -d' ' -f2-)
for other in build/*/ebb; do
    [ -x "$other" ] && ! [ "$other" -ef "$EBB" ] || continue
    if [ "$newest" -nt "$other" ]; then
        echo "$other is older than $newest: not compared"
        continue
    fi
    [ $builds -gt 1 ] || same "$EBB" "$EBB"
    same "$other" "$PWD/$other"
    builds=$((builds + 1))
done
echo "$compared campaigns compared, of $builds builds"
[ $failed -eq 0 ] || exit 1
[ $builds -gt 1 ] || { echo "no second build of these sources is here: the comparison of compilers was skipped"; exit 77; }
