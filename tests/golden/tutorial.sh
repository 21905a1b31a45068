#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# docs/tutorial.md is what happens when one follows it: the page is written anew, each file made from its ```yaml block
# (named by the last `name.yaml` before it) and each ```console block with what its command prints on both streams, and
# compared byte for byte. GOLDEN_UPDATE=1 rewrites the page.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
page=$EBB_SOURCE_DIR/docs/tutorial.md
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
mkdir "$work/desk" "$work/bin"
ln -s "$EBB" "$work/bin/ebb"
export PATH="$work/bin:$PATH"
cd "$work/desk" || exit 3

name='' state=text
while IFS= read -r line; do
    case $state in
    text)
        if [[ $line =~ \`([a-z-]+\.yaml)\` ]]; then name=${BASH_REMATCH[1]}; fi
        if [ "$line" = '```yaml' ]; then state=file; : >"$name"; fi
        if [ "$line" = '```console' ]; then state=command; fi
        printf '%s\n' "$line"
        ;;
    file)
        if [ "$line" = '```' ]; then state=text; else printf '%s\n' "$line" >>"$name"; fi
        printf '%s\n' "$line"
        ;;
    command)
        printf '%s\n' "$line"
        bash -c "${line#'$ '}" 2>&1 </dev/null
        state=output
        ;;
    output)
        if [ "$line" = '```' ]; then state=text; printf '%s\n' "$line"; fi
        ;;
    esac
done <"$page" >"$work/found"
[ "${GOLDEN_UPDATE:-0}" = 1 ] && cp "$work/found" "$page"
diff -u "$page" "$work/found" || { echo "docs/tutorial.md shows something else than what happens; GOLDEN_UPDATE=1 rewrites it"; exit 1; }
[ "$state" = text ] && grep -c '^\$ ' "$page" | { read -r count; [ "$count" -ge 8 ]; } || { echo "docs/tutorial.md: the test has lost its way"; exit 1; }
