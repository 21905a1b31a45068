#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kernels.sh: the table of docs/kernels.md is what this build comes to, and the targets it stands for are reached: each
# kernel found within 1 000 schedules and all but two within 32, on each of twenty seeds, and no token above 40 characters.
# GOLDEN_UPDATE=1 rewrites the page.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
: "${EBB_SOURCE_DIR:?the source tree}"
command -v python3 >/dev/null || { echo "there is no python3, which makes the table: skipped"; exit 77; }
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
tool=$EBB_SOURCE_DIR/tools/kernel_table.py page=$EBB_SOURCE_DIR/docs/kernels.md
if [ "${GOLDEN_UPDATE:-0}" = 1 ]; then
    python3 "$tool" --ebb "$EBB" --write "$page"
    exit
fi
python3 "$tool" --ebb "$EBB" --check "$page" || exit 1

# A comparison that takes everything would be green as well: one other digit has to be seen, and a missing mark.
sed 's/^| etcd_6873 | [0-9]*/| etcd_6873 | 31/' "$page" >"$work/other.md"
if python3 "$tool" --ebb "$EBB" --seeds 20 --only etcd_6873 --check "$work/other.md" >"$work/out" 2>&1; then
    echo "a wrong number in the table goes unnoticed"
    exit 1
fi
grep -q '^-| etcd_6873 | 31' "$work/out" || { echo "the difference does not show the wrong number: $(cat "$work/out")"; exit 1; }
grep -v 'kernel_table.py: end' "$page" >"$work/torn.md"
python3 "$tool" --ebb "$EBB" --seeds 1 --only etcd_6708 --check "$work/torn.md" >/dev/null 2>&1
[ $? -eq 3 ] || { echo "a page without its marks is not refused"; exit 1; }
