#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# `ebb doctor` plants a leak of every kind there is, says one line about each, and ends with 3 as soon as one line says NO.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
failed=0
wrong() {
    echo "WRONG: $*"
    sed 's/^/| /' "$work/out" | head -40
    failed=1
}
# What it says must fit how it ends, whatever this machine is like.
fits() {
    local code=$1 wanted=0
    grep -q '^NO ' "$work/out" && wanted=3
    [ "$code" -eq $wanted ] || wrong "ends with $code, not $wanted"
    if grep -vqE '^(ok|NO|--)  [^ ].{21} [^ ]|^this machine (can judge|cannot be trusted)' "$work/out"; then wrong "a line of another form"; fi
}

"$EBB" doctor >"$work/out" 2>"$work/talk"
fits $?
while IFS= read -r kind; do
    grep -q "^ok  $kind " "$work/out" || wrong "a planted $kind is not found"
done < <(sed -n 's/^FINDING([A-Z_]*, \([a-z]*\))$/\1/p' "$EBB_SOURCE_DIR/harness/check/findings.def")
for name in clean LeakSanitizer AddressSanitizer 'guard pages' ptrace 'another process' /proc stacks 'address randomisation' overcommit gcc clang; do
    grep -qE "^(ok|NO|--)  $name  " "$work/out" || wrong "nothing about $name"
done
lines=$(grep -cE '^(ok|NO|--)' "$work/out")

"$EBB" doctor --json >"$work/out" 2>"$work/talk"
python3 - "$work/out" "$lines" <<'PYTHON' || wrong "the JSON is not as it should be"
import json, sys
found = json.load(open(sys.argv[1]))
assert found["format"] == "ebb-doctor-1"
assert len(found["checks"]) == int(sys.argv[2])
assert found["able"] == all(check["state"] != "no" for check in found["checks"])
assert all(set(check) == {"name", "state", "text", "advice"} for check in found["checks"])
PYTHON

# A machine that is too small is told so. A sanitizer would not even start there.
if ! grep -qa '__asan_init' "$EBB"; then
    (
        ulimit -v 60000
        exec "$EBB" doctor
    ) >"$work/out" 2>"$work/talk"
    code=$?
    fits $code
    grep -q '^NO  stacks .*ulimit -v' "$work/out" || wrong "a small address space is not told"
fi
"$EBB" doctor nobody >"$work/out" 2>&1
[ $? -eq 2 ] || wrong "takes a path"
exit $failed
