/* SPDX-License-Identifier: MIT */
/* doctor.h — what the parts of `ebb doctor` share: a check is one fact about this machine and this build. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "cli/command.h"

enum doctor_state {
    DOCTOR_OK,
    DOCTOR_NO,  /* verdicts would be wrong, or could not be had */
    DOCTOR_NOT, /* not in this build, or not needed */
};
struct doctor_check {
    enum doctor_state state;
    char name[40], text[160], advice[200]; /* advice: what to do about it; "" for nothing */
};
struct doctor {
    struct doctor_check checks[64];
    uint32_t count;
};
void cli_doctor_tell(struct doctor *doctor, enum doctor_state state, const char *name, const char *text,
                     const char *advice);

void cli_doctor_findings(struct doctor *doctor); /* doctor_findings.c: a leak of each kind is planted and judged */
void cli_doctor_nets(struct doctor *doctor);     /* doctor_nets.c: what guards us: sanitizers, guard pages, ptrace */
void cli_doctor_another(struct doctor *doctor);  /* doctor_another.c: are two processes compared? */
void cli_doctor_machine(struct doctor *doctor);  /* doctor_machine.c: what the system grants */

/* Runs `crime` in a child whose standard error is kept: its first 16 KiB, NUL-terminated. The child's wait status, or -1
 * where there is no child to be had. */
#define DOCTOR_TALK_BYTES ((size_t)16 << 10)
int cli_doctor_child(void (*crime)(void), char talk[DOCTOR_TALK_BYTES]);

#endif
