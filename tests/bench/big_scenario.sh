#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# big_scenario.sh SHAPE N: a scenario of that size, for tests of what size costs. Each shape is one way to make many of
# something; tests/golden/big_inputs.sh judges them at full size, tests/golden/linear.sh counts what doubling costs.
set -eu
n=${2:?usage: big_scenario.sh SHAPE N}
case $1 in
chain) cat <<Y
ebb: 1
about: A chain of $n records, one of which holds the other, is kept by a coroutine that waits for ever.
main:
  - let: {head: nil}
  - repeat: $n
    do:
      - set:
          head: record(next = head)
  - let: {never: chan()}
  - recv: never
Y
;;
ring) cat <<Y
ebb: 1
about: A ring of $n records.
main:
  - let:
      first: record(next = nil)
  - let: {head: first}
  - repeat: $n
    do:
      - set:
          head: record(next = head)
  - set: {first.next: head}
Y
;;
rings) cat <<Y
ebb: 1
about: $n rings of two records.
main:
  - repeat: $n
    do:
      - let:
          one: record(next = nil)
      - let:
          two: record(next = one)
      - set: {one.next: two}
Y
;;
objects) cat <<Y
ebb: 1
about: A list of $n buffers is kept by a coroutine that waits for ever.
main:
  - let: {all: list()}
  - repeat: $n
    do:
      - append: all
        value: bytes(1)
  - let: {never: chan()}
  - recv: never
Y
;;
map) cat <<Y
ebb: 1
about: A map of $n buffers is kept by a coroutine that waits for ever.
main:
  - let: {all: map()}
  - repeat: $n
    as: i
    do:
      - put: all
        key: i
        value: bytes(1)
  - let: {never: chan()}
  - recv: never
Y
;;
crowd) cat <<Y
ebb: 1
about: $n coroutines wait for one channel.
main:
  - let: {never: chan()}
  - go: wait(never)
    count: $n
procs:
  wait(c):
    - recv: c
Y
;;
each) cat <<Y
ebb: 1
about: $n coroutines wait each for a channel of its own.
main:
  - repeat: $n
    do:
      - let: {never: chan()}
      - go: wait(never)
procs:
  wait(c):
    - recv: c
Y
;;
waits) cat <<Y
ebb: 1
about: $n coroutines, each waits for the one before, and the first for ever.
main:
  - let: {before: chan()}
  - repeat: $n
    do:
      - let: {mine: chan()}
      - go: pass(before, mine)
      - set: {before: mine}
procs:
  pass(from, to):
    - recv: from
    - send: to
Y
;;
timers) cat <<Y
ebb: 1
about: $n tickers that nobody stops.
main:
  - repeat: $n
    do:
      - let: {t: ticker(1h)}
Y
;;
contexts) cat <<Y
ebb: 1
about: A chain of $n contexts, one the child of the other.
main:
  - let: {c: context()}
  - repeat: $n
    do:
      - let:
          child: context(c)
      - set: {c: child}
Y
;;
ender) cat <<Y
ebb: 1
about: $n coroutines come and go while as many wait, then all are left but one.
main:
  - let: {never: chan()}
  - repeat: $n
    do:
      - go: wait(never)
      - send: never
      - go: wait(never)
procs:
  wait(c):
    - recv: c
    - recv: c
Y
;;
lines) echo "ebb: 1"; echo "about: Many findings."; echo "main:"; echo "  - let: {never: chan()}"; for ((i=0;i<n;i++)); do echo "  - go: wait(never)"; echo "    as: w$i"; done; cat <<Y
procs:
  wait(c):
    - recv: c
Y
;;
messages) cat <<Y
ebb: 1
about: $n messages in as many channels, in a shared list.
shared:
  all: list()
main:
  - repeat: $n
    do:
      - let: {c: chan(1)}
      - send: c
        value: 1
      - append: all
        value: c
Y
;;
cancel) cat <<Y
ebb: 1
about: Shape cancel of $n.
main:
  - let: {root: context()}
  - let: {c: root}
  - repeat: $n
    do:
      - let:
          child: context(c)
      - set: {c: child}
  - go:
      - recv: c.done
    as: waiter
  - yield
  - cancel: root
Y
;;
wide) cat <<Y
ebb: 1
about: Shape wide of $n.
main:
  - let: {root: context()}
  - repeat: $n
    do:
      - let:
          child: context(root)
      - go: wait(child)
  - yield
  - cancel: root
procs:
  wait(c):
    - recv: c.done
Y
;;
deadlines) cat <<Y
ebb: 1
about: Shape deadlines of $n.
shared:
  all: list()
main:
  - repeat: $n
    do:
      - let: {t: timer(1s)}
      - append: all
        value: t
Y
;;
idle) cat <<Y
ebb: 1
about: Shape idle of $n.
shared:
  all: list()
main:
  - repeat: $n
    do:
      - let: {t: timer(1s)}
      - append: all
        value: t
  - sleep: 2s
Y
;;
sleepers) cat <<Y
ebb: 1
about: Shape sleepers of $n.
main:
  - go: late
    count: $n
procs:
  late():
    - sleep: 2h
Y
;;
broadcast) cat <<Y
ebb: 1
about: Shape broadcast of $n.
shared:
  never: chan()
main:
  - let: {gate: chan()}
  - go: wait(gate)
    count: $n
  - yield
  - close: gate
procs:
  wait(gate):
    - recv: gate
    - recv: never
Y
;;
locks) cat <<Y
ebb: 1
about: Shape locks of $n.
shared:
  all: list()
main:
  - repeat: $n
    do:
      - let: {m: mutex()}
      - lock: m
      - append: all
        value: m
Y
;;
queue) cat <<Y
ebb: 1
about: Shape queue of $n.
shared:
  m: mutex()
  never: chan()
main:
  - go: take
    count: $n
procs:
  take():
    - lock: m
    - unlock: m
    - recv: never
Y
;;
mallocs) cat <<Y
ebb: 1
about: Shape mallocs of $n.
shared:
  all: list()
main:
  - repeat: $n
    do:
      - let: {m: malloc(8)}
      - append: all
        value: m
Y
;;
selects) cat <<Y
ebb: 1
about: Shape selects of $n.
main:
  - let: {a: chan()}
  - let: {b: chan()}
  - go: wait(a, b)
    count: $n
  - yield
  - repeat: $n / 2
    do:
      - send: a
        value: 1
procs:
  wait(a, b):
    - select:
        - recv: a
        - recv: b
        - after: 1h
Y
;;
middle) cat <<Y
ebb: 1
about: Shape middle of $n.
shared:
  never: chan()
main:
  - let: {all: list()}
  - repeat: $n
    do:
      - let: {c: chan(1)}
      - append: all
        value: c
  - for: c
    in: all
    do:
      - send: c
        value: 1
  - recv: never
Y
;;
cycles) cat <<Y
ebb: 1
about: Shape cycles of $n.
shared:
  all: list()
cycle:
  - repeat: $n / 32
    do:
      - append: all
        value: bytes(1)
Y
;;
manycycles) cat <<Y
ebb: 1
about: Shape manycycles of $n.
shared:
  all: list()
cycle:
  - append: all
    value: bytes(1)
limits: {cycles: $n}
Y
;;
*) echo "big_scenario.sh: no shape $1" >&2; exit 2 ;;
esac
