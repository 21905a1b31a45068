/* SPDX-License-Identifier: MIT */
/* sched_test.c — a long form is read as it was written, whatever its names; what is wrong is told with its place. */
#include "explore/sched.h"

#include <CUnit/CUnit.h>
#include <stdio.h>

#include "base/prng.h"
#include "explore/token.h"

#define HEAD "ebb-schedule 1\nscenario a/b.yaml\ncontent 00abcdez\nvariant leaking\ntimers any\n"
#define STEP "at main#1 channel.send time 3 line 14: run worker#2\n"

static void check_refused(const char *text, uint32_t line, uint32_t column, const char *word) {
    struct mem_probe probe;
    struct explore_sched sched;
    struct diag why = {0};
    mem_probe_init(&probe, mem_system());
    CU_ASSERT_EQUAL(explore_sched_read(&probe.mem, str_of(text), &sched, &why), ERR_INPUT);
    explore_sched_deinit(&probe.mem, &sched);
    if (why.line != line || why.column != column || strstr(why.text, word) == NULL)
        (void)fprintf(stderr, "%s\n%u:%u: %s\n", text, why.line, why.column, why.text);
    CU_ASSERT_EQUAL(why.line, line);
    CU_ASSERT_EQUAL(why.column, column);
    CU_ASSERT_PTR_NOT_NULL(strstr(why.text, word));
    CU_ASSERT_EQUAL(probe.blocks, 0);
}

static void each_refusal_says_where(void) {
    check_refused("", 1, 1, "ebb-schedule 1");
    check_refused("hello\n", 1, 1, "no schedule");
    check_refused(STEP, 1, 1, "no schedule");
    check_refused("ebb-schedule 2\n", 1, 14, "version 2");
    check_refused("ebb-schedule 1\n# only this\n", 2, 1, "scenario PATH");
    check_refused(HEAD "timers idle\n", 6, 1, "line 5 has said it");
    check_refused(HEAD "combination 4\n", 6, 1, "line 4 has said it");
    check_refused(HEAD "colour blue\n", 6, 1, "not \"colour\"");
    check_refused(HEAD "finds 12\n", 6, 7, "16 digits");
    check_refused("ebb-schedule 1\ncontent 00abcdel\n", 2, 9, "8 digits");
    check_refused("ebb-schedule 1\ntimers maybe\n", 2, 8, "\"idle\" or \"any\"");
    check_refused("ebb-schedule 1\nvariant a b\n", 2, 11, "the end of the line");
    check_refused("ebb-schedule 1\nvariant \"a\n", 2, 9, "not closed");
    check_refused("ebb-schedule 1\nvariant \"a\\n\"\n", 2, 11, "after the backslash");
    check_refused(HEAD "at main\n", 6, 4, "worker#2");
    check_refused(HEAD "at main#0 channel.send\n", 6, 9, "from 1");
    check_refused(HEAD "at main#4294967296 channel.send\n", 6, 9, "below 2^32");
    check_refused(HEAD "at main#1x channel.send\n", 6, 10, "a space");
    check_refused(HEAD "at main#1 send\n", 6, 11, "a kind and a verb");
    check_refused(HEAD "at main#1 .send\n", 6, 11, "a kind and a verb");
    check_refused(HEAD "at main#1 \"\"\n", 6, 11, "a kind and a verb");
    check_refused(HEAD "at main#1 \"end\"\n", 6, 11, "a kind and a verb");
    check_refused(HEAD "at main#1 channel.send tmie 3\n", 6, 24, "\"time\"");
    check_refused(HEAD "at main#1 channel.send time 0 line 2: fire alarm\n", 6, 29, "from 1");
    check_refused(HEAD "at main#1 channel.send time 18446744073709551616 line\n", 6, 29, "a number from 1");
    check_refused(HEAD "at main#1 channel.send time 3 line 14 run worker#2\n", 6, 39, "\":\"");
    check_refused(HEAD "at main#1 channel.send time 3 line 14: run outside\n", 6, 44, "a coroutine such as");
    check_refused(HEAD "at main#1 channel.send time 3 line 14:\n", 6, 39, "the line ends");
    check_refused(HEAD "at main#1 select.select time 3 line 14: take case 1 of 3\n", 6, 51, "first one is the default");
    check_refused(HEAD "at main#1 select.select time 3 line 14: take case 4 of 3\n", 6, 51, "from 2");
    check_refused(HEAD "at main#1 select.select time 3 line 14: take value 0 below 3\n", 6, 52, "0 is the default");
    check_refused(HEAD "at main#1 select.select time 3 line 14: take value 3 below 3\n", 6, 52, "below how many");
    check_refused(HEAD "at main#1 select.select time 3 line 14: take stall 4 of 3\n", 6, 52, "up to how many");
    check_refused(HEAD "at main#1 select.select time 3 line 14: take turns\n", 6, 46, "\"stall\"");
    check_refused(HEAD "at main#1 chan.make time 3 line 14: take refusal 0 of 1\n", 6, 50, "from 1");
    check_refused(HEAD STEP "at main#1 channel.send time 3 line 15: fire alarm\n", 7, 1, "has made this decision");
}

static void words_are_read(void) {
    static const char text[] = "# about\n" HEAD "\ttoken ebb1-x # why\r\nfinds 0123456789abcdef \"a b\"\n"
                               "at \"a \\\"#\\x09\"#7 once.do time 1 line 0 : take value 1 below 2";
    struct explore_sched sched;
    struct diag why = {0};
    CU_ASSERT_EQUAL_FATAL(explore_sched_read(mem_system(), str_of(text), &sched, &why), OK);
    uint64_t key = 0;
    CU_ASSERT_TRUE(explore_token_key_read(STR("00abcdez"), &key) && key == sched.content);
    CU_ASSERT_TRUE(str_equal(sched.scenario, STR("a/b.yaml")) && str_equal(sched.named, STR("leaking")));
    CU_ASSERT_TRUE(sched.timers == EBB_TIMERS_ANY && str_equal(sched.token, STR("ebb1-x")));
    CU_ASSERT_EQUAL_FATAL(sched.count, 1);
    CU_ASSERT_TRUE(sched.found_count == 1 && sched.found[0].signature == UINT64_C(0x0123456789abcdef));
    CU_ASSERT_TRUE(str_equal(sched.steps[0].site.who, STR("a \"#\t")) && sched.steps[0].site.number == 7);
    CU_ASSERT_TRUE(sched.steps[0].option == 1 && sched.steps[0].at.line == 9);
    struct explore_sched_index index;
    uint32_t twice = 0;
    CU_ASSERT_EQUAL_FATAL(explore_sched_index_new(mem_system(), &index, &sched, &twice), OK);
    struct explore_site site = sched.steps[0].site;
    CU_ASSERT_EQUAL(explore_sched_find(&index, &site), 0);
    site.line = 9; /* is no part of it */
    CU_ASSERT_EQUAL(explore_sched_find(&index, &site), 0);
    site.time = 2;
    CU_ASSERT_EQUAL(explore_sched_find(&index, &site), UINT32_MAX);
    explore_sched_index_free(mem_system(), &index);
    explore_sched_deinit(mem_system(), &sched);
}

/* --- what is written is read ------------------------------------------------------------------------------------------ */
static struct str any_name(struct prng *random, struct mem_arena *arena) {
    static const char letters[] = "ab \"\\#:\t\x01\xc3\xa9";
    char name[6];
    struct str copy = STR("");
    size_t len = prng_below(random, sizeof name + 1);
    for (size_t i = 0; i < len; i++) name[i] = letters[prng_below(random, sizeof letters - 1)];
    CU_ASSERT_TRUE_FATAL(mem_arena_copy(arena, (struct str){name, len}, &copy));
    return copy;
}

static void any_sched(struct prng *random, struct explore_sched *out) {
    explore_sched_init(out, mem_system());
    out->scenario = any_name(random, &out->text);
    out->content = prng_below(random, UINT32_MAX);
    out->combination = prng_below(random, 2) == 0;
    out->variant = out->combination ? prng_below(random, 100) : 0;
    if (!out->combination) out->named = any_name(random, &out->text);
    out->timers = prng_below(random, 2) == 0 ? EBB_TIMERS_ANY : EBB_TIMERS_IDLE;
    out->found_count = prng_below(random, 3);
    for (uint32_t i = 0; i < out->found_count; i++)
        out->found[i] =
            (struct explore_sched_found){.signature = prng_next(random), .words = any_name(random, &out->text)};
    for (uint32_t i = prng_below(random, 5); i > 0; i--) {
        struct explore_sched_step step = {.does = prng_below(random, 3)};
        step.site = (struct explore_site){.who = any_name(random, &out->text), .number = 1 + prng_below(random, 9)};
        step.site.kind = STR("channel");
        step.site.verb = prng_below(random, 2) == 0 ? STR("send") : STR("cancel from \"outside\"");
        step.site.time = i;
        step.site.line = prng_below(random, 99);
        if (step.does == EXPLORE_RUN) step.whom = any_name(random, &out->text), step.number = 1;
        if (step.does == EXPLORE_TAKE) {
            step.site.what = EBB_CHOOSE_CASE + prng_below(random, 3);
            step.options = 2 + prng_below(random, 3);
            step.option = 1 + prng_below(random, step.options - 1);
        }
        CU_ASSERT_EQUAL_FATAL(explore_sched_add(mem_system(), out, &step), OK);
    }
}

static void what_is_written_is_read(void) {
    struct prng random;
    struct buf first, second;
    prng_seed(&random, 5);
    buf_init(&first, mem_system());
    buf_init(&second, mem_system());
    for (uint32_t i = 0; i < 500; i++) {
        struct explore_sched wrote, read;
        struct diag why = {0};
        any_sched(&random, &wrote);
        buf_clear(&first);
        buf_clear(&second);
        explore_sched_write(&first, &wrote);
        enum status status = explore_sched_read(mem_system(), buf_str(&first), &read, &why);
        if (status != OK) (void)fprintf(stderr, "%.*s%u: %s\n", (int)first.len, first.at, why.line, why.text);
        CU_ASSERT_EQUAL_FATAL(status, OK);
        CU_ASSERT_TRUE(read.count == wrote.count && read.content == wrote.content && read.variant == wrote.variant);
        for (uint32_t k = 0; k < read.count && k < wrote.count; k++) {
            CU_ASSERT_TRUE(str_equal(read.steps[k].site.who, wrote.steps[k].site.who));
            CU_ASSERT_TRUE(str_equal(read.steps[k].whom, wrote.steps[k].whom));
            CU_ASSERT_EQUAL(read.steps[k].option, wrote.steps[k].option);
        }
        explore_sched_write(&second, &read);
        CU_ASSERT_TRUE(str_equal(buf_str(&first), buf_str(&second)));
        explore_sched_deinit(mem_system(), &read);
        explore_sched_deinit(mem_system(), &wrote);
    }
    buf_deinit(&second);
    buf_deinit(&first);
}

/* --- any edit is refused with a place, or read as something ------------------------------------------------------------- */
static void any_edit_is_refused_or_read(void) {
    static const char text[] = HEAD "finds 0123456789abcdef \"a b\"\n" STEP
                                    "at \"a \\\"\"#7 select.select time 1 line 3: take case 2 of 3 # why\n";
    static const char letters[] = "#: \"\\\n1a0\xff";
    struct prng random;
    char edited[sizeof text + 4];
    uint32_t refused = 0;
    prng_seed(&random, 9);
    for (uint32_t i = 0; i < 20000; i++) {
        size_t len = sizeof text - 1;
        memcpy(edited, text, len);
        for (uint32_t edits = 1 + prng_below(&random, 3); edits > 0; edits--) {
            size_t at = prng_below(&random, (uint32_t)len);
            char letter = letters[prng_below(&random, sizeof letters - 1)];
            uint32_t how = prng_below(&random, 3);
            if (how != 0) memmove(edited + at + (how == 1), edited + at + (how == 2), len - at - (how == 2));
            len += how == 1;
            len -= how == 2;
            if (how != 2) edited[at] = letter;
        }
        struct mem_probe probe;
        struct explore_sched sched;
        struct diag why = {0};
        mem_probe_init(&probe, mem_system());
        enum status status = explore_sched_read(&probe.mem, (struct str){edited, len}, &sched, &why);
        CU_ASSERT_TRUE(status == OK || (status == ERR_INPUT && why.line > 0 && why.column > 0 && why.text[0] != 0));
        refused += status != OK;
        explore_sched_deinit(&probe.mem, &sched);
        CU_ASSERT_EQUAL(probe.blocks, 0);
    }
    CU_ASSERT_TRUE(refused > 1000 && refused < 20000);
}

static void no_memory_is_said(void) {
    static const char text[] = HEAD STEP "at \"a b\"#7 select.select time 1 line 3: take case 2 of 3\n";
    enum status status = ERR_NOMEM;
    for (uint64_t at = 1; status != OK; at++) {
        struct mem_probe probe;
        struct explore_sched sched;
        struct diag why = {0};
        mem_probe_init(&probe, mem_system());
        probe.fail_at = at;
        status = explore_sched_read(&probe.mem, str_of(text), &sched, &why);
        CU_ASSERT_TRUE(status == OK || status == ERR_NOMEM);
        explore_sched_deinit(&probe.mem, &sched);
        CU_ASSERT_EQUAL(probe.blocks, 0);
        CU_ASSERT_TRUE_FATAL(at < 100);
    }
}

CU_TestInfo sched_tests[] = {
    {"each_refusal_says_where", each_refusal_says_where},
    {"words_are_read", words_are_read},
    {"what_is_written_is_read", what_is_written_is_read},
    {"any_edit_is_refused_or_read", any_edit_is_refused_or_read},
    {"no_memory_is_said", no_memory_is_said},
    CU_TEST_INFO_NULL,
};
