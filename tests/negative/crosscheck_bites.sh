#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# In a sanitized build every verdict is cross-checked: memory that goes astray behind the ledger makes a row red, and a
# LeakSanitizer that is refused what it needs is told, never taken for silence.
set -u
case $EBB_CFLAGS in
*-fsanitize=*address*) ;;
*) echo "not a sanitized build: skipped"; exit 77 ;;
esac
cd "$EBB_SOURCE_DIR" || exit 3
canary=$EBB_BUILD_DIR/negative_crosscheck_canary no_ptrace=$EBB_BUILD_DIR/negative_no_ptrace
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
code=0
wrong() {
    echo "WRONG: $*"
    sed 's/^/| /' "$work"/out "$work"/talk | head -12
    code=1
}

if ! "$canary" none >"$work/out" 2>"$work/talk"; then wrong "the canary without a crime is red"; fi
while read -r crime text; do
    if "$canary" "$crime" >"$work/out" 2>"$work/talk"; then wrong "memory that is $crime goes unseen"; fi
    grep -q "^crashed: a bug of ours: .*$text" "$work/out" || wrong "memory that is $crime is not answered with '$text'"
    grep -q '^ebb: to see it again: ebb replay ebb1-' "$work/talk" || wrong "memory that is $crime: no token"
done <<'CRIMES'
lost LeakSanitizer sees a leak
kept more than before
CRIMES

# ---- ptrace refused ----------------------------------------------------------------------------------
printf 'ebb: 1\nmain: [yield]\n' >"$work/good.yaml"
printf 'ebb: 1\nmain:\n  - let: {c: chan()}\n  - go: [{send: c}]\n' >"$work/leak.yaml"
"$no_ptrace" "$EBB" --version >/dev/null 2>&1
[ $? -ne 77 ] || { echo "no filter of system calls here: a refused ptrace was not tried"; exit $code; }
loud='WARNING: LeakSanitizer is in this build and may not work here'
# refused CODE WORDS…
refused() {
    local want=$1 got=0
    shift
    "$no_ptrace" "$EBB" "$@" >"$work/out" 2>"$work/talk" || got=$?
    [ $got -eq "$want" ] || wrong "without ptrace, ebb $* ends with $got, not $want"
    [ "$(grep -c "$loud" "$work/talk")" -eq 1 ] || wrong "without ptrace, ebb $* does not say it once"
}
refused 0 run "$work/good.yaml" "$work/good.yaml"
refused 1 run "$work/leak.yaml"
refused 0 list "$work/good.yaml"
refused 3 doctor
grep -q '^NO  LeakSanitizer' "$work/out" || wrong "without ptrace, the doctor is content with LeakSanitizer"
grep -q '^NO  ptrace' "$work/out" || wrong "without ptrace, the doctor does not miss it"
ASAN_OPTIONS=detect_leaks=0 "$EBB" run "$work/good.yaml" >"$work/out" 2>"$work/talk" || wrong "without leak detection a good scenario is red"
grep -q 'does not see a planted leak' "$work/talk" || wrong "LeakSanitizer switched off is not told"
"$EBB" run "$work/good.yaml" >"$work/out" 2>"$work/talk" || wrong "a good scenario is red"
[ ! -s "$work/talk" ] || wrong "where all is well there is talk"
exit $code
