#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Scenarios that teach nobody anything, and without which a mutant of ours would live: each must be judged as it says.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
cd "$EBB_SOURCE_DIR" || exit 3
exec "$EBB" run tests/mutation/scenarios
