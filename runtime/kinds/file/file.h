/* SPDX-License-Identifier: MIT */
/* file.h — descriptors: real ones, open until somebody closes them, whoever still names them. */
#ifndef KINDS_FILE_FILE_H
#define KINDS_FILE_FILE_H

#include "core/runtime.h"

struct ebb_file;

/* Opens /dev/null. The caller has one hold and the open file another, until it is closed. ERR_LIMIT: out of
 * descriptors. ERR_NOMEM; ERR_IO. */
CHECKED enum status ebb_file_open(struct ebb *ebb, struct ebb_file **out, const char *label);
/* The same around an open descriptor, which is taken; on failure it stays the caller's. ERR_NOMEM. */
CHECKED enum status ebb_file_adopt(struct ebb *ebb, struct ebb_file **out, const char *label, int descriptor);
struct ebb_file *ebb_file_hold(struct ebb_file *file); /* returns its argument; NULL is fine */
void ebb_file_drop(struct ebb_file *file);             /* gives one hold back, which closes nothing */

void ebb_file_close(struct ebb *ebb, struct ebb_file *file); /* a step; twice panics */
int ebb_file_fd(struct ebb *ebb, struct ebb_file *file);     /* no step; panics once it is closed */
struct ebb_object *ebb_file_object(struct ebb_file *file);

#endif
