#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Tokens of failures show the same bytes from every build of these sources that is there: a small part of what
# tools/replay_builds.py does with ten thousand. A build that tells one number otherwise is noticed.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
command -v python3 >/dev/null || { echo "python3 is not here: skipped; ./dev setup brings it"; exit 77; }
cd "$EBB_SOURCE_DIR" || exit 3
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT

printf '#!/bin/sh\n"%s" "$@" | sed "s/\\"steps\\": 8,/\\"steps\\": 9,/"\n' "$EBB" >"$work/ebb"
chmod +x "$work/ebb"
tools/replay_builds.py --no-cycles --tokens 60 "$EBB" "$work/ebb" >"$work/said" 2>&1
[ $? -eq 1 ] && grep -q "^WRONG: .*ebb replay --json ebb1-[a-z0-9-]* scenarios/.* differs from" "$work/said" ||
    { echo "WRONG: a build that tells other steps goes unnoticed:"; cat "$work/said"; exit 1; }

exec tools/replay_builds.py --no-cycles --tokens 150 --first "$EBB"
