/* SPDX-License-Identifier: MIT */
/* command_doctor.c — `ebb doctor`: can this machine judge, with this build? A detector that cannot fail is a failure, so
 * each is given what it must find. */
#include <stdio.h>

#include "cli/doctor.h"
#include "reports/json_writer.h"

void cli_doctor_tell(struct doctor *doctor, enum doctor_state state, const char *name, const char *text,
                     const char *advice) {
    ASSERT(doctor->count < BASE_COUNT(doctor->checks));
    struct doctor_check *check = &doctor->checks[doctor->count++];
    check->state = state;
    (void)snprintf(check->name, sizeof check->name, "%s", name);
    (void)snprintf(check->text, sizeof check->text, "%s", text);
    (void)snprintf(check->advice, sizeof check->advice, "%s", advice);
}

static bool able(const struct doctor *doctor) {
    for (uint32_t i = 0; i < doctor->count; i++)
        if (doctor->checks[i].state == DOCTOR_NO) return false;
    return true;
}

static void put_text(struct buf *out, const struct doctor *doctor) {
    static const char *const marks[] = {[DOCTOR_OK] = "ok", [DOCTOR_NO] = "NO", [DOCTOR_NOT] = "--"};
    for (uint32_t i = 0; i < doctor->count; i++) {
        const struct doctor_check *check = &doctor->checks[i];
        buf_print(out, "%s  %-22s %s%s%s\n", marks[check->state], check->name, check->text,
                  check->advice[0] == 0 ? "" : ": ", check->advice);
    }
    buf_put(out,
            able(doctor) ? STR("this machine can judge\n")
                         : STR("this machine cannot be trusted to judge: see the lines with NO\n"));
}

static void put_json(struct buf *out, const struct doctor *doctor) {
    static const char *const states[] = {[DOCTOR_OK] = "ok", [DOCTOR_NO] = "no", [DOCTOR_NOT] = "not-here"};
    struct report_json json = {.out = out};
    report_json_open(&json, NULL, '{');
    report_json_text(&json, "format", STR("ebb-doctor-1"));
    report_json_bool(&json, "able", able(doctor));
    report_json_open(&json, "checks", '[');
    for (uint32_t i = 0; i < doctor->count; i++) {
        const struct doctor_check *check = &doctor->checks[i];
        report_json_open(&json, NULL, '{');
        report_json_text(&json, "name", str_of(check->name));
        report_json_text(&json, "state", str_of(states[check->state]));
        report_json_text(&json, "text", str_of(check->text));
        report_json_text(&json, "advice", str_of(check->advice));
        report_json_close(&json, '}');
    }
    report_json_close(&json, ']');
    report_json_close(&json, '}');
}

static int examine(const struct options *options) {
    static struct doctor doctor;
    cli_doctor_findings(&doctor);
    cli_doctor_nets(&doctor);
    cli_doctor_another(&doctor);
    cli_doctor_machine(&doctor);
    struct buf out;
    buf_init(&out, mem_system());
    (options->json ? put_json : put_text)(&out, &doctor);
    bool told = buf_status(&out) == OK && cli_write(1, buf_str(&out));
    buf_deinit(&out);
    return told && able(&doctor) ? EXIT_AS_EXPECTED : EXIT_UNFINISHED;
}

static int run(int count, char **words) {
    struct options options;
    if (!cli_options(&options, count, words, "json")) return EXIT_BAD_INPUT;
    int code = options.help ? EXIT_AS_EXPECTED : EXIT_BAD_INPUT;
    if (!options.help && options.path_count > 0) (void)fprintf(stderr, "ebb: doctor takes no paths\n");
    if (!options.help && options.path_count == 0) code = examine(&options);
    cli_options_free(&options);
    return code;
}

const struct command cli_doctor_command = {
    "doctor", "", "can this machine judge?",
    "  ebb doctor                               what works here, and what to do about the rest\n", run};
