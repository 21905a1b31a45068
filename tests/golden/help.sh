#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Each command has examples, which come first in its help and work as they stand there; what is mistyped is told with what
# was near, and what a flag was given.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/desk/scenarios" "$work/bin" && cd "$work/desk" || exit 3
ln -s "$EBB" "$work/bin/ebb"
export PATH="$work/bin:$PATH"
cp "$EBB_SOURCE_DIR"/scenarios/{patterns/lock-ab-ba,goker/etcd_6873}.yaml scenarios || exit 3
file=scenarios/lock-ab-ba.yaml
token=$(ebb run --json --variant leaking $file | sed -n 's/.*"token": "\(.*\)".*/\1/p')
failed=0 commands=0 examples=0

while IFS= read -r command; do
    commands=$((commands + 1))
    ebb "$command" --help >"$work/help" 2>"$work/told" || { echo "$command --help fails"; failed=1; }
    [ ! -s "$work/told" ] || { echo "$command --help has something to complain of:"; cat "$work/told"; failed=1; }
    ebb help "$command" | cmp - "$work/help" || failed=1
    [ "$(head -1 "$work/help")" = 'Examples:' ] || { echo "$command --help does not start with examples"; failed=1; }
    grep -q "^Usage: ebb $command" "$work/help" || { echo "$command --help has no usage"; failed=1; }
    own=0
    while IFS= read -r example; do
        line=$(sed "s/   *.*//; s~FILE~$file~; s/TOKEN/$token/; s/--time 2s/--time 50ms/" <<<"$example")
        [[ $line = "ebb $command"* ]] && own=$((own + 1))
        examples=$((examples + 1))
        bash -c "$line" >"$work/out" 2>&1 </dev/null
        code=$?
        [ $code -le 1 ] || { echo "an example of $command ends with $code: $line"; cat "$work/out"; failed=1; }
    done < <(sed -n '/^Usage/q; s/^  //p' "$work/help")
    [ $own -ge 1 ] || { echo "$command has no example of itself"; failed=1; }
done < <(sed -n 's/^COMMAND(\(.*\))$/\1/p' "$EBB_SOURCE_DIR/harness/cli/commands.def")
[ $commands -ge 12 ] && [ $examples -ge 24 ] || { echo "only $commands commands and $examples examples; the test has lost its way"; failed=1; }

# tells CODE TEXT COMMAND…
tells() {
    local wanted=$1 text=$2
    shift 2
    "$@" >"$work/out" 2>"$work/told"
    local code=$?
    [ $code -eq "$wanted" ] || { echo "$* ends with $code, not $wanted"; cat "$work/told"; failed=1; }
    grep -qF -- "$text" "$work/told" || { echo "$* does not tell: $text"; cat "$work/told"; failed=1; }
}
tells 2 'ebb: there is no command "rnu"; did you mean "run"?' ebb rnu
tells 2 'ebb: there is no command "x"; `ebb --help` lists them' ebb x
tells 2 'ebb: there is no flag --vairant=x here; did you mean --variant?' ebb run --vairant=x
tells 2 'ebb: there is no flag --first here; --help lists them' ebb run --first
tells 2 'ebb: there is no flag -x here; --help lists them' ebb run -x
tells 2 'ebb: --json takes no value: the result as JSON' ebb run --json=1
tells 2 'ebb: --runs takes N, not "0": schedules to try' ebb run --runs 0
tells 2 'ebb: --runs takes N: schedules to try' ebb run --runs
tells 2 '-x: error: No such file or directory' ebb run -- -x
tells 2 'ebb: schema takes no paths' ebb schema $file
tells 0 'ebb: no scenario has one of the tags nope,none' ebb list --tags nope,none
mkdir empty && cd empty || exit 3
tells 2 'scenarios: error: there is no such folder here' ebb run
tells 2 'scenarios: error: there is no such folder here' ebb replay "$token"
exit $failed
