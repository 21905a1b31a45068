#!/usr/bin/env perl
# SPDX-License-Identifier: MIT
# tidy.pl SOURCE BUILD: floors, prefixes, banned words, dead files, sizes and .def rows. Called by tidy.sh.
# A rule is a sub below; it calls complain(place, rule, what to do instead).
use strict;
use warnings;
use File::Find;

my ($source, $build) = @ARGV;
chdir $source or die "tidy: $source: $!\n";
my $complaints = 0;
sub complain {
    my ($place, $rule, $text) = @_;
    print "$place: $rule: $text\n";
    $complaints++;
}

# ---- the floors: folder, target, number, prefixes of exported symbols -----------------------------------

my @floors = (
    ['runtime/base',     'base',     0, undef],          # see house_words
    ['runtime/census',   'census',   1, ['census_']],
    ['runtime/core',     'core',     2, ['ebb_', 'co_']],
    ['runtime/kinds',    'kinds',    3, ['ebb_']],
    ['harness/explore',  'explore',  4, ['explore_']],
    ['harness/check',    'check',    4, ['check_']],
    ['harness/scenario', 'scenario', 5, ['scenario_']],
    ['reports',          'report',   5, ['report_']],
    ['harness/run',      'run',      6, ['run_']],
    ['harness/shrink',   'shrink',   6, ['shrink_']],
    ['harness/import',   'import',   6, ['import_']],
    ['harness/cli',      'cli',      7, ['cli_']],
);
my %number = map { $_->[1] => $_->[2] } @floors;

# The floor of a file, or undef where any floor may be included (tests, fuzzers).
sub floor_of {
    my ($file) = @_;
    return 'kinds' if $file eq 'runtime/ebb.h';          # the umbrella sits on top of the runtime
    for my $floor (@floors) { return $floor->[1] if index($file, "$floor->[0]/") == 0 }
    return undef;
}
sub may_use { my ($from, $to) = @_; return $from eq $to || $number{$to} < $number{$from} }

# ---- reading ------------------------------------------------------------------------------------------------

my (@files, %text, %code, %comments);
my @roots = grep { -d } qw(runtime harness reports tests fuzzers);
find({no_chdir => 1, wanted => sub { push @files, $_ if -f && /\.(c|h|def|sh)$/ }}, @roots) if @roots;
for my $extra (glob('tools/*.sh'), glob('tools/*.c'), glob('tools/*.h')) { push @files, $extra }
@files = sort @files;

# Blanks comments, and the insides of literals, keeping every line where it is.
sub strip {
    my ($text, $keep_strings) = @_;
    my $blank = sub { my $gone = shift; $gone =~ s/[^\n]/ /g; $gone };
    $text =~ s{(/\*.*?\*/|//[^\n]*)|("(?:\\.|[^"\\\n])*")|('(?:\\.|[^'\\\n])*')}{
        defined $1 ? $blank->($1) : defined $2 ? ($keep_strings ? $2 : '"' . $blank->(substr $2, 1, -1) . '"') : "'" . $blank->(substr $3, 1, -1) . "'"
    }gse;
    return $text;
}
for my $file (@files) {
    open my $in, '<', $file or die "tidy: $file: $!\n";
    local $/;
    $text{$file} = <$in> // '';
    next unless $file =~ /\.(c|h|def)$/;
    $code{$file} = strip($text{$file}, 0);
}
sub line_of { my ($text, $at) = @_; return 1 + (substr($text, 0, $at) =~ tr/\n//) }

# ---- rule: includes ------------------------------------------------------------------------------------------

my %included;
sub resolve {
    my ($from, $name) = @_;
    (my $here = $from) =~ s{[^/]*$}{};
    for my $candidate ("$here$name", "runtime/$name", "harness/$name", $name) { return $candidate if -f $candidate }
    return undef;
}
sub rule_includes {
    for my $file (grep { /\.(c|h|def)$/ } @files) {
        my $with_strings = strip($text{$file}, 1);
        while ($with_strings =~ /^[ \t]*#[ \t]*include[ \t]+(["<])([^">\n]+)[">]/mg) {
            my ($kind, $name, $place) = ($1, $2, "$file:" . line_of($with_strings, $-[0]));
            my $target = resolve($file, $name);
            if (!defined $target) {
                complain($place, 'floor', "\"$name\" is nowhere below runtime/, harness/ or the root; a system header is included with <>") if $kind eq '"';
                next;
            }
            $included{$target} = 1;
            my ($from, $to) = (floor_of($file), floor_of($target));
            next unless defined $from;
            if (!defined $to) {
                complain($place, 'floor', "$from includes $target, which is on no floor; move what it needs into a floor below") if $target !~ m{^runtime/ebb\.h$};
            } elsif (!may_use($from, $to)) {
                complain($place, 'floor', "$from (floor $number{$from}) includes $to (floor $number{$to}); a floor uses only floors with a smaller number: move the shared part down, or let the upper floor hand it in");
            }
        }
        # A suite table named on the command line of the compiler, or behind a macro, is included all the same.
        while ($with_strings =~ /^[ \t]*#[ \t]*define[ \t]+\w+[ \t]+"([^"\n]+\.(?:h|def))"/mg) {
            my $target = resolve($file, $1);
            $included{$target} = 1 if defined $target;
        }
    }
}

# ---- rule: symbols -------------------------------------------------------------------------------------------

# Names that belong to the compiler's runtimes, whichever floor defines them.
my $foreign = qr/^(__(asan|lsan|ubsan|tsan|sanitizer|odr_asan|llvm|prof|cov|start|stop|libfuzzer)|LLVMFuzzer|__covrec)/;

# Floor 0 speaks the house words: the names of its headers and of the structs they define.
sub house_words {
    my ($folder) = @_;
    my %words;
    for my $header (glob("$folder/*.h")) {
        $words{"$1_"} = 1 if $header =~ m{([a-z0-9]+)\.h$};
        $words{"$1_"} = 1 while $code{$header} =~ /^struct (\w+) \{/mg;
    }
    return sort keys %words;
}
sub rule_symbols {
    my %defined_in;
    my %undefined;
    for my $floor (@floors) {
        my ($folder, $name, undef, $prefixes) = @$floor;
        my $archive = "$build/lib/libebb_$name.a";
        next unless -f $archive;
        my @prefixes = $prefixes ? @$prefixes : house_words($folder);
        my $object = '';
        open my $nm, '-|', 'nm', '-g', '-P', $archive or do { complain($archive, 'symbol', 'nm cannot be run; install binutils'); next };
        while (<$nm>) {
            if (/^\S+\[(.*)\]:$/) { $object = $1; next }
            my ($symbol, $type) = split;
            next unless defined $type;
            next if $symbol =~ $foreign;
            if ($type =~ /^[Uvw]$/) { push @{$undefined{$name}}, [$symbol, $object]; next }
            $defined_in{$symbol} = $name;
            next if grep { index($symbol, $_) == 0 } @prefixes;
            complain("$name($object)", 'prefix', "exports $symbol; make it static or begin it with " . join(' or ', @prefixes));
        }
        close $nm or complain($archive, 'symbol', 'nm cannot read it; build again');
    }
    my %seen;
    for my $name (sort keys %undefined) {
        for my $use (@{$undefined{$name}}) {
            my ($symbol, $object) = @$use;
            my $owner = $defined_in{$symbol};
            next if !defined $owner || may_use($name, $owner) || $seen{"$name $symbol"}++;
            complain("$name($object)", 'floor', "uses $symbol of $owner (floor $number{$owner}) from floor $number{$name}; let the upper floor hand it in as a function pointer");
        }
    }
}

# ---- rule: banned words --------------------------------------------------------------------------------------

# A word alone: not part of a longer one, not a member (->free is struct mem's).
my $call = sub { my $words = shift; return qr/(?<![\w.])(?<!->)(?:$words)\s*\(/ };
my @banned = (
    [$call->('malloc|calloc|realloc|reallocarray|free|strdup|strndup|asprintf|vasprintf'), 'memory comes from the struct mem that was handed in, and goes back there with its size', qr{^runtime/base/mem\.c$}],
    [$call->('time|clock|clock_gettime|gettimeofday|timespec_get'), 'there is no wall clock below the command: ebb_now_ns is the virtual one', qr{^harness/cli/}],
    [$call->('localtime|localtime_r|gmtime|gmtime_r|ctime|asctime|mktime|strftime'), 'no calendar gets into an output; print the virtual time in ns', qr{^$}],
    [$call->('s?rand|s?random|rand_r|random_r|[delnm]rand48|[js]rand48|arc4random\w*|getrandom|getentropy'), 'chance comes from the chooser, or from a seeded base/prng.h', qr{^$}],
    [$call->('qsort|qsort_r|bsearch'), 'qsort is not stable and differs between libraries; use the sort of runtime/base', qr{^$}],
    [$call->('strcpy|strcat|stpcpy|strncpy|strncat|gets|strtok|strtok_r'), 'text is a struct str; build it in a struct buf', qr{^$}],
    [$call->('sprintf|vsprintf'), 'use buf_print, or snprintf into a buffer whose size is checked', qr{^$}],
    [$call->('atoi|atol|atoll|atof|strtol|strtoul|strtoll|strtoull|strtoimax|strtoumax|strtod|strtof|strtold|sscanf|scanf|fscanf'), 'numbers are read by the checked parsers of runtime/base: these lose overflow, locale and trailing junk', qr{^runtime/base/}],
    [$call->('getenv|secure_getenv|setenv|putenv|unsetenv'), 'the environment is read in harness/cli and handed down', qr{^harness/cli/}],
    [$call->('isatty'), 'the terminal is known in harness/cli alone; hand the answer down', qr{^harness/cli/}],
    [$call->('exit|quick_exit|atexit'), 'return a status; only harness/cli ends the program', qr{^harness/cli/}],
    [$call->('_exit|_Exit'), 'only a child process of harness/run (or harness/cli) ends like this; return a status', qr{^harness/(cli|run)/}],
    [$call->('setlocale|uselocale|newlocale'), 'output must not depend on the locale', qr{^$}],
    [qr/(?<!\w)(?:float|double)(?!\w)/, 'integers only: fractions are p/q or fixed point, so that two machines print the same', qr{^$}],
    [qr/(?<!\w)case\s+KIND_\w+/, 'nothing switches on a kind; put the difference into a row of the table of kinds', qr{^$}],
);
sub rule_words {
    for my $file (grep { m{^(runtime|harness|reports)/.*\.(c|h|def)$} } @files) {
        my $code = $code{$file};
        for my $rule (@banned) {
            my ($pattern, $instead, $allowed) = @$rule;
            next if $file =~ $allowed;
            while ($code =~ /$pattern/g) {
                my ($word, $at) = ($&, $-[0]);
                $word =~ s/\s*\($//;
                complain("$file:" . line_of($code, $at), 'banned', "$word: $instead");
            }
        }
        my $with_strings = strip($text{$file}, 1);
        while ($with_strings =~ /"((?:\\.|[^"\\\n])*)"/g) {
            my ($literal, $at) = ($1, $-[0]);
            (my $plain = $literal) =~ s/%%//g;
            complain("$file:" . line_of($with_strings, $at), 'banned', '%p: no address gets into an output; print an id') if $plain =~ /%[-+ #0]*[0-9*]*p(?![a-z])/;
        }
    }
    for my $file (grep { /\.(c|h|def|sh)$/ } @files) {
        my $number = 0;
        for my $line (split /\n/, $text{$file}) {
            $number++;
            next unless $line =~ /(?<!\w)(TODO|FIXME|XXX)(?![\w])/ && $line !~ /(?:TODO|FIXME|XXX)\W*(?:decision )?\d{4}/;
            next if $file =~ m{^(tools/tidy|tests/negative/tidy_)};
            complain("$file:$number", 'banned', "$1 without a decision: write TODO(NNNN), the number of docs/decisions/NNNN-*.md, or do it now");
        }
    }
}

# ---- rule: dead and doubled files --------------------------------------------------------------------------

sub rule_dead {
    open my $in, '<', "$build/compile_commands.json" or die "tidy: $build/compile_commands.json: $!\n";
    local $/;
    my $commands = <$in>;
    my %compiled;
    $compiled{$1} = 1 while $commands =~ /"file"\s*:\s*"\Q$source\E\/([^"]+)"/g;
    # A suite table is given to the runner by the build.
    $included{$1} = 1 while $commands =~ /UNIT_SUITES=[\\"]*([\w\/.]+\.def)/g;
    my %place;
    for my $file (@files) {
        if ($file =~ m{^(runtime|harness|reports)/.*?([^/]+\.(c|h|def))$}) {
            my $name = $2;
            complain($file, 'name', "there is also $place{$name}; file names are unique in the tree") if defined $place{$name};
            $place{$name} = $file;
        }
        next if $file =~ m{^tests/consumer/};             # a project of its own
        if ($file =~ /\.c$/ && !$compiled{$file}) {
            next if $file =~ m{^tests/bench/bench_\w+\.c$};   # built by the release preset
            next if $file =~ m{^fuzzers/replay_main\.c$|^tests/negative/fuzz_\w+\.c$};   # one or the other, by preset
            complain($file, 'dead', 'nothing compiles it; add its line to the .def that names sources, or delete it');
        } elsif ($file =~ /\.(h|def)$/ && !$included{$file}) {
            complain($file, 'dead', 'nothing includes it; delete it');
        }
    }
}

# ---- rule: sizes and first lines -----------------------------------------------------------------------------

my ($file_lines_max, $function_lines_max) = (600, 120);
sub rule_shape {
    for my $file (@files) {
        my @lines = split /\n/, $text{$file}, -1;
        pop @lines if @lines && $lines[-1] eq '';
        complain("$file:1", 'licence', 'the first or second line says SPDX-License-Identifier: MIT')
            unless $file =~ /\.def$/ || join("\n", map { $_ // '' } @lines[0, 1]) =~ /SPDX-License-Identifier: MIT/;
        next unless $file =~ /\.[ch]$/;
        my $count = @lines;
        complain("$file:$file_lines_max", 'size', "$count lines; above $file_lines_max a file is two rooms: put a wall in") if $count > $file_lines_max;
        my ($start, $name, $number) = (0, '', 0);
        for my $line (split /\n/, $code{$file}) {
            $number++;
            # A body opens on an unindented line, or on the indented last line of a long list of parameters.
            if (!$start && $line =~ /\{\s*$/ && $line =~ /^[A-Za-z_]/) {
                $start = $number;
                $name = $line =~ /(\w+)\s*\(/ ? $1 : '';
            } elsif (!$start && $line =~ /^\s+.*\)\s*\{\s*$/) {
                ($start, $name) = ($number, 'this function');
            } elsif ($start && $line =~ /^\}/) {
                my $length = $number - $start + 1;
                complain("$file:$start", 'size', "$name has $length lines; above $function_lines_max it is several steps: name them") if $name ne '' && $length > $function_lines_max;
                $start = 0;
            }
        }
    }
}

# ---- rule: rows of the tables ----------------------------------------------------------------------------------

sub rows { my ($file, $pattern) = @_; my @rows; if (defined $code{$file}) { while ($code{$file} =~ /$pattern/g) { push @rows, $1 } } return @rows }
sub rule_rows {
    my %unit;
    for my $file (grep { m{^tests/unit/.*_test\.c$} } @files) {
        my ($noun) = $file =~ m{([^/]+)_test\.c$};
        complain($file, 'suite', "there is also $unit{$noun}; the noun of a suite is unique") if defined $unit{$noun};
        $unit{$noun} = $file;
    }
    my %suite;
    for my $noun (rows('tests/unit/suites.def', qr/^\s*SUITE\(\s*(\w+)\s*\)/m)) {
        complain('tests/unit/suites.def', 'suite', "SUITE($noun) is there twice; keep one line") if $suite{$noun}++;
        complain('tests/unit/suites.def', 'suite', "SUITE($noun) has no ${noun}_test.c below tests/unit; write it or drop the line") unless $unit{$noun};
    }
    for my $noun (sort keys %unit) {
        complain($unit{$noun}, 'suite', "never runs: tests/unit/suites.def lacks SUITE($noun)") unless $suite{$noun};
    }
    for my $kind (rows('runtime/kinds/kinds.def', qr/^\s*KIND\(\s*\w+\s*,\s*(\w+)/m)) {
        complain('runtime/kinds/kinds.def', 'kind', "$kind has no tests/unit/**/${kind}_test.c; a kind comes with its suite") unless $unit{$kind};
        complain('runtime/kinds/kinds.def', 'kind', "$kind has no folder runtime/kinds/$kind; write it or drop the line") unless -d "runtime/kinds/$kind";
    }
}

rule_includes();
rule_symbols();
rule_words();
rule_dead();
rule_shape();
rule_rows();
print "tidy: $complaints complaint", $complaints == 1 ? '' : 's', "\n" if $complaints;
exit($complaints ? 1 : 0);
