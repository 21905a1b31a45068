#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""kernel_table.py — the table of docs/kernels.md: what finding, proving, replaying and shrinking come to on each of the
52 blocking kernels of GoKer, and on the deep target of one of them.

Usage: kernel_table.py [--ebb COMMAND] [--write FILE | --check FILE] [--seeds N] [--only PREFIX] [--jobs N]
Nothing is timed, and a seed means the same schedules on every machine: the table is the same everywhere. --write puts it
between the marks of FILE, --check compares it with what is there. A target that is missed ends with 1 either way:
the table is a promise, not only a record."""

import argparse
import concurrent.futures
import difflib
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCENARIOS = os.path.join("scenarios", "goker")
BEGIN, END = "<!-- kernel_table.py: begin -->\n", "<!-- kernel_table.py: end -->\n"
# "explore" is what `ebb explore` does when nothing is asked for, "run" what `ebb run` does: asked for as "default,random",
# since `ebb run` itself goes on after its first finding. The others lead with nothing.
UNASKED = "explore"
COLUMNS = {UNASKED: None, "run": "default,random"}
NOT_SAMPLED = {"default", "all", "within", "every", "replay", "fuzz"}
RUNS = 1000  # for finding, proving and sampling alike
TOKEN_MOST = 40
# Nearly every schedule of this kernel leaks through a side door; the bug that was meant needs a task to be late.
DEEP, DEEP_KERNEL, DEEP_WORDS = "cockroach_1055, deep", "cockroach_1055", "closer is blocked for ever in wait on stop"


def fail(words):
    sys.stdout.flush()
    sys.stderr.write("kernel_table.py: %s\n" % words)
    sys.exit(3)


def path_of(name):
    return os.path.join(SCENARIOS, name + ".yaml")


def blocking():
    """The blocking kernels: those the table of docs/goker.md compares with the model."""
    with open(os.path.join(ROOT, "docs", "goker.md"), encoding="utf-8") as page:
        words = [line.split("|")[1].strip() for line in page if line.startswith("|")]
    return sorted({word for word in words if os.path.exists(os.path.join(ROOT, path_of(word)))})


def ask(command, *words):
    """What ebb says as JSON; its own verdict on the variant (exit 0 or 1) is not the question here."""
    done = subprocess.run([command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, cwd=ROOT)
    if done.returncode not in (0, 1):
        fail("%s ends with %d: %s" % (" ".join(words), done.returncode, done.stderr.decode()))
    return json.loads(done.stdout)


def columns(command):
    """Those above, and each sampling strategy that ebb names: a new one comes into the table by itself."""
    line = next(l for l in subprocess.run([command, "explore", "--help"], stdout=subprocess.PIPE, check=True)
                .stdout.decode().splitlines() if "--strategy A,B" in l)
    named = line.split(":", 1)[1].split(", or")[0].split()
    with open(os.path.join(ROOT, "harness", "explore", "strategies.def"), encoding="utf-8") as rows:
        known = re.findall(r"^STRATEGY\((\w+)\)", rows.read(), re.M)
    for row in known:
        if row not in NOT_SAMPLED and not any(re.fullmatch(row + r"\d?", name) for name in named):
            fail("strategies.def has %s, which ebb explore --help does not name" % row)
    return dict(COLUMNS, **{name: name for name in named if name not in NOT_SAMPLED})


def firsts(command, names, strategy, seed, deep):
    """For each name: the number of the first schedule that leaves anything behind, 1 for the first; None for none."""
    words = ["explore", "--json", "--variant", "leaking", "--seed", str(seed), "--runs", str(RUNS)]
    words += ["--strategy", strategy] if strategy else []
    words += [] if deep else ["--first"]
    found = {}
    for search in ask(command, *words, *map(path_of, names))["searches"]:
        wanted = [f for f in search["findings"] if not deep or f["words"].startswith(DEEP_WORDS)]
        found[os.path.basename(search["file"])[:-5]] = min((f["first_run"] for f in wanted), default=None)
    return found


def cell(found):
    if None in found:
        return "— (%d of %d)" % (len(found) - found.count(None), len(found))
    ordered = sorted(found)
    return "%d, %d" % (ordered[(len(ordered) - 1) // 2], ordered[-1])


def completeness(command, name):
    """What is known of the repaired variant: every trace, or how far that went and what a sample adds."""
    def search(*words):
        made = ask(command, "explore", "--json", "--variant", "repaired", "--runs", str(RUNS), *words, path_of(name))["searches"][0]
        if made["findings"]:
            fail("%s, repaired, leaves something behind: %s" % (name, made["findings"][0]["words"]))
        return made
    short = lambda text: text.replace(" with early timers", " early").replace(" traces", "").replace(" trace", "")
    proof = search("--strategy", "all")
    text = short(proof["complete"])
    if proof["proved"]:
        return "**" + text + "**", True
    chance = search()["complete"].replace("chance of new behaviour", "new")
    return text + "; " + chance, False


def shrunk(command, name):
    """From the first failure of plain random walks, which deviate everywhere: there is something to shrink."""
    made = ask(command, "shrink", "--json", "--scenario", "--strategy", "random", "--variant", "leaking", "--runs", str(RUNS), path_of(name))
    small = made["scenario"]
    again = ask(command, "replay", "--json", made["token"], path_of(name))
    if not again["scenarios"][0]["findings"]:
        fail("%s: %s shows nothing when it is replayed" % (name, made["token"]))
    return made["token"], small["token"], [
        "`%s`" % made["token"], "%d → %d" % (made["deviations_before"], len(made["deviations"])),
        "%d → %d" % (small["file_steps_before"], small["file_steps"]), "%d → %d" % (made["steps_before"], small["steps"]),
        "%d → %d" % (1 + small["starts_before"], 1 + small["starts"]), "`%s`" % small["token"]]


def summary(rows):
    """Over kernels: the median of medians, and how many kernels every seed finds within 32 and 1 000 schedules."""
    worst = [10**9 if None in row else max(row) for row in rows]
    medians = sorted(sorted(10**9 if f is None else f for f in row)[(len(row) - 1) // 2] for row in rows)
    return medians[(len(medians) - 1) // 2], sum(w <= 32 for w in worst), sum(w <= RUNS for w in worst)


def table(command, names, seeds, jobs):
    """The table's lines, and the words of each target that is missed."""
    strategies = columns(command)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        asked = {(s, seed, deep): pool.submit(firsts, command, [DEEP_KERNEL] if deep else names, how, seed, deep)
                 for s, how in strategies.items() for seed in range(1, seeds + 1)
                 for deep in ((False, True) if DEEP_KERNEL in names else (False,))}
        proofs = {name: pool.submit(completeness, command, name) for name in names}
        smaller = {name: pool.submit(shrunk, command, name) for name in names}
        found = {(s, seed, deep): job.result() for (s, seed, deep), job in asked.items()}
        proofs = {name: job.result() for name, job in proofs.items()}
        smaller = {name: job.result() for name, job in smaller.items()}
    of = lambda name, s, deep=False: [found[s, seed, deep][name] for seed in range(1, seeds + 1)]
    rest = ["repaired", "token", "deviations", "statements", "steps", "starts", "token of the smaller scenario"]
    lines = ["| kernel | " + " | ".join([*strategies, *rest]) + " |", "|---" * (1 + len(strategies) + len(rest)) + "|"]
    for name in names:
        lines.append("| " + " | ".join([name, *(cell(of(name, s)) for s in strategies), proofs[name][0], *smaller[name][2]]) + " |")
    if DEEP_KERNEL in names:
        lines.append("| *%s* | " % DEEP + " | ".join([*(cell(of(DEEP_KERNEL, s, True)) for s in strategies), *[""] * len(rest)]) + " |")
    sums = {s: summary([of(name, s) for name in names]) for s in strategies}
    tokens = [len(token) for name in names for token in smaller[name][:2]]
    proved = sum(proofs[name][1] for name in names)
    labels = ["median of the medians", "kernels within 32 on every seed", "kernels within 1 000 on every seed"]
    tails = [["%d of %d proved clean" % (proved, len(names)), "at most %d characters" % max(tokens), *[""] * 5], [""] * 7, [""] * 7]
    for i, label in enumerate(labels):
        lines.append("| **%s** | " % label + " | ".join([*("**%d**" % sums[s][i] for s in strategies), *tails[i]]) + " |")
    median, within_32, within_most = sums[UNASKED]
    targets = [(median == 1, "the median kernel is found by the first schedule"),
               (within_32 >= len(names) - 2, "all kernels but two are found within 32 schedules, on every seed"),
               (within_most == len(names), "each kernel is found within %d schedules, on every seed" % RUNS),
               (max(tokens) <= TOKEN_MOST, "a shrunk token has at most %d characters" % TOKEN_MOST)]
    return "".join(line + "\n" for line in lines), [words for reached, words in targets if not reached]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--ebb", default=os.path.join(ROOT, "build", "release", "ebb"))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--write")
    parser.add_argument("--check")
    options = parser.parse_args()
    names = [name for name in blocking() if name.startswith(options.only)]
    if not names:
        fail("no kernel's name begins with %s" % options.only)
    text, missed = table(os.path.abspath(options.ebb), names, options.seeds, options.jobs)
    bad = bool(missed)
    page = options.write or options.check
    if page:
        with open(page, encoding="utf-8") as file:
            whole = file.read()
        if whole.count(BEGIN) != 1 or whole.count(END) != 1:
            fail("%s does not have the two marks of the table" % page)
        before, after = whole.split(BEGIN)[0], whole.split(END)[1]
        made = before + BEGIN + text + END + after
        if options.write:
            with open(page, "w", encoding="utf-8") as file:
                file.write(made)
        elif made != whole:
            sys.stdout.writelines(difflib.unified_diff(whole.splitlines(True), made.splitlines(True), page, "what ebb does now", n=0))
            print("%s is out of date; look at the difference, and if it is meant: tools/kernel_table.py --ebb EBB --write %s" % (page, page))
            bad = True
    else:
        sys.stdout.write(text)
    for words in missed:
        print("target missed: " + words)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
