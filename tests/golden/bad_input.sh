#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Whatever is wrong with what ebb is given, it says so with the place, ends with 2, and neither takes long nor much:
# a second of processor time and 64 MiB of address space are enough for every answer below.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 3
sanitized=0
grep -qa '__asan_init' "$EBB" && sanitized=1
count=0 failed=0

# answers CODE WORDS… -- ARGUMENTS…: ebb ends with CODE and prints all the words (extended regular expressions).
answers() {
    local wanted=$1 words=() word
    shift
    while [ "$1" != -- ]; do words+=("$1"); shift; done
    shift
    count=$((count + 1))
    (
        ulimit -t $((sanitized == 1 ? 4 : 1)) # a sanitizer slows down, and the limit counts whole seconds
        [ $sanitized -eq 1 ] || ulimit -v 65536
        exec timeout 20 "$EBB" "$@"
    ) >out 2>&1 </dev/null
    local code=$?
    [ $code -eq "$wanted" ] || wrong "ends with $code, not $wanted" "$@"
    for word in ${words[@]+"${words[@]}"}; do
        grep -qE -- "$word" out || wrong "does not say: $word" "$@"
    done
    # A message is for a terminal, where a byte of the input must not become a command.
    if LC_ALL=C grep -q $'[\001-\010\013-\037\177]' out; then wrong "prints control characters" "$@"; fi
}
wrong() {
    echo "WRONG: ebb ${*:2} $1:"
    head -c 1500 out | head -8 | sed 's/^/| /'
    failed=1
}
put() { printf '%b' "$2" >"$1"; }
repeated() { head -c "$2" /dev/zero | sed "s/\\x00/$1/g"; }

# ---- no scenario to be had -------------------------------------------------------------------------------
answers 2 'nonesuch\.yaml' 'No such file' -- run nonesuch.yaml
mkdir empty locked loops
answers 2 'empty' 'no scenario' -- run empty
: >empty.yaml
answers 2 '^empty\.yaml:1:1: error: .*empty' -- run empty.yaml
answers 2 'neither a file nor a folder' -- run /dev/null
mkfifo loops/pipe.yaml
ln -s . loops/again
answers 2 'no scenario' -- run loops
put bad.yaml 'ebb: 1\nmain: [yeld]\n'
put good.yaml 'ebb: 1\nmain: [yield]\n'
answers 2 'bad\.yaml:2:8' '1 scenario judged' -- run bad.yaml good.yaml
if [ "$(id -u)" -ne 0 ]; then
    put locked/a.yaml 'ebb: 1\nmain: [yield]\n'
    chmod 000 locked/a.yaml
    answers 2 'locked/a\.yaml: error: Permission' -- run locked/a.yaml
fi

# ---- bytes that are no YAML, and YAML that is no scenario ----------------------------------------------------
put utf8.yaml 'ebb: 1\nabout: \xc3\xa9\xc3\xa9\xff\nmain: [yield]\n'
answers 2 '^utf8\.yaml:2:10: error: .*UTF-8' -- run utf8.yaml
put control.yaml 'ebb: 1\nabout: a\x1b[2Jb\nmain: [yield]\n'
answers 2 '^control\.yaml:2:9: error: ' -- run control.yaml
put escaped.yaml 'ebb: 1\nmain: [{"\\e[31mgo": "\\e[2J"}]\n'
answers 2 '^escaped\.yaml:2:9: error: ' -- run escaped.yaml
put nul.yaml 'ebb: 1\nabout: "a\\0b"\nmain: [yield]\n'
answers 2 '^nul\.yaml:2:8: error: .*NUL' -- run nul.yaml
put utf16.yaml '\xff\xfee\x00b\x00b\x00'
answers 2 '^utf16\.yaml:1:1: error: ' -- run utf16.yaml
put tab.yaml 'ebb: 1\nmain:\n\t- yield\n'
answers 2 '^tab\.yaml:3:1: error: ' -- run tab.yaml
put open.yaml 'ebb: 1\nmain: [yield\n'
answers 2 '^open\.yaml:[0-9]+:[0-9]+: error: ' -- run open.yaml
put alias.yaml 'ebb: 1\na: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nmain: *c\n'
answers 2 '^alias\.yaml:2:4: error: anchors' -- run alias.yaml
put merge.yaml 'ebb: 1\nmain: *nobody\n'
answers 2 '^merge\.yaml:2:7: error: aliases' -- run merge.yaml
put tag.yaml 'ebb: 1\nmain: !!python/object [yield]\n'
answers 2 '^tag\.yaml:2:7: error: .*tags' -- run tag.yaml
put second.yaml 'ebb: 1\nmain: [yield]\n---\nebb: 1\n'
answers 2 '^second\.yaml:3:1: error: a second document' -- run second.yaml
put twice.yaml 'ebb: 1\nmain: [yield]\nmain: [yield]\n'
answers 2 '^twice\.yaml:3:1: error: .*"main".*twice.*line 2' -- run twice.yaml
put list.yaml -- '- 1\n'
answers 2 '^list\.yaml:1:1: error: expected a mapping' -- run list.yaml

# ---- much of it ------------------------------------------------------------------------------------------------
repeated '[' 65536 >brackets.yaml
answers 2 '^brackets\.yaml:1:33: error: nested deeper than 32' -- run brackets.yaml
repeated '- ' 65536 >dashes.yaml
answers 2 '^dashes\.yaml:1:65: error: nested deeper' -- run dashes.yaml
repeated '{' 65536 >braces.yaml
answers 2 '^braces\.yaml:1:2: error: a key must be' -- run braces.yaml
{ printf 'ebb: 1\nmain: ['; repeated 'yield,' 160000; printf 'yield]\n'; } >events.yaml
answers 2 '^events\.yaml:2:[0-9]+: error: more than 100000' -- run events.yaml
for ((i = 0; i < 20000; i++)); do echo "%TAG !t$i! tag:x"; done >directives.yaml
answers 2 '^directives\.yaml:1:1: error: .*directive' -- run directives.yaml
truncate -s 100M sparse.yaml
answers 2 '^sparse\.yaml: error: larger than 1 MiB' -- run sparse.yaml
{ printf 'ebb: 1\nmain: [{sleep: 1'; repeated '+1' 200000; printf '}]\n'; } >sum.yaml
answers 2 '^sum\.yaml:2:[0-9]+: error: .*deeper than 32' -- run sum.yaml
{ printf 'ebb: 1\nmain:\n  - sleep: '; repeated '(' 100000; printf 1; repeated ')' 100000; printf '\n'; } >parens.yaml
answers 2 '^parens\.yaml:3:[0-9]+: error: .*deeper than 32' -- run parens.yaml
{ printf 'ebb: 1\nmain: [{recv: c'; repeated '.done' 100000; printf '}]\n'; } >members.yaml
answers 2 '^members\.yaml:2:[0-9]+: error: ' -- run members.yaml
{ printf 'ebb: 1\nmain:\n'; repeated '  - slep: yesterdays_news\n' 20000; } >mistakes.yaml
answers 2 '^mistakes\.yaml:3:5: error: .*did you mean "sleep"' 'and [0-9]+ more' -- run mistakes.yaml
{ printf 'ebb: 1\nparams:\n'; for ((i = 0; i < 250; i++)); do echo "  some_parameter_with_a_long_name$i: 1"; done; printf 'main:\n'; repeated '  - sleep: same_parameter_with_a_long_name\n' 20000; } >names.yaml
answers 2 '^names\.yaml:254:12: error: .*did you mean' -- run names.yaml

# ---- words -----------------------------------------------------------------------------------------------------
put key.yaml 'ebb: 1\nmian: [yield]\n'
answers 2 '^key\.yaml:2:1: error: .*"mian".*did you mean "main"' -- run key.yaml
put version.yaml 'ebb: 2\nmain: [yield]\n'
answers 2 '^version\.yaml:1:6: error: .*version' -- run version.yaml
put verb.yaml 'ebb: 1\nmain:\n  - let: {c: chan()}\n  - recieve: c\n  - snd: c\n'
answers 2 '^verb\.yaml:5:5: error: .*"snd".*did you mean "send"' '^verb\.yaml:4:5: error: .*"recieve"' -- run verb.yaml
put stepkey.yaml 'ebb: 1\nmain:\n  - let: {c: chan()}\n  - send: c\n    valeu: 1\n'
answers 2 '^stepkey\.yaml:5:5: error: .*"send".*"valeu".*did you mean "value"' -- run stepkey.yaml
put constructor.yaml 'ebb: 1\nmain: [{let: {c: chanel(1)}}, {let: {m: mutex(3)}}]\n'
answers 2 '^constructor\.yaml:2:18: error: .*"chanel"' '^constructor\.yaml:2:41: error: mutex takes no arguments' -- run constructor.yaml
put variable.yaml 'ebb: 1\nmain:\n  - let: {reply: chan()}\n  - recv: relpy\n'
answers 2 '^variable\.yaml:4:11: error: .*"relpy".*did you mean "reply"' ' \^$' -- run variable.yaml
put arguments.yaml 'ebb: 1\nmain: [{go: worker(1)}]\nprocs: {"worker(a, b)": [yield]}\n'
answers 2 '^arguments\.yaml:2:9: error: worker takes 2 arguments, not 1' -- run arguments.yaml
put number.yaml 'ebb: 1\nmain: [{sleep: 10parsecs}, {sleep: 99999999999999999999s}]\n'
answers 2 '^number\.yaml:2:16: error: not a number' '^number\.yaml:2:36: error: not a number' -- run number.yaml
put loop.yaml 'ebb: 1\nmain: [break]\n'
answers 2 '^loop\.yaml:2:8: error: .*outside of a loop' -- run loop.yaml
put expects.yaml 'ebb: 1\nmain: [yield]\nvariants: {leaking: {}, repaired: {}}\nexpect: {leaking: clean, repared: clean}\n'
answers 2 '^expects\.yaml:4:26: error: .*no variant "repared"' -- run expects.yaml
put finding.yaml 'ebb: 1\nmain: [yield]\nexpect: [{bloked: main}]\n'
answers 2 '^finding\.yaml:3:11: error: .*"bloked".*did you mean "blocked"' -- run finding.yaml
put range.yaml 'ebb: 1\nparams: {n: {default: 9, range: [0, 8]}}\nmain: [yield]\n'
answers 2 '^range\.yaml:2:23: error: out of the range' -- run range.yaml
put parameter.yaml 'ebb: 1\nparams: {size: 1}\nmain: [yield]\nvariants: {a: {sise: 2}}\n'
answers 2 '^parameter\.yaml:4:16: error: .*"sise".*did you mean "size"' -- run parameter.yaml
put senseless.yaml 'ebb: 1\nmain:\n  - let: {n: 3}\n  - send: n\n'
answers 2 'senseless\.yaml:4:' 'no verb "send"' -- run senseless.yaml

# ---- the command line --------------------------------------------------------------------------------------------
answers 2 'ebb run' --
answers 2 'no command "rnu"' -- rnu
answers 2 'no flag --vairant' -- run --vairant x good.yaml
answers 2 '--runs takes N' -- run --runs many good.yaml
answers 2 '--runs takes N' -- run --runs 99999999999999999999 good.yaml
answers 2 '--runs takes N' -- run good.yaml --runs
answers 2 'no variant|no scenario has a variant' -- run --variant nobody good.yaml
answers 2 'takes a token' -- replay
answers 2 'not a token' -- replay good.yaml
put leak.yaml 'ebb: 1\nmain:\n  - let: {c: chan()}\n  - go: [{send: c}]\n  - yield\n'
answers 1 'ebb replay ebb1-' -- run leak.yaml
token=$(grep -o 'ebb1-[0-9a-z-]*' out | head -1)
answers 0 'digest' -- replay "$token" leak.yaml
last=${token: -1}
[ "$last" = 0 ] && other=1 || other=0
answers 2 'damaged' -- replay "${token%?}$other" leak.yaml
answers 2 'cut|damaged' -- replay "${token%-*}" leak.yaml
answers 2 'no scenario of these paths' -- replay "$token" good.yaml
answers 2 'version 9' -- replay "ebb9-${token#ebb1-}" leak.yaml
answers 2 'leak\.yaml|too long|not a token|damaged' -- replay "ebb1-$(repeated 0 70000)" leak.yaml

# ---- scenarios that never end: a verdict, and in time -------------------------------------------------------------
put spins.yaml 'ebb: 1\nmain: [{loop: [yield]}]\n'
put computes.yaml 'ebb: 1\nmain: [{let: {n: 0}}, {repeat: 9223372036854775807, do: [{set: {n: n}}]}]\n'
put ticks.yaml 'ebb: 1\nmain:\n  - go: [{let: {t: ticker(1ms)}}, {loop: [{recv: t.channel}]}]\n'
put recurses.yaml 'ebb: 1\nmain: [{call: f}]\nprocs: {f: [{call: f}]}\n'
answers_in_time() {
    count=$((count + 1))
    timeout $((sanitized == 1 ? 60 : 10)) "$EBB" run "$1" >out 2>&1 </dev/null
    local code=$?
    [ $code -eq 1 ] || wrong "ends with $code, not 1" run "$1"
    grep -qE -- "$2" out || wrong "does not say: $2" run "$1"
}
answers_in_time spins.yaml 'limit'
answers_in_time computes.yaml 'limit'
answers_in_time ticks.yaml 'still running|alive'
answers_in_time recurses.yaml 'stack overflow'

echo "$count answers looked at"
exit $failed
