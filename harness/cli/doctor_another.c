/* SPDX-License-Identifier: MIT */
/* doctor_another.c — is a difference between two processes found? One is planted, and must be told with the step it begins at; without
 * it there must be none. */
#include "cli/another.h"
#include "cli/doctor.h"
#include "run/campaign.h"

/* Whoever goes first is a decision, which the other process then takes otherwise. */
static const char two[] = "ebb: 1\nmain: [{go: [yield, yield]}, {go: [yield, yield]}, yield]\n";

static enum status compare(const struct source *source, const struct run_samples *samples, bool plant,
                           struct cli_another *out, bool *found) {
    struct cli_another_row row = {.source = source, .samples = {samples->at, samples->len}};
    *out = (struct cli_another){.rows = &row, .count = 1, .plant = plant};
    enum status status = cli_another(out);
    buf_put_char(&row.why, '\0');
    if (status == OK) status = buf_status(&row.why);
    *found = status == OK && row.differs && (!plant || strstr(row.why.at, "they part at step ") != NULL);
    buf_deinit(&row.why);
    out->rows = NULL;
    return status;
}

static enum status ask(struct cli_another *with, bool *found, bool *alarmed) {
    static struct scenario_problems problems;
    static struct run_samples samples;
    static struct run_row row;
    struct cli_another without;
    char path[] = "doctor";
    struct source source = {.path = path, .bytes = str_of(two)};
    TRY(scenario_load(mem_system(), &source.scenario, STR("doctor"), source.bytes, &problems));
    samples = (struct run_samples){0};
    struct run_campaign campaign = {.scenario = source.scenario,
                                    .scenario_key = explore_token_key(source.bytes),
                                    .runs = 1,
                                    .seed = 1,
                                    .samples = &samples};
    run_campaign(&campaign, mem_system(), &row);
    ASSERT(samples.count == 1);
    enum status status = compare(&source, &samples, true, with, found);
    if (status == OK) status = compare(&source, &samples, false, &without, alarmed);
    scenario_free(source.scenario);
    return status;
}

void cli_doctor_another(struct doctor *doctor) {
    static const char name[] = "another process";
    struct cli_another with = {0};
    bool found = false, alarmed = false;
    if (ask(&with, &found, &alarmed) != OK)
        cli_doctor_tell(doctor, DOCTOR_NO, name, "not enough memory to compare two processes", "ulimit -v unlimited");
    else if (alarmed)
        cli_doctor_tell(doctor, DOCTOR_NO, name, "two processes differ where nothing was planted",
                        "this is a bug of ours; please report it");
    else if (found)
        cli_doctor_tell(doctor, with.moved ? DOCTOR_OK : DOCTOR_NOT, name,
                        with.moved ? "a planted difference is found, with its step; the addresses are others"
                                   : "a planted difference is found, with its step; the addresses are the same",
                        with.moved ? "" : "sysctl kernel.randomize_va_space=2, and no setarch -R");
    else if (with.refused[0] != '\0')
        cli_doctor_tell(doctor, DOCTOR_NO, name, with.refused, "second runs are made in one process only");
    else
        cli_doctor_tell(doctor, DOCTOR_NO, name, "a planted difference is not found",
                        "this is a bug of ours; please report it");
}
