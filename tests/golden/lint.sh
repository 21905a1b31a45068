#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What `ebb lint` says in each of its formats, byte for byte, how it ends, and that the catalogue gives it nothing to say.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
failed=0

# shows CODE ARGUMENTS…: the output is what stands on standard input, and the exit code is CODE.
shows() {
    local wanted=$1 code
    shift
    cat >"$work/wanted"
    (cd "$work" && "$EBB" "$@" >found 2>talk)
    code=$?
    [ $code -eq "$wanted" ] || { echo "ebb $* ends with $code, not $wanted"; failed=1; }
    diff -u "$work/wanted" "$work/found" || { echo "ebb $* shows something else"; failed=1; }
    cat "$work/talk"
}

cat >"$work/clean.yaml" <<'END'
ebb: 1
about: Nothing to be said about.
main: [yield]
END
cat >"$work/warned.yaml" <<'END'
ebb: 1
about: A parameter nobody asks, and a name with a slip.
params: {unused: 1}
main:
  - let: {reply: chan()}
  - send: reply
expect: [{blocked: main, on: send repyl}]
END
cat >"$work/wrong, 100%.yaml" <<'END'
ebb: 1
about: The same key twice.
main:
  - send: nil
    value: 1
    value: 2
END

shows 0 lint clean.yaml </dev/null
shows 1 lint clean.yaml warned.yaml <<'END'
warned.yaml:3:10: warning: the parameter "unused" is never used
    3 | params: {unused: 1}
      |          ^
warned.yaml:7:11: warning: no object of this scenario is called "repyl"; did you mean "reply"?
    7 | expect: [{blocked: main, on: send repyl}]
      |           ^
END
shows 2 lint 'wrong, 100%.yaml' <<'END'
wrong, 100%.yaml:6:5: error: the key "value" stands here twice; the first is in line 5
    6 |     value: 2
      |     ^
wrong, 100%.yaml:5:5: note: the first is here
    5 |     value: 1
      |     ^
END
shows 2 lint --format github . <<'END'
::warning file=./warned.yaml,line=3,col=10::the parameter "unused" is never used
::warning file=./warned.yaml,line=7,col=11::no object of this scenario is called "repyl"; did you mean "reply"?
::error file=./wrong%2C 100%25.yaml,line=6,col=5::the key "value" stands here twice; the first is in line 5
::notice file=./wrong%2C 100%25.yaml,line=5,col=5::the first is here
END
shows 1 lint --json warned.yaml <<'END'
{
  "format": "ebb-lint-1",
  "problems": [
    {
      "file": "warned.yaml",
      "line": 3,
      "column": 10,
      "severity": "warning",
      "message": "the parameter \"unused\" is never used"
    },
    {
      "file": "warned.yaml",
      "line": 7,
      "column": 11,
      "severity": "warning",
      "message": "no object of this scenario is called \"repyl\"; did you mean \"reply\"?"
    }
  ]
}
END
shows 0 lint --json clean.yaml <<'END'
{
  "format": "ebb-lint-1",
  "problems": []
}
END
shows 2 lint nonesuch.yaml </dev/null

# The catalogue is to be read without doubts.
"$EBB" lint "$EBB_SOURCE_DIR/scenarios" >"$work/found" 2>&1 || { echo "ebb lint scenarios ends with $?"; failed=1; }
if [ -s "$work/found" ]; then
    cat "$work/found"
    failed=1
fi
exit $failed
