#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# docs_consoles.sh: each ```console block of the pages in docs is what its command prints as its result, byte for byte; it
# runs beside the folder scenarios. The tutorial has a test of its own. GOLDEN_UPDATE=1 rewrites the pages.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
: "${EBB_SOURCE_DIR:?the source tree}"
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
mkdir "$work/desk" "$work/bin"
ln -s "$EBB" "$work/bin/ebb"
ln -s "$EBB_SOURCE_DIR/scenarios" "$work/desk/scenarios"
export PATH="$work/bin:$PATH"
cd "$work/desk" || exit 3

blocks=0 failed=0
for page in "$EBB_SOURCE_DIR"/docs/*.md; do
    [ "$(basename "$page")" = tutorial.md ] && continue
    state=text
    while IFS= read -r line; do
        case $state in
        text)
            [ "$line" = '```console' ] && state=command
            printf '%s\n' "$line"
            ;;
        command)
            printf '%s\n' "$line"
            bash -c "${line#'$ '}" 2>/dev/null </dev/null
            blocks=$((blocks + 1))
            state=output
            ;;
        output)
            if [ "$line" = '```' ]; then state=text; printf '%s\n' "$line"; fi
            ;;
        esac
    done <"$page" >"$work/found"
    [ "${GOLDEN_UPDATE:-0}" = 1 ] && cp "$work/found" "$page"
    diff -u "$page" "$work/found" || { echo "$(basename "$page") shows something else than what happens"; failed=1; }
done
[ "$blocks" -ge 1 ] || { echo "there is no console block in docs; the test has lost its way"; exit 1; }
exit $failed
