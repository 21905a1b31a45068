#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# `ebb show` tells everything a scenario can say, byte for byte; `ebb list` tells tags and pending variants, and selects.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 3
failed=0

# shows ARGUMENTS…: the output is what stands on standard input.
shows() {
    cat >wanted
    "$EBB" "$@" >found || { echo "ebb $* ends with $?"; failed=1; }
    diff -u wanted found || { echo "ebb $* shows something else"; failed=1; }
}

cat >whole.yaml <<'END'
ebb: 1
about: All of it.
tags: [one, two]
params:
  n: {default: 2, range: [0, 8], about: how many}
  mode: {default: fast, choices: [fast, slow]}
shared: {jobs: chan(n)}
main:
  - go: worker(jobs)
    as: first
    count: n
  - go:
      - send: jobs
  - call_after: 1s
    do: [{close: jobs}]
    into: alarm
  - stop: alarm
  - if: mode == 'slow'
    then: [yield]
teardown: [yield]
procs:
  worker(from):
    - defer: [{sleep: 1s * len(from)}]
    - recv: from
variants: {leaking: {}, other: {n: 3, mode: slow}}
expect:
  leaking: {some: [[{blocked: first, on: recv jobs, count: [1, 2]}], [{timer: alarm}]]}
  other: clean
  leaks when: n > 2
pending: {other: not yet}
limits: {horizon: 5s}
watch: [allocation > 4KiB]
faults: [stall]
END

shows show whole.yaml <<'END'
whole.yaml
  All of it.
  tags: one, two

Parameters
  n              2, from 0 to 8: how many
  mode           fast, one of fast, slow

Phases
  main           once; what is left when all has come to rest is judged; from line 9
  teardown       once, when all has come to rest; from line 20

Coroutines
  main           started by the scenario
  teardown       started by the scenario
  first          runs worker, started by main in line 9, n times
  go             started by main in line 12
  alarm          started 1s after main comes to line 14

Objects
  jobs           a channel, chan(n), shared by all in line 7
                 go (line 12): send
                 alarm: close
                 worker: recv
  alarm          a timer, made by main in line 14
                 main: stop

Variants
  leaking        everything as declared
                 some schedule leaves, and any other leaves that or nothing
                   first is blocked for ever on recv jobs, count 1 to 2
                 or
                   timer alarm
  other          n = 3, mode = slow
                 clean: no schedule leaves anything
                 pending: not yet
  range          leaks exactly when n > 2, over 18 combinations of parameters

Limits
  steps          1000000
  horizon        5s of virtual time after a phase has returned
  watch          allocation > 4KiB
  fault          stall, where a schedule wants it
END
cat >other.yaml <<'END'
ebb: 1
about: Untagged.
main: [yield]
END
shows list . <<'END'
./other.yaml                                     main         Untagged.
./whole.yaml                                     leaking      All of it. [one, two]
./whole.yaml                                     other        (pending: not yet)
./whole.yaml                                     range        
END
shows list --tags three,two . --variant leaking <<'END'
./whole.yaml                                     leaking      All of it. [one, two]
END
shows list --tags three . </dev/null
"$EBB" show 2>/dev/null && { echo "ebb show without a file ends with 0"; failed=1; }

# Every scenario of the catalogue can be told.
"$EBB" show "$EBB_SOURCE_DIR/scenarios" >found || failed=1
exit $failed
