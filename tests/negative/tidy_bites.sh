#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tools/tidy.sh must report each sort of violation: a small clean tree, one crime at a time planted in a copy.
set -u
tools=$EBB_SOURCE_DIR/tools
work=$(mktemp -d "$EBB_BUILD_DIR/tidy.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
code=0
spdx='/* SPDX-License-Identifier: MIT */'

# ---- the clean tree ------------------------------------------------------------------------------------

clean=$work/clean
mkdir -p "$clean"/runtime/{base,census,core,kinds/chan} "$clean"/harness/{explore,check,scenario,cli} "$clean"/{reports,fuzzers} "$clean"/tests/unit/runtime/kinds
cp "$EBB_SOURCE_DIR/.clang-format" "$clean"
put() { printf '%s\n' "$spdx" "${@:2}" >"$1"; }
put "$clean/runtime/base/base.h" 'struct str {' '    const char *at;' '};' 'int base_one(void);' 'int str_one(void);'
put "$clean/runtime/base/base.c" '#include "base/base.h"' \
    '/* malloc(1) and "%p" in a comment, and double, are talk. */' \
    'int base_one(void) { return "free(x) rand() double"[0]; }' 'int str_one(void) { return 1; }'
put "$clean/runtime/census/census.c" '#include "base/base.h"' 'int census_one(void);' 'int census_one(void) { return base_one(); }'
put "$clean/runtime/core/world.h" 'struct mem {' '    void (*free)(void *);' '};' 'int ebb_one(struct mem *mem);'
put "$clean/runtime/core/world.c" '#include "core/world.h"' 'int ebb_one(struct mem *mem) {' '    mem->free(0);' '    return 1;' '}'
put "$clean/runtime/kinds/kinds.def" 'KIND(CHAN, chan)'
put "$clean/runtime/kinds/chan/chan.c" '#include "core/world.h"' '#define KIND(name, folder)' '#include "kinds/kinds.def"' 'int ebb_chan_one(void);' \
    'int ebb_chan_one(void) { return 1; }'
for one in harness/explore/explore harness/check/check harness/scenario/scenario reports/report harness/cli/cli; do
    name=${one##*/}
    put "$clean/$one.h" "int ${name}_one(void);"
    put "$clean/$one.c" "#include \"$name.h\"" "int ${name}_one(void) { return 1; }"
done
put "$clean/tests/unit/suites.def" 'SUITE(chan)'
put "$clean/tests/unit/runtime/kinds/chan_test.c" '#define SUITE(noun)' '#include "tests/unit/suites.def"'
put "$clean/tests/bench.c" 'int bench;'

# build TREE: the two things tidy reads from a build folder, the list of compiled files and the archives.
build() {
    local tree=$1 floor folder file objects
    mkdir -p "$tree/build/lib"
    { echo '['; find "$tree" -name '*.c' -printf '{"file": "%p"},\n'; echo '{}]'; } >"$tree/build/compile_commands.json"
    for floor in base:runtime/base census:runtime/census core:runtime/core kinds:runtime/kinds explore:harness/explore \
        check:harness/check scenario:harness/scenario report:reports cli:harness/cli; do
        objects=()
        folder=$tree/${floor#*:}
        while IFS= read -r file; do
            "$EBB_CC" -w -I"$tree/runtime" -I"$tree/harness" -I"$tree" -c "$file" -o "$file.o" 2>/dev/null && objects+=("$file.o")
        done < <(find "$folder" -name '*.c')
        rm -f "$tree/build/lib/libebb_${floor%%:*}.a"
        [ ${#objects[@]} -eq 0 ] || ar rc "$tree/build/lib/libebb_${floor%%:*}.a" "${objects[@]}"
    done
}
build "$clean"
if ! output=$(bash "$tools/tidy.sh" "$clean" "$clean/build" 2>&1); then
    echo "WRONG: the clean tree is not clean:"
    sed 's/^/| /' <<<"$output"
    code=1
fi
formatted=1
grep -q 'NOT CHECKED: the format' <<<"$output" && formatted=0

# ---- the crimes ----------------------------------------------------------------------------------------

count=0
# The rules of text and symbols are all in tidy.pl; asking it alone keeps this test short.
judge() { perl "$tools/tidy.pl" "$1" "$1/build" 2>&1; }
# bites TEXT COMMANDS: the commands run in a copy of the clean tree; tidy must then fail and say TEXT. With
# `rebuild` before it, the archives and the list of compiled files are made again, as a build would.
bites() {
    local again=0 output
    if [ "$1" = rebuild ]; then
        again=1
        shift
    fi
    local text=$1 commands=$2 tree=$work/crime
    rm -rf "$tree"
    cp -r "$clean" "$tree"
    (cd "$tree" && eval "$commands")
    if [ $again -eq 1 ]; then
        build "$tree"
    else
        sed -i "s|$clean/|$tree/|" "$tree/build/compile_commands.json"
    fi
    count=$((count + 1))
    if output=$(judge "$tree"); then
        echo "WRONG: unseen: $commands"
        code=1
    elif ! grep -qF -- "$text" <<<"$output"; then
        echo "WRONG: $commands is not answered with '$text' but:"
        sed 's/^/| /' <<<"$output"
        code=1
    fi
}
# spared COMMANDS: looks like a crime and is none.
spared() {
    local tree=$work/crime output
    rm -rf "$tree"
    cp -r "$clean" "$tree"
    (cd "$tree" && eval "$1")
    sed -i "s|$clean/|$tree/|" "$tree/build/compile_commands.json"
    count=$((count + 1))
    if ! output=$(judge "$tree"); then
        echo "WRONG: $1 is no violation, but:"
        sed 's/^/| /' <<<"$output"
        code=1
    fi
}
include() { sed -i "1a #include \"$2\"" "$1"; }
say() { printf '%s\n' "$2" >>"$1"; }

bites 'base (floor 0) includes core (floor 2)' 'include runtime/base/base.c core/world.h'
bites 'explore (floor 4) includes check (floor 4)' 'include harness/explore/explore.c check/check.h'
bites 'report (floor 5) includes scenario (floor 5)' 'include reports/report.c scenario/scenario.h'
bites 'nowhere below' 'include runtime/base/base.c base/nonesuch.h'
bites rebuild 'exports loose' 'say runtime/core/world.c "int loose;"'
bites rebuild 'exports check_two' 'say harness/explore/explore.c "int check_two;"'
bites rebuild 'uses explore_one of explore (floor 4) from floor 1' 'say runtime/census/census.c "int explore_one(void); int census_two(void) { return explore_one(); }"'
bites rebuild 'uses scenario_one of scenario (floor 5) from floor 5' 'say reports/report.c "int scenario_one(void); int report_two(void) { return scenario_one(); }"'
# One run for all banned calls, each on a line of its own.
rm -rf "$work/crime"
cp -r "$clean" "$work/crime"
line=$(wc -l <"$clean/runtime/core/world.c")
calls=(malloc calloc realloc free strdup time clock_gettime gettimeofday rand random drand48 qsort strcpy strcat sprintf gets
    strtok atoi strtol getenv isatty exit _exit setlocale localtime)
for call in "${calls[@]}"; do say "$work/crime/runtime/core/world.c" "int x = $call(0);"; done
output=$(judge "$work/crime")
for call in "${calls[@]}"; do
    line=$((line + 1)) count=$((count + 1))
    grep -qF "runtime/core/world.c:$line: banned: $call:" <<<"$output" || { echo "WRONG: unseen: $call"; code=1; }
done
bites 'banned: double:' 'say reports/report.c "static double half;"'
bites 'banned: float:' 'say harness/check/check.h "float check_half;"'
bites 'banned: case KIND_CHAN:' 'say harness/check/check.c "case KIND_CHAN:"'
bites 'banned: %p:' 'say reports/report.c "static const char *format = \"%d at %-8p\";"'
bites 'TODO without a decision' 'say fuzzers/fuzz_one.c "/* TODO later */"'
bites 'TODO without a decision' 'say runtime/core/world.c "/* TODO: later, in 12 days */"'
bites 'dead: nothing compiles it' 'put runtime/core/orphan.c'
bites 'dead: nothing includes it' 'put runtime/core/orphan.h'
bites 'dead: nothing includes it' 'put reports/orphan.def'
bites 'file names are unique' 'put harness/check/world.c'
bites 'licence:' 'sed -i 1d runtime/core/world.c'
bites 'licence:' 'echo "exit 0" > tests/naked.sh'
bites '601 lines' 'yes "/* line */" | head -596 >> runtime/core/world.h'
bites 'long_one has 121 lines' '{ echo "static void long_one(void) {"; yes "    (void)0;" | head -119; echo "}"; } >> runtime/core/world.c'
bites 'this function has 122 lines' '{ echo "static void long_one(int a,"; echo "                     int b) {"; yes "    (void)0;" | head -120; echo "}"; } >> runtime/core/world.c'
bites 'chan has no tests/unit' 'rm tests/unit/runtime/kinds/chan_test.c; put tests/unit/suites.def'
bites 'has no folder runtime/kinds/mutex' 'say runtime/kinds/kinds.def "KIND(MUTEX, mutex)"'
bites 'SUITE(map) has no map_test.c' 'say tests/unit/suites.def "SUITE(map)"'
bites 'SUITE(chan) is there twice' 'say tests/unit/suites.def "SUITE(chan)"'
bites 'lacks SUITE(map)' 'put tests/unit/map_test.c'
spared 'say harness/cli/cli.c "static int fine(void) {
    return getenv(0) && isatty(1) && time(0) ? exit(1) : _exit(1);
}"'
spared 'put runtime/base/mem.c "#include <stdlib.h>"; put runtime/base/mem.c "void *mem_get(void) {" "    return malloc(1);" "}"; sed -i "s|^\[|[{\"file\": \"$PWD/runtime/base/mem.c\"},|" build/compile_commands.json'
spared 'say runtime/core/world.c "/* TODO(0012): decided */"'
spared 'say runtime/core/world.c "static const char *percent = \"100%% plain\";"'
spared 'say runtime/core/world.c "int ebb_timer_free(int x);"'

# And the whole of it, as ctest calls it.
judge() { bash "$tools/tidy.sh" "$1" "$1/build" 2>&1; }
bites 'banned: malloc:' 'say runtime/core/world.c "static int crime(void) { return malloc(0); }"'
if [ $formatted -eq 1 ]; then
    bites 'world.c:7: format:' 'say runtime/core/world.c "static int  crooked( void ) {return 1;}"'
fi

echo "$count plants"
exit $code
