#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What `ebb shrink` says, how it ends, and that each leak of the catalogue becomes a token of at most 40 characters that
# shows the same findings when it is replayed.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
failed=0
wrong() {
    echo "WRONG: $*"
    failed=1
}

cat >"$work/locks.yaml" <<'END'
ebb: 1
main:
  - let: {a: mutex()}
  - let: {b: mutex()}
  - go: both(a, b)
    as: first
  - go: both(b, a)
    as: second
procs:
  both(x, y): [{lock: x}, {lock: y}, {unlock: y}, {unlock: x}]
END
printf 'ebb: 1\nmain: [yield]\n' >"$work/clean.yaml"

# says CODE PATTERN… -- ARGUMENTS…
says() {
    local wanted=$1 patterns=()
    shift
    while [ "$1" != -- ]; do patterns+=("$1"); shift; done
    shift
    (cd "$work" && "$EBB" shrink "$@" >out 2>&1 </dev/null)
    local code=$? pattern
    [ $code -eq "$wanted" ] || wrong "ebb shrink $* ends with $code, not $wanted: $(head -3 "$work/out")"
    for pattern in ${patterns[@]+"${patterns[@]}"}; do
        grep -qE -- "$pattern" "$work/out" || wrong "ebb shrink $* does not say $pattern: $(cat "$work/out")"
    done
}

says 0 'timers: idle' 'second goes on, not first' 'no schedule with fewer deviations shows it' -- --runs 200 locks.yaml -o kept
[ "$(tail -1 "$work/out")" = "ebb replay $(cat "$work/kept") locks.yaml" ] || wrong "the last line is not the command that shows it again"
token=$(cat "$work/kept")
says 0 "replay $token " -- "$token" locks.yaml
says 0 '"format": "ebb-shrink-1"' '"nothing_with_fewer": true' "\"token\": \"$token\"" -- --json "$token" locks.yaml
signature=$(grep -oE '"[0-9a-f]{16}"' "$work/out" | head -1 | tr -d '"')
says 0 "goes on" -- --signature "$signature" "$token" locks.yaml
says 2 'no finding with that signature' -- --signature 12 "$token" locks.yaml
says 2 'hexadecimal' -- --signature 0x12 "$token" locks.yaml
says 1 'nothing to shrink' -- clean.yaml
says 2 'no scenario has a variant' -- --variant none clean.yaml
says 2 'no scenario of these paths' -- "$token" clean.yaml
says 2 'damaged' -- "${token%?}i" locks.yaml
says 2 'a token, as reports print it' --
says 2 '--budget takes N' -- --budget 0 locks.yaml
says 2 'FILE' -- locks.yaml -o
says 3 'cannot be written' -- --runs 200 locks.yaml -o no/folder
says 0 'perhaps not minimal' -- --runs 200 --seed 3 --strategy random --budget 2 locks.yaml
cp "$work/out" "$work/before"
says 0 -- --runs 200 --seed 3 --strategy random --budget 2 locks.yaml
cmp -s "$work/out" "$work/before" || wrong "the same question has another answer"

# Faults: one that is needed is told, one that is not goes.
cat >"$work/late.yaml" <<'END'
ebb: 1
main:
  - let: {reply: chan()}
  - go: [{send: reply}]
    as: worker
  - select: [{recv: reply}, {after: 500ms}]
faults: [stall]
END
says 0 'before [2-9]' 'decision [0-9]*: worker is stalled 1s$' 'no schedule with fewer' -- --timers idle --seed 1 --runs 2000 late.yaml
sed 's/stall/cancel/; s/after: 500ms/recv: x.done/; s/^main:/&\n  - let: {x: context()}/' "$work/late.yaml" >"$work/gone.yaml"
printf '  - cancel: x\n' >"$work/last"
sed -i "/select/r $work/last" "$work/gone.yaml"
says 0 'decision [0-9]*: somebody outside cancels context 1 of 1, before (main|worker) goes on$' -- --seed 1 --runs 2000 gone.yaml
printf 'ebb: 1\nmain:\n  - let: {a: malloc(8)}\n  - let: {b: malloc(8)}\n  - if: b != nil\n    then: [{free: a}, {free: b}]\nfaults: [allocation]\n' \
    >"$work/refused.yaml"
says 0 'decision 1: main is refused what it asks for in line 4$' 'no schedule with fewer' -- --seed 1 --runs 2000 refused.yaml
# Which numbers matter to it.
ranges() {
    printf 'ebb: 1\nparams:\n  n: {default: 1, range: [0, 2]}\n  m: {default: 1, range: [1, 2]}\nmain:\n  - let: {c: chan()}\n'
    printf '  - go: [{recv: c}]\n  - if: %s\n    then: [{send: c}]\nexpect:\n  leaking: [{blocked: go}]\n  leaks when: %s\nvariants: {leaking: {}}\n' "$1" "$2"
}
ranges 'n == 2' 'n != 2' >"$work/matters.yaml"
says 0 '^parameters: 4 of 6 combinations of their ranges show it .*; not with n = 2, m = 1; n = 2, m = 2$' -- matters.yaml
says 0 '"combinations": 6' '"combinations_showing": 4' '"[0-9a-f]{16}"' -- --json matters.yaml
ranges 'n == 3 and m == 3' 'n < 3' >"$work/no-matter.yaml"
says 0 '^parameters do not matter: all 6 combinations' 'go is blocked' -- no-matter.yaml

# ---- the scenario as well ------------------------------------------------------------------------------------------
cat >"$work/big.yaml" <<'END'
ebb: 1
about: Two locks, taken both ways round, and much besides.
params:
  rounds: 3
  hurry: {default: true}
shared:
  log: list()
main:
  - let: {a: mutex()}
  - let: {b: mutex()}
  - let: {tick: ticker(10ms)}
  - repeat: rounds
    do:
      - append: log
        value: 1
  - if: hurry
    then:
      - go: both(a, b)
        as: first
  - go: both(b, a)
    as: second
  - sleep: 20ms
  - stop: tick
procs:
  both(x, y): [{lock: x}, {lock: y}, {unlock: y}, {unlock: x}]
  idle(): [yield]
END
cat >"$work/wanted.yaml" <<'END'
ebb: 1
about: "Two locks, taken both ways round, and much besides."
main:
  - let: {a: mutex()}
  - let: {b: mutex()}
  - go: both(a, b)
    as: first
  - go: both(b, a)
    as: second
procs:
  both(x, y):
    - lock: x
    - lock: y
END
says 0 '^the scenario: 6 steps, before 15; coroutines started in 2 places, before 2' '^1-minimal: every single edit was tried, [0-9]+ of them' \
    'second goes on, not first' -- --runs 200 big.yaml --out small.yaml
sed '/^expect/,$d' "$work/small.yaml" | cmp -s - "$work/wanted.yaml" || wrong "this is not the smallest: $(cat "$work/small.yaml")"
again=$(tail -1 "$work/out")
case $again in "ebb replay ebb1-"*" small.yaml") ;; *) wrong "the last line is not the command that shows it again: $again" ;; esac
(cd "$work" && "$EBB" replay ${again#ebb replay } >replayed 2>&1) || wrong "the smaller scenario's token ends with $?: $(cat "$work/replayed")"
grep -q 'first is blocked for ever in lock on b' "$work/replayed" || wrong "the smaller scenario shows something else: $(cat "$work/replayed")"
(cd "$work" && "$EBB" run small.yaml >judged 2>&1) || wrong "ebb run does not find what the smaller scenario expects: $(cat "$work/judged")"
says 0 '^---$' '^ebb replay ebb1-[^ ]* FILE$' -- --runs 200 --scenario big.yaml
sed -n '/^---$/,/^---$/p' "$work/out" | sed '/^---$/d' | cmp -s - "$work/small.yaml" || wrong "what is shown is not what is written"
says 0 '"file_steps": 6' '"file_steps_before": 15' '"minimal": true' -- --runs 200 --json --scenario big.yaml
says 0 'perhaps not minimal' -- --runs 200 --scenario --budget 60 big.yaml
says 3 'cannot be written' -- --runs 200 big.yaml --out no/folder

# ---- the catalogue -----------------------------------------------------------------------------------------------
command -v python3 >/dev/null || { echo "python3 is not here: the catalogue is skipped; ./dev setup brings it"; exit $failed; }
cd "$EBB_SOURCE_DIR" || exit 3
python3 - "$EBB" "$work" <<'PYTHON' || failed=1
import glob, json, os, subprocess, sys
from concurrent.futures import ThreadPoolExecutor

ebb = sys.argv[1]


def call(*arguments):
    done = subprocess.run([ebb, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def shrunk(path):
    code, out, talk = call("shrink", "--json", "--runs", "300", "--budget", "400", path)
    if code == 1:
        return path, None, None
    if code != 0:
        return path, None, f"ebb shrink ended with {code}: {talk}"
    row = json.loads(out)
    if len(row["token"]) > 40:
        return path, row, f"a token of {len(row['token'])} characters: {row['token']}"
    code, out, talk = call("replay", "--json", row["token"], path)
    again = json.loads(out)["scenarios"][0] if out else {"findings": []}
    signatures = sorted(finding["signature"] for finding in again["findings"])
    if not signatures or signatures != sorted(row["signatures"]):
        return path, row, f"replayed, {row['token']} shows {signatures}, not {row['signatures']}"
    return path, row, None


def smaller(path):
    """The scenario, too: its file loads, its token shows the same, and a second go has nothing to take away."""
    out_path = os.path.join(sys.argv[2], os.path.basename(path))
    code, out, talk = call("shrink", "--json", "--runs", "300", "--out", out_path, path)
    if code != 0:
        return None, None if code == 1 else f"ebb shrink --out ended with {code}: {talk}"
    row = json.loads(out)
    made = row["scenario"]
    if not made["minimal"] or made["file_steps"] > made["file_steps_before"] or len(made["token"]) > 40:
        return made, f"minimal {made['minimal']}, {made['file_steps_before']} to {made['file_steps']} steps, {made['token']}"
    code, out, talk = call("replay", "--json", made["token"], out_path)
    again = json.loads(out)["scenarios"][0] if out else {"findings": []}
    signatures = sorted(finding["signature"] for finding in again["findings"])
    if not signatures or signatures != sorted(row["signatures"]):
        return made, f"the smaller scenario, replayed, shows {signatures}, not {row['signatures']}: {talk}"
    if made["usual"] and call("run", out_path)[0] != 0:
        return made, "ebb run does not find the smaller scenario as it expects"
    code, out, talk = call("shrink", "--json", "--scenario", made["token"], out_path)
    if code != 0 or json.loads(out)["scenario"]["file_steps"] != made["file_steps"]:
        return made, f"a second go gets further, or ends with {code}: {talk}"
    return made, None


with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
    all_of_them = list(pool.map(shrunk, sorted(glob.glob("scenarios/**/*.yaml", recursive=True))))
leaks = [row for _, row, _ in all_of_them if row]
wrong = [f"{path}: {why}" for path, _, why in all_of_them if why]
print("\n".join("WRONG: " + line for line in wrong))
print(f"{len(leaks)} leaks shrunk, {sum(not row['deviations'] for row in leaks)} to the default, the longest token has "
      f"{max(len(row['token']) for row in leaks)} characters; {sum(row['nothing_with_fewer'] for row in leaks)} proved least")
kernels = sorted(glob.glob("scenarios/goker/*.yaml"))
with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
    results = list(pool.map(smaller, kernels))
wrong += [f"{path}: {why}" for path, (_, why) in zip(kernels, results) if why]
print("\n".join(f"WRONG: {path}: {why}" for path, (_, why) in zip(kernels, results) if why))
made = [row for row, _ in results if row]
before, after = (sorted(row[key] for row in made)[len(made) // 2] for key in ("file_steps_before", "file_steps"))
print(f"{len(made)} scenarios shrunk, all minimal; the median file from {before} steps to {after}, "
      f"{sum(row['usual'] for row in made)} found by ebb run as they expect")
sys.exit(1 if wrong or len(leaks) < 100 or len(made) < 60 or 3 * after > 2 * before else 0)
PYTHON
exit $failed
