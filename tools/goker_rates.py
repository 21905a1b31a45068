#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""goker_rates.py — do ebb and the reference model leak equally often on the GoKer kernels?

Usage: goker_rates.py REFERENCE [--ebb COMMAND] [--runs N] [--only PREFIX] [--jobs N] [--markdown]
REFERENCE is the folder with sim.py and kernels.py. For each kernel of scenarios/goker, N random schedules of the model
and of ebb, once with time that moves only when nothing can run (idle) and once with timers that may fire early (any).
A run leaks when a coroutine is left: what the model counts too. Held locks, timers, contexts and messages that stay
without one are not counted here, although ebb tells them."""

import argparse
import concurrent.futures
import json
import math
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCENARIOS = os.path.join(ROOT, "scenarios", "goker")
MODES = ("idle", "any")
# The scenario's size, where the model's own default is another one.
SIZES = {
    "grpc_3017": lambda kernels: lambda rt: kernels.grpc3017(rt, 100),
}
# Steps after which the model gives up and calls it a leak; fewer where a kernel never comes to rest.
STEPS = {"grpc_862": 1000}


def model_rate(reference, name, mode, runs):
    sys.path.insert(0, reference)
    import kernels
    import sim

    kernel = SIZES[name](kernels) if name in SIZES else kernels.M[name]
    return sum(sim.random_run(kernel, seed, mode, STEPS.get(name, 20000))[0][0] != "ok" for seed in range(runs))


def ebb_rate(command, name, mode, runs):
    words = [command, "run", "--json", "--variant", "leaking", "--strategy", "random", "--timers", mode]
    words += ["--runs", str(runs), "--seed", "7", os.path.join(SCENARIOS, name + ".yaml")]
    case = json.loads(subprocess.run(words, stdout=subprocess.PIPE, check=False).stdout)["scenarios"][0]
    leaking = sum(case["runs_with"].get(kind, 0) for kind in ("blocked", "alive", "limit", "panic"))
    return min(leaking, case["runs"]), case["runs"]


def errors_apart(a, n, b, m):
    """By how many standard errors the shares a/n and b/m differ."""
    share = (a + b) / (n + m)
    error = math.sqrt(share * (1 - share) * (1 / n + 1 / m))
    return 0.0 if error == 0 else (b / m - a / n) / error


def row(reference, command, name, runs):
    cells = []
    for mode in MODES:
        model = model_rate(reference, name, mode, runs)
        ebb, of = ebb_rate(command, name, mode, runs)
        cells.append((model / runs, ebb / of, errors_apart(model, runs, ebb, of)))
    return name, cells


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("reference")
    parser.add_argument("--ebb", default=os.path.join(ROOT, "build", "release", "ebb"))
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    reference = os.path.abspath(options.reference)
    sys.path.insert(0, reference)
    import kernels

    names = sorted(name for name in kernels.M if "(" not in name and name.startswith(options.only))
    missing = [name for name in names if not os.path.exists(os.path.join(SCENARIOS, name + ".yaml"))]
    names = [name for name in names if name not in missing]
    line = "| {:18} | {:5} | {:5} | {:5} | {:5} | {:5} | {:5} |" if options.markdown else "{:18} {:>6} {:>6} {:>6}   {:>6} {:>6} {:>6}"
    print(line.format("kernel", *[mode + " " + what for mode in MODES for what in ("model", "ebb", "σ")]))
    if options.markdown:
        print("|---|" + "---|" * 6)
    far = 0
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        jobs = [pool.submit(row, reference, options.ebb, name, options.runs) for name in names]
        for job in jobs:
            name, cells = job.result()
            far += any(abs(cell[2]) > 3 for cell in cells)
            texts = [text for a, b, z in cells for text in ("%.3f" % a, "%.3f" % b, "%+.1f" % z)]
            print(line.format(name, *texts), flush=True)
    for name in missing:
        print("no scenario:", name, file=sys.stderr)
    print("%d kernels, %d of them more than 3 standard errors apart" % (len(names), far), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
