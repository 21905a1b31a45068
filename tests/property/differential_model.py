#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""differential_model.py DIR: runs the programs on standard input in the reference model DIR/sim.py and prints, for
each, the line that differential.c prints for ours. Where model and runtime differ on purpose, the model is adapted
here, and the reason stands beside it; anything else that differs is a finding."""
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import sim
from sim import Chan, Op, Panic

CHANS, CHAN_NIL, CHAN_CONTEXT, CHAN_TIMER, GO_MAX, NO_CHOOSER = 3, 3, 4, 7, 40, 101
MASK32, MASK64 = (1 << 32) - 1, (1 << 64) - 1


class Choices:
    """The same numbers as differential.c draws, one for each decision with more than one option."""

    def __init__(self, seed, sticky):
        self.state, self.sticky, self.digest, self.rt = seed, sticky, 0, None

    def fold(self, number):
        if self.sticky != NO_CHOOSER:  # without one the runtime tells nobody what it decides
            self.digest = (self.digest * 1000003 + number + 1) & MASK32

    def draw(self, count):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & MASK64
        number = self.state >> 33
        self.fold(count)
        return 0 if number % 100 < self.sticky else number // 100 % count

    def __call__(self, kind, count, default, costs):
        self.fold({'sched': 0, 'select': 1, 'rand': 2}[kind])
        rank = self.draw(count)
        if kind != 'sched':
            return rank
        # The runtime counts options from the default on, cyclically in spawn order; the alarm is always the last.
        coroutines = count - 1 if isinstance(self.rt.opts[-1], tuple) else count
        return rank if rank == coroutines else (default + rank) % coroutines


class Model(sim.RT):
    def __init__(self, *args):
        super().__init__(*args)
        self.seen = 0  # the time a coroutine has last seen

    def step(self, co):
        """As sim.RT.step, but: a panic goes through its coroutine at once, as in Go, not one decision later; and the
        end of a coroutine is no step, since the runtime counts verbs that have completed."""
        self.seen = self.now
        self.steps += 1
        co.spun = False
        try:
            if co.retry:
                co.retry, op = None, co.op
            elif co.exc is not None:
                e, co.exc = co.exc, None
                op = co.gen.throw(e)
            else:
                r, co.res = co.res, None
                op = co.gen.send(r)
            while True:
                co.op = op
                try:
                    ok, res = op.fn(co)
                    break
                except Panic as e:
                    op = co.gen.throw(e)
        except StopIteration:
            co.state = 'done'
            self.steps -= 1
            return
        except Panic:
            self.steps -= 1
            raise
        if ok:
            co.res, co.state = res, 'run'
        elif co.state == 'run':
            co.state = 'park'
        if op.spin:
            co.spun = True


class Nil(sim.Nil):
    """The model's nil channel lacks what panics."""

    def close(self):
        def f(co):
            raise Panic('close of nil channel')
        return Op('close nil', f)


class Timer(sim.Timer):
    """The model sends the time of the alarm that ends an idle phase, also for those that went off on the way; the
    runtime, as Go, sends the time each was due (or now, when it is late). Its reset says nothing; Go's does."""

    def arm(self, d):
        self.due = self.rt.now + d
        super().arm(d)

    def fire(self):
        self.rt.seen = max(self.rt.seen, self.due)
        if self.ch is None:
            return super().fire()
        self.active = False
        if self.ch.can_send():
            self.ch.try_send(self.rt.seen)

    def stop_as(self, name):
        return Op('stop ' + name, self.stop().fn)

    def reset_as(self, d, name):
        def f(co):
            armed, self.active = self.active, False
            self.arm(d)
            return True, armed
        return Op('reset ' + name, f)


class Context(sim.Ctx):
    """The model leaves the deadline of a cancelled context armed; Go stops it, and so time does not move for it."""
    timer = None

    def _cancel(self):
        if not self.err and self.timer:
            self.timer.active = False
        super()._cancel()


class Once(sim.Once):
    """The model has no deferred calls: in Go a panic leaves the once done and unlocked."""

    def do(self, f):
        yield sim.STEP
        if self.done:
            return
        yield self.m.lock()
        if not self.done:
            try:
                yield from f()
            except Panic:
                self.done = True
                yield self.m.unlock()
                raise
            self.done = True
        yield self.m.unlock()


# The model has no try verbs of locks; they follow from its lock verbs.
def attempt(name, free, take):
    def f(co):
        if not free():
            co.spun = True
            return True, False
        take(co)
        return True, True
    return Op(name, f)


def take_mutex(m):
    def take(co): m.owner = co
    return attempt('try_lock ' + m.name, lambda: m.owner is None, take)


def take_read(rw):
    def take(co): rw.r += 1
    return attempt('try_rlock ' + rw.name, lambda: rw.wp is None, take)


def take_write(rw):
    def take(co): rw.wp, rw.wa = co, True
    return attempt('try_lock ' + rw.name, lambda: rw.wp is None and rw.r == 0, take)


class Frame:
    """What a coroutine has seen."""

    def __init__(self):
        self.digest = 0

    def fold(self, number):
        self.digest = (self.digest * 1000003 + (int(number or 0) & MASK32) + 1) & MASK32


class Program:
    def __init__(self, line):
        head, *procs = line.split('|')
        numbers = [int(word) for word in head.split()]
        self.id, timers_any, seed, sticky, steps = numbers[:5]
        self.code = [[self.parse(one) for one in proc.split(';')[:-1]] for proc in procs]
        self.choices = Choices(seed, sticky)
        self.rt = rt = Model(self.choices, 'any' if timers_any else 'idle', steps)
        self.choices.rt = rt
        self.nil = Nil()
        self.chans = [Chan(rt, numbers[5 + i], 'c%d' % i) for i in range(CHANS)]
        self.mutexes = [sim.Mutex(rt, 'm0'), sim.Mutex(rt, 'm1')]
        self.rw = sim.RW(rt, 'r')
        self.conds = [sim.Cond(rt, self.mutexes[0], 'k0'), sim.Cond(rt, self.rw, 'k1')]
        self.wg = sim.WG(rt, 'w')
        self.once = Once(rt, 'o')
        self.contexts, self.timers = [None] * 3, [None] * 3
        self.frames, self.gone, self.timed = [], 0, 0

    @staticmethod
    def parse(text):
        op, *numbers = text.split()
        return op, [int(number) for number in numbers]

    def chan(self, number):
        if number <= CHAN_NIL:
            return self.nil if number == CHAN_NIL else self.chans[number]
        if number >= CHAN_TIMER:
            timer = self.timers[number - CHAN_TIMER]
            return self.chans[0] if timer is None else timer.ch
        context = self.contexts[number - CHAN_CONTEXT]
        return self.chans[0] if context is None else context.doneC

    def delay(self, delay):
        """No two alarms fall on the same instant: the model lets those that wake nobody pass over at a tie."""
        self.timed += 1
        return delay + 1000003 * (self.timed - 1)

    def body(self, proc):
        """Frames are made when a coroutine is spawned, which is when this is called: the generator has not begun."""
        frame = Frame()
        self.frames.append(frame)
        return self.run(frame, self.code[proc], 0, len(self.code[proc]))

    def run(self, frame, code, at, end):
        while at < end:
            op, (a, b, c) = code[at]
            at += 1
            if op == 'e':
                yield from self.select(frame, code[at:at + a], b)
                at += a
            elif op == '?':
                number = yield self.rt.rand(a)
                frame.fold(number)
                if number % 2 == 0:
                    yield from self.run(frame, code, at, at + b)
                at += b
            elif op == '*':
                for _ in range(a):
                    yield from self.run(frame, code, at, at + b)
                at += b
            elif op == 'P':
                panicked = False
                try:
                    yield from self.run(frame, code, at, at + a)
                except Panic:
                    panicked = True
                yield from self.run(frame, code, at + a, at + a + b)
                frame.fold(panicked)
                at += a + b
            else:
                yield from getattr(self, self.VERBS[op])(frame, a, b, c)

    def select(self, frame, cases, default):
        listed = [('s', self.chan(b), (c + frame.digest) & 0xffff) if a else ('r', self.chan(b)) for _, (a, b, c) in cases]
        index, value, ok = yield self.rt.select(*listed, default=bool(default))
        frame.fold(index)
        if index >= 0 and listed[index][0] == 'r':
            frame.fold(value)
            frame.fold(ok)

    def send(self, frame, a, b, c):
        yield self.chan(a).send((b + frame.digest) & 0xffff)

    def receive(self, frame, a, b, c):
        value, ok = yield self.chan(a).recv()
        frame.fold(value)
        frame.fold(ok)

    def drain(self, frame, a, b, c):
        chan, ok = self.chan(a), True
        while ok:
            value, ok = yield chan.recv()
            frame.fold(value)

    def try_send(self, frame, a, b, c):
        chan = self.chan(a)
        op = self.rt.select(('s', chan, (b + frame.digest) & 0xffff), default=True)
        index, _, _ = yield Op('try_send ' + chan.name, op.fn)
        frame.fold(index == 0)

    def try_receive(self, frame, a, b, c):
        chan = self.chan(a)
        index, value, ok = yield Op('try_recv ' + chan.name, self.rt.select(('r', chan), default=True).fn)
        frame.fold(index == 0)
        frame.fold(value)
        frame.fold(ok)

    def close(self, frame, a, b, c): yield self.chan(a).close()
    def lock(self, frame, a, b, c): yield self.mutexes[a].lock()
    def unlock(self, frame, a, b, c): yield self.mutexes[a].unlock()
    def try_lock(self, frame, a, b, c): frame.fold((yield take_mutex(self.mutexes[a])))
    def rw_rlock(self, frame, a, b, c): yield self.rw.rlock()
    def rw_runlock(self, frame, a, b, c): yield self.rw.runlock()
    def rw_lock(self, frame, a, b, c): yield self.rw.lock()
    def rw_unlock(self, frame, a, b, c): yield self.rw.unlock()
    def rw_try_rlock(self, frame, a, b, c): frame.fold((yield take_read(self.rw)))
    def rw_try_lock(self, frame, a, b, c): frame.fold((yield take_write(self.rw)))
    def wg_add(self, frame, a, b, c): yield self.wg.add(a)
    def wg_done(self, frame, a, b, c): yield self.wg.done()
    def wg_wait(self, frame, a, b, c): yield self.wg.wait()
    def cond_wait(self, frame, a, b, c): yield from self.conds[a].wait()
    def cond_signal(self, frame, a, b, c): yield self.conds[a].signal()
    def cond_broadcast(self, frame, a, b, c): yield self.conds[a].broadcast()
    def sleep(self, frame, a, b, c): yield self.rt.sleep(self.delay(a))
    def pause(self, frame, a, b, c): yield sim.YIELD
    def step(self, frame, a, b, c): yield sim.STEP

    def once_do(self, frame, a, b, c):
        yield from self.once.do(lambda: self.run(frame, self.code[a], 0, len(self.code[a])))

    def go(self, frame, a, b, c):
        if self.gone < GO_MAX:
            self.gone += 1
            def f(co):
                self.rt.go_now(self.body(a), 'p')
                return True, None
            yield Op('go', f)

    def context_make(self, frame, a, b, c):
        context = Context(self.rt, self.contexts[b] if b >= 0 else None, 'x%d' % a)
        if c > 0:
            delay = self.delay(c)
            if not context.err:  # below a cancelled parent there is nothing left to wait for
                context.timer = sim.Timer(self.rt, delay, fn=context._cancel)
        self.contexts[a] = context
        yield from ()

    def context_cancel(self, frame, a, b, c):
        if self.contexts[a]:
            yield self.contexts[a].cancel()

    def timer_make(self, frame, a, b, c):
        self.timers[a] = Timer(self.rt, self.delay(b), ch=Chan(self.rt, 1, 't%d' % a))
        yield from ()

    def callback_make(self, frame, a, b, c):
        self.timers[a] = Timer(self.rt, self.delay(b), fn=lambda: self.body(c))
        yield from ()

    def timer_stop(self, frame, a, b, c):
        if self.timers[a]:
            frame.fold((yield self.timers[a].stop_as('t%d' % a)))

    def timer_reset(self, frame, a, b, c):
        if self.timers[a]:
            frame.fold((yield self.timers[a].reset_as(self.delay(b), 't%d' % a)))

    VERBS = {'s': 'send', 'r': 'receive', 'R': 'drain', 'c': 'close', 'S': 'try_send', 'Q': 'try_receive',
             'l': 'lock', 'u': 'unlock', 'L': 'try_lock', 'h': 'rw_rlock', 'H': 'rw_runlock', 'w': 'rw_lock',
             'W': 'rw_unlock', 'j': 'rw_try_rlock', 'J': 'rw_try_lock', 'a': 'wg_add', 'd': 'wg_done', 'A': 'wg_wait',
             'v': 'cond_wait', 'i': 'cond_signal', 'b': 'cond_broadcast', 'o': 'once_do', 'g': 'go',
             'X': 'context_make', 'x': 'context_cancel', 'T': 'timer_make', 'F': 'callback_make', 't': 'timer_stop',
             'z': 'timer_reset', 'p': 'sleep', 'y': 'pause', 'n': 'step'}

    # --- the final state ---

    WORDS = {'wgadd': 'add', 'wgwait': 'wait', 'condwait': 'wait', 'wlock': 'lock', 'wunlock': 'unlock', 'rand': 'choose'}

    def verb(self, co):
        """What it did last, and where it is parked on what; in the words of the runtime."""
        if co.op is None:
            return '?'
        desc = co.op.desc
        if desc.startswith('select{'):
            names = [case[2:] for case in desc[7:-1].split(',') if case != 'default' and case]
            words = ['select'] + [name for name in names if name != 'nil'][:1]
        else:
            words = desc.replace('once ', '').split()
        words[0] = self.WORDS.get(words[0], words[0])
        if co.state != 'park' or words[0] in ('sleep', 'go'):
            return words[0]
        return ' '.join(words[:2]).replace('.Done', '').replace(' nil', '')

    def text(self, text):
        for theirs, ours in (('unlock of unlocked m', 'unlock of unlocked mutex m'),
                             ('RUnlock of unlocked r', 'runlock of unlocked rwmutex r'),
                             ('Unlock of unlocked r', 'unlock of unlocked rwmutex r'),
                             ('negative WaitGroup counter', 'negative waitgroup counter w')):
            if text.startswith(theirs):
                return ours + text[len(theirs):]
        return text

    def result(self):
        rt = self.rt
        end, why = rt.run(self.body(0))
        words = ['%d' % self.id, end + (' (' + self.text(why) + ')' if end == 'panic' else ''),
                 'now %d steps %d choices %d' % (rt.now, rt.steps, self.choices.digest)]
        for index, co in enumerate(rt.cos):
            state = 'ended' if co.state == 'done' else ('parked ' if co.state == 'park' else 'ready ') + self.verb(co)
            words.append('%d %s %d' % (index, state, self.frames[index].digest))
        return ' | '.join(words)


for line in sys.stdin:
    print(Program(line).result())
