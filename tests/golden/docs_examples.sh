#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every whole scenario in docs/scenario-format.md is as it says: the lint has nothing to tell, and it is as expected.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 3
awk -v out="$work" '
    /^```yaml$/ { first = 1; next }
    /^```$/ { if (file != "") close(file); file = ""; first = 0; next }
    first { first = 0; if ($0 == "ebb: 1") { line = NR; file = sprintf("%s/line-%04d.yaml", out, NR) } }
    file != "" { print > file }' "$EBB_SOURCE_DIR/docs/scenario-format.md"
count=$(find . -name 'line-*.yaml' | wc -l)
[ "$count" -ge 15 ] || { echo "docs/scenario-format.md has $count examples; the test has lost its way"; exit 1; }
failed=0
"$EBB" lint . || { echo "docs/scenario-format.md: the lint has something to say (files are named by their first line)"; failed=1; }
"$EBB" run . || { echo "docs/scenario-format.md: an example is not as expected"; failed=1; }

# Every key, step, verb, function and finding of the language occurs, in an example or in the text.
"$EBB" schema --markdown | sed -n 's/^| `\([a-z_]*\)[`(].*/\1/p' | sort -u | while read -r word; do
    grep -qE "(^|[^a-z_])$word([^a-z_]|$)" "$EBB_SOURCE_DIR/docs/scenario-format.md" || echo "$word"
done >missing
if [ -s missing ]; then
    echo "docs/scenario-format.md does not mention:" $(cat missing)
    failed=1
fi
exit $failed
