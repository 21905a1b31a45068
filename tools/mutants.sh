#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Does any test notice? Each line of tests/mutation/mutants.table breaks one thing: an edge somebody could follow, a hold
# that must end, an invariant, a right. The one file is compiled anew, linked with the objects that are there, and the
# cheapest tests that could notice are asked. A mutant that no test turns red survives, and a survivor is a missing test.
# The tree itself is only read.
#
# Usage: tools/mutants.sh [--build DIR] [--table FILE] [--jobs N] [--list | --check] [NAME…]      (DIR: build/dev, built before)
# Exit: 0 all killed · 1 some survived, or are no mutants any more · 2 bad usage · 3 the tests are red without a mutant
set -u
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
cd "$root" || exit 3
build=build/dev table=tests/mutation/mutants.table jobs=$(nproc 2>/dev/null || echo 2) list=0 check=0 names=()
while [ $# -gt 0 ]; do
    case $1 in
    --build) build=${2:?--build wants a folder}; shift ;;
    --table) table=${2:?--table wants a file}; shift ;;
    --jobs) jobs=${2:?--jobs wants a number}; shift ;;
    --list) list=1 ;;
    --check) check=1 ;; # do all lines still fit the sources? Compiles nothing
    -h | --help) sed -n '3,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    -*) echo "mutants: unknown option $1" >&2; exit 2 ;;
    *) names+=("$1") ;;
    esac
    shift
done
build=$(cd "$build" 2>/dev/null && pwd) || { echo "mutants: no such build folder" >&2; exit 2; }
[ -x "$build/unit_tests" ] && [ -x "$build/ebb" ] || { echo "mutants: $build has no unit_tests and ebb; ./dev build" >&2; exit 2; }

# ---- the table: name ;; file ;; what sed does to it ;; tests, cheapest first ;; reason -------------------------------------
declare -A file_of edit_of tests_of reason_of
order=() number=0 faults=0
while IFS= read -r line; do
    number=$((number + 1))
    case $line in '' | '#'*) continue ;; esac
    fields=()
    rest=$line
    while [[ $rest == *' ;; '* ]]; do fields+=("${rest%% ;; *}"); rest=${rest#* ;; }; done
    fields+=("$rest")
    if [ ${#fields[@]} -ne 5 ] || [ -n "${file_of[${fields[0]}]-}" ] || [ ! -f "${fields[1]}" ]; then
        echo "$table:$number: error: wants five fields, a name of its own and a file that is there"
        faults=1
        continue
    fi
    name=${fields[0]}
    file_of[$name]=${fields[1]} edit_of[$name]=${fields[2]} tests_of[$name]=${fields[3]} reason_of[$name]=${fields[4]}
    order+=("$name")
done <"$table"
[ $faults -eq 0 ] || exit 2
[ ${#names[@]} -gt 0 ] || names=("${order[@]}")
for name in "${names[@]}"; do
    [ -n "${file_of[$name]-}" ] || { echo "mutants: no such mutant: $name" >&2; exit 2; }
done
if [ $list -eq 1 ]; then
    for name in "${names[@]}"; do printf '%-32s %s: %s\n' "$name" "${file_of[$name]}" "${reason_of[$name]}"; done
    exit 0
fi

# ---- one program, with and without a mutant ---------------------------------------------------------------------------------
work=$(mktemp -d "$build/mutants.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT

# compile FILE OUT SOURCE: as the build compiles FILE, but SOURCE, and with warnings let be.
compile() {
    python3 - "$build/compile_commands.json" "$root/$1" "$2" "$3" >"$2.command" <<'PYTHON' || return 1
import json, shlex, sys
commands, file, out, source = sys.argv[1:]
found = next((c for c in json.load(open(commands)) if c["file"] == file), None)
if found is None: sys.exit(1)
words, result, skip = shlex.split(found["command"]), [], False
for i, word in enumerate(words):
    if skip: skip = False; continue
    if word in ("-o", "-MF", "-MT"): skip = True; continue
    if word in ("-MD", "-Werror"): continue
    result.append(source if word == file else word)
print(shlex.join(result + ["-w", "-o", out]))
PYTHON
    (cd "$build" && bash "$2.command")
}

# link TARGET FOLDER: as the build links it, with what FOLDER/lib holds instead.
link() {
    local target=$1 folder=$2 command library
    command=$(ninja -C "$build" -t commands "$target" | tail -1) || return 1
    for library in "$folder"/lib/*.a; do command=${command//"lib/${library##*/}"/"$library"}; done
    command=${command//" -o $target "/" -o $folder/$target "}
    (cd "$build" && bash -c "$command") >"$folder/link.log" 2>&1
}

# ask TEST FOLDER: is it green with the programs of FOLDER? Links them as they are needed.
ask() {
    local kind=${1%%:*} what=${1#*:} folder=$2 program=unit_tests
    case $kind in
    scenarios | golden | negative) program=ebb ;;
    property) program=property_$what ;;
    esac
    if [ ! -x "$folder/$program" ]; then
        if [ -d "$folder/lib" ]; then
            link "$program" "$folder" || return 125
        else
            ln -s "$build/$program" "$folder/$program"
        fi
    fi
    export EBB=$folder/ebb EBB_SOURCE_DIR=$root EBB_BUILD_DIR=$build
    case $kind in
    unit) if [ "$what" = unit ]; then timeout 120 "$folder/unit_tests"; else timeout 120 "$folder/unit_tests" "$what"; fi ;;
    scenarios) if [ "$what" = scenarios ]; then timeout 300 "$folder/ebb" run --terse scenarios; else timeout 120 "$folder/ebb" run --terse "scenarios/$what"; fi ;;
    property) timeout 600 "$folder/$program" ;;
    golden | negative) timeout 300 bash "tests/$kind/$what.sh" ;;
    *) return 124 ;;
    esac >"$folder/test.log" 2>&1
}

# mutate NAME FOLDER: the broken file, or why it is none.
mutate() {
    local name=$1 folder=$2 file=${file_of[$1]} lines
    mkdir -p "$folder/lib" "$folder/$(dirname "$file")"
    sed -e "${edit_of[$name]}" "$file" >"$folder/$file" 2>"$folder/sed.log" || { echo "NO MUTANT  $name: sed: $(cat "$folder/sed.log")"; return 1; }
    lines=$(diff "$file" "$folder/$file" | grep -c '^<')
    [ "$lines" -eq 1 ] || { echo "NO MUTANT  $name: changes $lines lines of $file, not one"; return 1; }
}

# judge NAME: one line of the result.
judge() {
    local name=$1 folder=$work/$1 file=${file_of[$1]} library test got
    mutate "$name" "$folder" || return
    local object=${file##*/}.o
    compile "$file" "$folder/$object" "$folder/$file" >"$folder/compile.log" 2>&1 || { echo "NO MUTANT  $name: does not compile"; return; }
    for library in "$build"/lib/*.a; do
        ar t "$library" | grep -qxF "$object" || continue
        cp "$library" "$folder/lib/" && ar r "$folder/lib/${library##*/}" "$folder/$object" 2>/dev/null
    done
    for test in ${tests_of[$name]}; do
        ask "$test" "$folder"
        got=$?
        [ $got -eq 125 ] && { echo "NO MUTANT  $name: does not link"; return; }
        if [ $got -ne 0 ] && [ $got -ne 77 ]; then
            printf 'killed     %-32s by %-24s %s\n' "$name" "$test" "${reason_of[$name]}"
            rm -rf "$folder"
            return
        fi
    done
    printf 'SURVIVED   %-32s %-27s %s\n' "$name" "${tests_of[$name]}" "${reason_of[$name]}"
    rm -rf "$folder"
}

if [ $check -eq 1 ]; then
    stale=0
    for name in "${names[@]}"; do mutate "$name" "$work/$name" || stale=1; done
    exit $stale
fi

# A test that is red anyway would kill every mutant.
mkdir -p "$work/none"
for test in $(for name in "${names[@]}"; do printf '%s\n' ${tests_of[$name]}; done | sort -u); do
    ask "$test" "$work/none"
    got=$?
    [ $got -eq 0 ] || [ $got -eq 77 ] || { echo "mutants: $test is red without any mutant:"; tail -5 "$work/none/test.log" | sed 's/^/| /'; exit 3; }
done

running=0
for name in "${names[@]}"; do
    judge "$name" >"$work/$name.result" &
    running=$((running + 1))
    if [ $running -ge "$jobs" ]; then
        wait -n
        running=$((running - 1))
    fi
done
wait
for name in "${names[@]}"; do cat "$work/$name.result"; done | sort -k1,1 -s
killed=$(cat "$work"/*.result | grep -c '^killed')
echo "$killed of ${#names[@]} mutants killed"
[ "$killed" -eq ${#names[@]} ]
