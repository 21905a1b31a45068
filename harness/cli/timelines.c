/* SPDX-License-Identifier: MIT */
/* timelines.c — `--timeline FILE`: each run that was shown is made once more, and looked at on the way. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "cli/command.h"
#include "explore/token.h"
#include "run/timeline.h"

/* "10ms": digits and a unit, more than nothing. */
bool cli_duration(const char *text, int64_t *out) {
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = {{"ns", 1},
                 {"us", 1000},
                 {"ms", 1000000},
                 {"s", 1000000000},
                 {"m", INT64_C(60000000000)},
                 {"h", INT64_C(3600000000000)}};
    int64_t value = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++)
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, *at - '0', &value)) return false;
    if (at == text || value == 0) return false;
    for (size_t i = 0; i < BASE_COUNT(units); i++)
        if (strcmp(at, units[i].name) == 0) return !__builtin_mul_overflow(value, units[i].ns, out);
    return false;
}

static enum status file_put(const char *path, struct str bytes) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) return ERR_IO;
    bool good = cli_write(fd, bytes);
    return close(fd) == 0 && good ? OK : ERR_IO;
}

static enum status one(struct report_timeline *timeline, const struct options *options, const struct report_case *at,
                       const struct source *source) {
    struct token token;
    struct run_timeline taken = {0};
    if (at->token.len == 0 || at->verdict == REPORT_ERROR || at->verdict == REPORT_CRASHED)
        return OK; /* no run to look at */
    struct diag why = {0};
    TRY(explore_token_read(mem_system(), at->token, &token, &why));
    enum status status = run_timeline(&taken, mem_system(), source->scenario, token.variant, &token.schedule, at->steps,
                                      options->every_ns);
    struct report_timeline_run run = {
        .file = at->file,
        .variant = at->variant,
        .token = at->token,
        .every_steps = taken.every_steps,
        .every_ns = options->every_ns,
        .at = taken.at,
        .count = taken.count,
        .cut = taken.cut,
    };
    if (status == OK) report_timeline_put(timeline, &run);
    run_timeline_deinit(&taken);
    explore_schedule_deinit(mem_system(), &token.schedule);
    return status;
}

enum status cli_timelines(const struct options *options, const struct report_case *cases,
                          const struct source *const *sources, uint32_t count) {
    struct report_timeline timeline;
    struct buf out;
    buf_init(&out, mem_system());
    report_timeline_open(&timeline, &out);
    enum status status = OK;
    for (uint32_t i = 0; i < count && status == OK; i++) status = one(&timeline, options, &cases[i], sources[i]);
    report_timeline_close(&timeline);
    if (status == OK) status = buf_status(&out);
    if (status == OK) status = file_put(options->timeline, buf_str(&out));
    if (status != OK)
        (void)fprintf(stderr, "%s: error: the timeline could not be %s\n", options->timeline,
                      status == ERR_IO ? "written" : "made");
    buf_deinit(&out);
    return status;
}
