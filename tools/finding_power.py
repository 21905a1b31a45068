#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""finding_power.py — after how many schedules does each strategy find the first leak of each GoKer kernel?

Usage: finding_power.py [--ebb COMMAND] [--seeds N] [--runs N] [--strategies A;B;…] [--only PREFIX] [--write FILE]
For each kernel of scenarios/goker (its leaking variant), each strategy and each seed: the number of the first schedule
that leaves anything behind, 1 for the first. Told are the median and the most over the seeds; "—" where some seed finds
nothing. --write replaces the table between the marks of FILE (docs/exploration.md): the same numbers everywhere, since
a seed means the same schedules on every machine."""

import argparse
import concurrent.futures
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCENARIOS = os.path.join(ROOT, "scenarios", "goker")
# The first is what `ebb run` does when nothing is asked for, the last what `ebb explore` does.
STRATEGIES = ["default,random", "random", "pct1", "pct2", "pct3", "pos", "urw", "delay2", "default,random,pct2,pct3"]
BEGIN, END = "<!-- finding_power.py: begin -->\n", "<!-- finding_power.py: end -->\n"


def blocking():
    """The blocking kernels: those the table of docs/goker.md compares with the model."""
    with open(os.path.join(ROOT, "docs", "goker.md"), encoding="utf-8") as page:
        words = [line.split("|")[1].strip() for line in page if line.startswith("|")]
    return sorted({word for word in words if os.path.exists(os.path.join(SCENARIOS, word + ".yaml"))})


# Nearly every schedule of this kernel leaks through a side door; the bug that was meant needs a task to be late.
DEEP, DEEP_KERNEL, DEEP_WORDS = "cockroach_1055, deep", "cockroach_1055", "closer is blocked for ever in wait on stop"


def firsts(command, name, strategy, seeds, runs):
    found = []
    deep = name == DEEP
    for seed in range(1, seeds + 1):
        words = [command, "explore", "--json", "--variant", "leaking", "--seed", str(seed)]
        words += [] if deep else ["--first"]
        words += ["--runs", str(runs), "--strategy", strategy]
        file = os.path.join(SCENARIOS, (DEEP_KERNEL if deep else name) + ".yaml")
        done = subprocess.run(words + [file], stdout=subprocess.PIPE, check=False)
        search = json.loads(done.stdout)["searches"][0]
        wanted = [f for f in search["findings"] if not deep or f["words"].startswith(DEEP_WORDS)]
        found.append(min((f["first_run"] for f in wanted), default=None))
    return name, strategy, found


def cell(found):
    if None in found:
        return "— (%d of %d)" % (len(found) - found.count(None), len(found))
    ordered = sorted(found)
    return "%d, %d" % (ordered[(len(ordered) - 1) // 2], ordered[-1])


def summary(names, strategy, found):
    """Over kernels: the median of medians, and how many kernels every seed finds within 32 and 1 000 schedules."""
    rows = [found[name, strategy] for name in names]
    whole = [row for row in rows if None not in row]
    medians = sorted(sorted(row)[(len(row) - 1) // 2] if None not in row else 10**9 for row in rows)
    by_median = sum(m <= 32 for m in medians)
    within = lambda most: sum(max(row) <= most for row in whole)
    pairs = sum(f is not None and f <= 32 for row in rows for f in row)
    return [str(medians[(len(medians) - 1) // 2]), str(by_median), str(within(32)), str(within(1000)),
            "%d of %d" % (pairs, sum(map(len, rows)))]


def table(names, strategies, found):
    titles = [s.replace(",", ", ") for s in strategies]
    lines = ["| kernel | " + " | ".join(titles) + " |", "|---" * (len(titles) + 1) + "|"]
    for name in names:
        lines.append("| %s | " % name + " | ".join(cell(found[name, s]) for s in strategies) + " |")
    lines.append("| *%s* | " % DEEP + " | ".join(cell(found[DEEP, s]) for s in strategies) + " |")
    columns = [summary(names, s, found) for s in strategies]
    labels = ["median of the medians", "kernels whose median is within 32", "kernels within 32 on every seed",
              "kernels within 1 000 on every seed", "pairs of kernel and seed within 32"]
    for i, label in enumerate(labels):
        lines.append("| **%s** | " % label + " | ".join("**%s**" % column[i] for column in columns) + " |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--ebb", default=os.path.join(ROOT, "build", "release", "ebb"))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--strategies", default=";".join(STRATEGIES), help="lists, separated by semicolons")
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--write")
    options = parser.parse_args()
    names = [name for name in blocking() if name.startswith(options.only)]
    strategies = options.strategies.split(";")
    found = {}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        jobs = [pool.submit(firsts, options.ebb, n, s, options.seeds, options.runs) for n in names + [DEEP] for s in strategies]
        for job in jobs:
            name, strategy, numbers = job.result()
            found[name, strategy] = numbers
    text = table(names, strategies, found)
    if not options.write:
        sys.stdout.write(text)
        return 0
    with open(options.write, encoding="utf-8") as page:
        before, rest = page.read().split(BEGIN)
    with open(options.write, "w", encoding="utf-8") as page:
        page.write(before + BEGIN + text + END + rest.split(END)[1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
