#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""replay_builds.py — does a token show the same run with every compiler, with and without sanitizers?

Usage: replay_builds.py [--tokens N] [--no-cycles] [--jobs N] [--first EBB] [EBB…]     (else every build/*/ebb of these sources)
The first ebb finds N failures, each with a token of its own: of every leaking variant one, and on from there of those whose
runs are short. Every ebb replays every token in a process of its own, at addresses of its own and with an environment of
another size; what `ebb replay --json` prints (digest, steps, findings and their causes) and its exit have to be the same
byte for byte. One token in 16 is also written as text, which has to be the same, and replayed from that.
--no-cycles leaves out the scenarios with cycles, which take most of the time.
Exit: 0 all the same · 1 some differ · 2 bad usage · 3 there were not enough failures · 77 there is no second build"""

import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STRATEGIES = ("random", "pct2", "pos", "delay2")
TEXT_EVERY = 16
ROUNDS_MAX = 2000
BARREN_MAX = 8  # after so many rounds without a new one, a scenario's failures are taken to have come up
SHOWN = 5


def fail(code, words):
    sys.stderr.write("replay_builds.py: %s\n" % words)
    sys.exit(code)


def builds_there():
    sources = [os.path.join(folder, name) for top in ("runtime", "harness", "reports")
               for folder, _, names in os.walk(os.path.join(ROOT, top)) for name in names]
    newest = max(os.stat(path).st_mtime for path in sources)
    found = []
    for name in sorted(os.listdir(os.path.join(ROOT, "build"))):
        path = os.path.join("build", name, "ebb")
        if not os.access(os.path.join(ROOT, path), os.X_OK):
            continue
        if os.stat(os.path.join(ROOT, path)).st_mtime < newest:
            print("%s is older than its sources: left out" % path)
            continue
        found.append(path)
    found.sort(key=lambda path: "release" not in path)  # the fast one finds
    return found


def ebb_run(ebb, arguments, padding=0):
    environment = dict(os.environ, PADDING="x" * padding, LLVM_PROFILE_FILE="/dev/null")
    done = subprocess.run([ebb, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600, env=environment, cwd=ROOT)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def failures(ebb, wanted, with_cycles):
    """[(token, file)], no token twice: each leaking variant first."""
    files = sorted(os.path.relpath(os.path.join(folder, name), ROOT) for folder, _, names in
                   os.walk(os.path.join(ROOT, "scenarios")) for name in names if name.endswith(".yaml"))
    short = []
    for path in files:
        with open(os.path.join(ROOT, path)) as text:
            if not re.search(r"(?m)^cycle:", text.read()):
                short.append(path)
    found, variants, barren = {}, set(), dict.fromkeys(short, 0)
    for turn in range(ROUNDS_MAX):
        if turn == 0:
            arguments = ["--runs", "32", "--strategy", "default,random", *(files if with_cycles else short)]
        else:
            fertile = [path for path in short if barren[path] < BARREN_MAX]
            if not fertile:
                break
            arguments = ["--runs", "1", "--strategy", STRATEGIES[turn % len(STRATEGIES)], "--seed", str(turn), *fertile]
        code, out, talk = ebb_run(ebb, ["run", "--json", *arguments])
        try:
            rows = json.loads(out)["scenarios"]
        except ValueError:
            fail(3, "%s run ended with %d: %s" % (ebb, code, talk))
        for path in short:
            barren[path] += 1
        for row in rows:
            if row["findings"] and row["token"] and row["token"] not in found and len(found) < wanted:
                found[row["token"]] = row["file"]
                variants.add((row["file"], row["variant"]))
                barren[row["file"]] = 0
        if len(found) == wanted:
            return list(found.items()), len(variants)
    fail(3, "only %d failures came up, not %d" % (len(found), wanted))


def shown(ebb, number, token, path, folder):
    """What one build makes of a token, as bytes."""
    padding = 1 + (number * 37 + hash_of(ebb)) % 4000
    text = number % TEXT_EVERY == 0
    if not text:
        code, out, _ = ebb_run(ebb, ["replay", "--json", token, path], padding)
        return b"%d\n" % code + out
    sched = os.path.join(folder, "%d-%d.sched" % (hash_of(ebb), number))
    code, out, _ = ebb_run(ebb, ["replay", "--json", "--schedule", sched, token, path], padding)
    back, again, _ = ebb_run(ebb, ["replay", "--json", sched, path], padding)
    with open(sched, "rb") as written:
        decisions = written.read()
    os.unlink(sched)
    return b"%d %d %d\n" % (code, back, again == out) + out + decisions


def hash_of(word):
    value = 0
    for letter in word.encode():
        value = (value * 31 + letter) % 1000003
    return value


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("Usage: ")[1].split("     ")[0])
    parser.add_argument("--tokens", type=int, default=10000)
    parser.add_argument("--no-cycles", action="store_true")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--first")
    parser.add_argument("ebb", nargs="*")
    options = parser.parse_args()
    builds = options.ebb or builds_there()
    if options.first is not None:
        builds = [options.first] + [ebb for ebb in builds if not os.path.samefile(os.path.join(ROOT, ebb), options.first)]
    if options.tokens < 1 or options.jobs < 1 or not builds:
        fail(2, "there is nothing to compare")
    tokens, variants = failures(builds[0], options.tokens, not options.no_cycles)
    print("%d failures of %d variants, found by %s" % (len(tokens), variants, builds[0]), flush=True)

    wrong = []
    same = dict.fromkeys(builds, 0)

    def replayed(numbered):
        number, (token, path) = numbered
        return [shown(ebb, number, token, path, folder) for ebb in builds]

    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for (token, path), with_each in zip(tokens, pool.map(replayed, enumerate(tokens))):
            ends, report = with_each[0].split(b"\n", 1)
            if ends not in (b"0", b"0 0 1") or b'"findings": []' in report or token.encode() not in report:
                wrong.append((builds[0], token, path, "does not show the failure, or not from its long form"))
            for ebb, bytes_shown in zip(builds, with_each):
                same[ebb] += bytes_shown == with_each[0]
                if bytes_shown != with_each[0]:
                    wrong.append((ebb, token, path, "differs from " + builds[0]))
    for ebb, token, path, what in sorted(wrong)[:SHOWN]:
        print("WRONG: `%s replay --json %s %s` %s" % (ebb, token, path, what))
    for ebb in builds:
        print("%-20s %d of %d identical" % (ebb, same[ebb], len(tokens)))
    sys.exit(1 if wrong else 77 if len(builds) == 1 else 0)


main()
