#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# readme.sh: what the README shows is what the commands print, byte for byte, and its YAML is the file it names.
# GOLDEN_UPDATE=1 rewrites the README with what they print now.
set -uo pipefail
: "${EBB:?the ebb binary}" "${EBB_SOURCE_DIR:?the source tree}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
ln -s "$EBB_SOURCE_DIR/scenarios" "$scratch/scenarios"
mkdir "$scratch/bin"
ln -s "$EBB" "$scratch/bin/ebb"
export PATH="$scratch/bin:$PATH"

# Each ```console block: a line "$ command", then what it prints on both streams.
awk -v out="$scratch" '
    /^```console$/ { n++; inside = 1; next }
    /^```$/ { inside = 0; next }
    inside && /^\$ / { print substr($0, 3) > (out "/" n ".command"); next }
    inside { print > (out "/" n ".wanted") }' "$EBB_SOURCE_DIR/README.md"

if [ "${GOLDEN_UPDATE:-0}" = 1 ]; then
    block=0
    inside=0
    while IFS= read -r text; do
        if [ "$inside" = 1 ] && [ "$text" != '```' ]; then continue; fi
        [ "$text" = '```' ] && inside=0
        printf '%s\n' "$text"
        [ "$text" = '```console' ] || continue
        block=$((block + 1))
        inside=1
        sed 's/^/$ /' "$scratch/$block.command"
        (cd "$scratch" && bash "$scratch/$block.command") 2>&1
    done <"$EBB_SOURCE_DIR/README.md" >"$scratch/README.md"
    cp "$scratch/README.md" "$EBB_SOURCE_DIR/README.md"
    exit 0
fi

checked=0
failed=0
for command in "$scratch"/*.command; do
    [ -e "$command" ] || break
    wanted=${command%.command}.wanted
    (cd "$scratch" && bash "$command") >"$scratch/found" 2>&1
    checked=$((checked + 1))
    if ! diff -u "$wanted" "$scratch/found"; then
        echo "README.md shows something else than: $(cat "$command")"
        failed=1
    fi
done
[ "$checked" -ge 3 ] || { echo "README.md has $checked examples; the test has lost its way"; exit 1; }

awk '/^```yaml$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$EBB_SOURCE_DIR/README.md" |
    diff -u - "$EBB_SOURCE_DIR/scenarios/patterns/ticker-not-stopped.yaml" || failed=1
exit $failed
