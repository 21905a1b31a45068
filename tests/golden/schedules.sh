#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The long form of a token (docs/exploration.md): token → .sched → token is the same for every leak of the catalogue; an
# edited file is refused with its place, or it is said to be another run; through an edited scenario it is followed as far
# as it fits, and what it finds is looked for nearby.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
command -v python3 >/dev/null || { echo "python3 is not here: skipped; ./dev setup brings it"; exit 77; }
cd "$EBB_SOURCE_DIR" || exit 3
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
python3 - "$EBB" "$work" <<'PYTHON'
import json, os, random, re, subprocess, sys
from concurrent.futures import ThreadPoolExecutor

ebb, work = sys.argv[1:]
wrong = []


def run(*arguments):
    done = subprocess.run([ebb, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=240)
    return done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace")


def put(name, text):
    path = os.path.join(work, name)
    with open(path, "w") as out:
        out.write(text)
    return path


def read(path):
    with open(path) as text:
        return text.read()


def check(held, what, *seen):
    if not held:
        wrong.append(what + "".join(f"\n| {line}" for text in seen for line in str(text).splitlines()[:12]))


# ---- there and back ------------------------------------------------------------------------------------------
def round_trip(numbered):
    number, row = numbered
    path = os.path.join(work, f"{number}.sched")
    code, there, talk = run("replay", "--json", "--schedule", path, row["token"], row["file"])
    if code != 0:
        return f"{row['token']} {row['file']}: ended with {code}: {talk}"
    text = read(path)
    if f"token {row['token']}\n" not in text or text.count("\nfinds ") == 0:
        return f"{row['token']} {row['file']}: its long form does not say what it is of:\n{text}"
    put(os.path.basename(path), re.sub(r"(?m)^token .*\n", "", text))  # nothing but the decisions is left to go by
    code, back, talk = run("replay", "--json", path)
    if code != 0 or there != back:
        return f"{row['token']} {row['file']}: not the same from its long form, ended with {code}: {talk}"
    sites.append(text.count("\nat "))
    return None


sites = []
rows = []
# Of those with cycles only some: each run of them makes many, and their schedules are no longer for it.
files = sorted(os.path.join(folder, name) for folder, _, names in os.walk("scenarios") for name in names)
cycles = [path for path in files if re.search(r"(?m)^cycle:", read(path))]
files = [path for path in files if path not in cycles or path in cycles[:: max(1, len(cycles) // 4)]]
for strategy in ("default,random", "random,pos"):
    _, out, _ = run("run", "--json", "--runs", "6", "--strategy", strategy, *files)
    rows += json.loads(out)["scenarios"]
rows = list({row["token"]: row for row in rows if row["findings"] and row["token"]}.values())
with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
    wrong += filter(None, pool.map(round_trip, enumerate(rows)))
check(len(rows) > 100 and sum(sites) > 200, f"only {len(rows)} tokens with {sum(sites)} decisions came up")

# ---- edited by hand ------------------------------------------------------------------------------------------
FILE = "scenarios/goker/etcd_6873.yaml"
run("shrink", FILE, "--output", os.path.join(work, "token"))
TOKEN = read(os.path.join(work, "token")).strip()
path = os.path.join(work, "x.sched")
run("replay", "--schedule", path, TOKEN, FILE)
good = read(path)
check("\nat main#1 coroutine.go time 2 line 14: run stop#1\n" in good, "the long form has another decision", good)


def edited(what, before, after, wanted_code, *wanted, scenario=None):
    at = put("y.sched", good.replace(before, after))
    check(good.replace(before, after) != good, f"{what}: there is no {before!r} to edit", good)
    code, out, talk = run("replay", at, *([scenario] if scenario else []))
    for word in wanted:
        check(word in talk.replace(work + "/", ""), f"{what}: does not say {word!r}", talk)
    check(code == wanted_code, f"{what}: ended with {code}, not {wanted_code}", talk, out)
    return out, talk


edited("another version", "ebb-schedule 1", "ebb-schedule 2", 2, "y.sched:1:14: error: the schedule is of version 2")
edited("a wrong word", "run stop", "rnu stop", 2, 'y.sched:12:40: error: expected "run", "fire" or "take", not "rnu"')
edited("a wrong line", "line 14", "line 15", 2, "y.sched:12:36: error: after step 3 this is line 14 of the scenario, not 15")
edited("nobody of that name", "stop#1", "stop#2", 2, f"y.sched:12:40: error: not followed: after step 3, {FILE}:14, stop#2 could not run; who could: main#1, coalesce#1, stop#1")
edited("nobody of that name decides", "at main#1", "at mian#1", 2, "y.sched:12:4: error: not followed: there was no mian#1")
edited("never that often", "time 2", "time 5", 2, "y.sched:12:29: error: not followed: main#1 had something to decide at coroutine.go 2 times, and this is time 5")
edited("no such variant", "variant leaking", "variant mended", 2, "y.sched:4:1: error: the scenario has no such variant")
edited("no such file", FILE, "nowhere.yaml", 0, "this is not there; looking for one with the same content")
edited("decisions taken out", "\nat main#1 coroutine.go time 2 line 14: run stop#1", "", 1,
       "y.sched:6:1: note: this is not the token of these decisions any more", "y.sched:7:1: warning: this is not found")
code, _, talk = run("replay", os.path.join(work, "none.sched"))
check(code == 2 and "No such file" in talk, "no such schedule", talk)
for command in ("explain", "shrink"):
    again = os.path.join(work, "again.sched")
    code, out, talk = run(command, path, "--schedule", again)
    check(code == 0 and TOKEN in out and read(again) == good, f"{command} takes and writes a long form", talk, out)

# One letter of it changed: refused with the place, or the same run, or said to be another.
dice = random.Random(3)
for _ in range(80):
    at = dice.randrange(len(good))
    text = good[:at] + dice.choice("#: 1a\"\n2") + good[at + 1:]
    code, out, talk = run("replay", "--json", put("z.sched", text))
    same = code == 0 and json.loads(out)["scenarios"][0]["token"] == TOKEN
    told = "not the token" in talk or re.search(r"z\.sched:\d+:\d+: (error|warning)", talk)
    dropped = code == 0 and "\ntoken " not in text  # the line that would have noticed is the one that was changed
    check(same or told or dropped, f"letter {at} changed, and nothing is said (ended with {code})", text, talk)

# ---- through an edited scenario --------------------------------------------------------------------------------
source = read(FILE)
moved = put("moved.yaml", "# a line more\n" + source)
code, out, talk = run("replay", path, moved)
check(code == 0 and "1 of 1 decisions followed" in talk and "is there again: ebb1-" in talk, "a line more", talk)
named = put("named.yaml", source.replace("stop(", "halt("))
code, out, talk = run("replay", path, named)
check("not followed: after step 3, " + named + ":14, stop#1 could not run; who could: main#1, coalesce#1, halt#1" in talk, "renamed", talk)
_, late = edited("once too late", "time 2", "time 5", 0, "and this is time 5; the run ended after step", "0 of 1 decisions followed",
                 "what it finds is there again in run", scenario=moved)
check(late == edited("the same again", "time 2", "time 5", 0, scenario=moved)[1], "the search is not the same twice", late)
again = re.search(r"those near it: (ebb1-\S+)", late)
code, out, talk = run("replay", again.group(1) if again else "", moved)
check(code == 0 and "blocked for ever in lock on mu" in out, "the token that was found does not show it", out, talk)
mended = put("mended.yaml", source.replace("leaking: {}", "leaking: {wait_unlocked: true}"))
code, out, talk = run("replay", path, mended)
check(code == 1 and "what it finds is not there in" in talk and "clean" in out, f"mended: ended with {code}", talk, out)
_, talk = edited("mended and parted", "time 2", "time 5", 3, "what it finds is not there in", scenario=mended)

# A step or a `go` put in before each step of some kernels: what the schedule finds stays to be found.
STEP = re.compile(r"(\s+)- (go|send|recv|lock|unlock|let|close|wait|select|sleep|add|done|cancel|if|for|loop|repeat|set|call|defer)\b")
kernels = sorted(os.listdir("scenarios/goker"))[::3]
fates = dict.fromkeys(("followed", "found nearby"), 0)
for kernel in kernels:
    path = os.path.join("scenarios/goker", kernel)
    code, out, talk = run("shrink", "--variant", "leaking", "--strategy", "random,pct2", "--runs", "300", path,
                          "--schedule", os.path.join(work, "kernel.sched"))
    check(code == 0, f"{kernel} does not leak in 300 runs", out, talk)
    if code != 0 or "\nat " not in read(os.path.join(work, "kernel.sched")):
        continue
    lines = read(path).splitlines(keepends=True)
    for at, match in [(at, match) for at, match in enumerate(map(STEP.match, lines)) if match]:
        for more in ("- step\n", "- go: bystander()\n"):
            text = "".join(lines[:at] + [match.group(1) + more] + lines[at:]).replace("\nprocs:\n", "\nprocs:\n  bystander(): [step]\n")
            code, out, talk = run("replay", os.path.join(work, "kernel.sched"), put("kernel.yaml", text))
            if code == 2 and re.search(r"error: (expected a case|a case of)", talk):
                continue  # no place for a step
            check(code == 0, f"{kernel}, {more.strip()!r} put in at line {at + 1}: ended with {code}", talk)
            fates["found nearby" if "is there again in run" in talk else "followed"] += 1
check(fates["followed"] > 100 and fates["found nearby"] > 0, f"of edits {fates}")

for line in wrong:
    print("WRONG:", line)
print(f"edits: {fates}")
print(f"{len(rows)} tokens there and back, with {sum(sites)} decisions")
sys.exit(1 if wrong else 0)
PYTHON
