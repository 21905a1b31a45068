#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every token of a campaign shows the run it was made from: the same digest, findings and verdict, for each row.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
command -v python3 >/dev/null || { echo "python3 is not here: skipped; ./dev setup brings it"; exit 77; }
cd "$EBB_SOURCE_DIR" || exit 3
exec python3 - "$EBB" <<'PYTHON'
import json, os, subprocess, sys
from concurrent.futures import ThreadPoolExecutor

ebb = sys.argv[1]
SAME = ("name", "variant", "verdict", "steps", "digest", "findings", "lost")


def report(*arguments):
    done = subprocess.run([ebb, *arguments, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=240)
    if not done.stdout:
        return done.returncode, None, done.stderr.decode(errors="replace")
    return done.returncode, json.loads(done.stdout), ""


def replayed(row):
    code, again, talk = report("replay", row["token"], row["file"])
    if again is None:
        return f"`ebb replay {row['token']} {row['file']}` ended with {code}: {talk}"
    again = again["scenarios"][0]
    for key in SAME:
        if row[key] != again[key]:
            return f"{row['file']} {row['variant']}: {key} was {row[key]}, and replayed is {again[key]} ({row['token']})"
    return None


# More schedules than a daily run has, so that tokens with deviations come up.
code, campaign, talk = report("run", "--runs", "50", "scenarios")
if campaign is None:
    sys.exit(f"ebb run scenarios ended with {code}: {talk}")
rows = [row for row in campaign["scenarios"] if row["verdict"] in ("clean", "leaks", "panics", "limit")]
leaking = [row for row in rows if row["findings"]]
wrong = [f"{row['file']} {row['variant']}: leaks, and has no token" for row in leaking if not row["token"]]
rows = [row for row in rows if row["token"]]
with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
    wrong += filter(None, pool.map(replayed, rows))
for line in wrong:
    print("WRONG:", line)
print(f"{len(rows)} rows replayed, {len(leaking)} of them leaking, {sum(row['token'].count('-') == 3 and len(row['token'].split('-')[2]) > 2 for row in rows)} with decisions of their own")
sys.exit(1 if wrong or not leaking or len(rows) < 10 else 0)
PYTHON
