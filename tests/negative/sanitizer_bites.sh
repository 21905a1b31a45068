#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A sanitized build must convict the canary of each crime; without sanitizers there is nothing to prove.
set -u
case $EBB_CFLAGS in
*-fsanitize=*address*) ;;
*) echo "not a sanitized build: skipped"; exit 77 ;;
esac
canary=$EBB_BUILD_DIR/negative_sanitizer_canary
code=0
"$canary" none >/dev/null 2>&1 || { echo "WRONG: the canary without a crime is red"; code=1; }
while read -r crime text; do
    output=$("$canary" "$crime" 2>&1) && { echo "WRONG: $crime goes unseen"; code=1; }
    grep -qF -- "$text" <<<"$output" || { echo "WRONG: $crime is not called '$text' but:"; sed 's/^/| /' <<<"$output"; code=1; }
done <<'CRIMES'
leak Direct leak of 1234 byte(s)
overflow heap-buffer-overflow
use-after-free heap-use-after-free
undefined signed integer overflow
CRIMES
exit $code
