/* SPDX-License-Identifier: MIT */
/* file.c — a descriptor of this process, so that the kernel's count and the census can be held against each other. */
#include "kinds/file/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "core/world.h"
#include "kinds/kinds.h"

enum { FILE_OP_CLOSE, FILE_OP_COUNT };
static const struct ebb_op file_ops[FILE_OP_COUNT];

struct ebb_file {
    struct ebb_object head;
    int descriptor; /* open until EBB_FLAG_ENDED */
};

enum status ebb_file_adopt(struct ebb *ebb, struct ebb_file **out, const char *label, int descriptor) {
    ASSERT(descriptor >= 0);
    struct ebb_file *self = ebb_object_make(ebb, &ebb_file_kind, label, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    self->descriptor = descriptor;
    ebb_object_self_hold(&self->head);
    *out = self;
    return OK;
}

enum status ebb_file_open(struct ebb *ebb, struct ebb_file **out, const char *label) {
    int descriptor;
    do descriptor = open("/dev/null", O_RDWR | O_CLOEXEC);
    while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0) return errno == EMFILE || errno == ENFILE ? ERR_LIMIT : errno == ENOMEM ? ERR_NOMEM : ERR_IO;
    enum status status = ebb_file_adopt(ebb, out, label, descriptor);
    if (status != OK) (void)close(descriptor);
    return status;
}

struct ebb_file *ebb_file_hold(struct ebb_file *file) {
    if (file != NULL) ebb_object_hold(&file->head);
    return file;
}

void ebb_file_drop(struct ebb_file *file) {
    if (file != NULL) ebb_object_release(&file->head);
}

/* --- the verbs --------------------------------------------------------------------------------------------------- */

void ebb_file_close(struct ebb *ebb, struct ebb_file *file) {
    ebb_op_begin(ebb, &file_ops[FILE_OP_CLOSE], &file->head);
    ebb_object_use(&file->head, "close");
    (void)close(file->descriptor); /* gone whatever it answers, and what is lost with it is not ours to judge */
    file->head.flags |= EBB_FLAG_ENDED;
    ASSERT(file->head.holds > 1); /* the caller's */
    ebb_object_self_release(&file->head);
    ebb_op_done(ebb);
}

int ebb_file_fd(struct ebb *ebb, struct ebb_file *file) {
    ASSERT(ebb == file->head.ebb);
    ebb_object_use(&file->head, "use");
    return file->descriptor;
}

struct ebb_object *ebb_file_object(struct ebb_file *file) {
    return &file->head;
}

/* --- the kind ---------------------------------------------------------------------------------------------------- */

static struct ebb_file *file_of(const struct ebb_object *object) { return BASE_OWNER(object, struct ebb_file, head); }

static uint64_t file_remains(const struct ebb_object *object) { return (object->flags & EBB_FLAG_ENDED) == 0; }

static void file_destroy(struct ebb_object *object) {
    ASSERT(object->flags & EBB_FLAG_ENDED); /* until then it holds itself */
    ebb_object_free(object, sizeof(struct ebb_file));
}

static void file_reap(struct ebb_object *object) {
    if (file_remains(object) > 0) (void)close(file_of(object)->descriptor);
    ebb_object_free(object, sizeof(struct ebb_file));
}

static enum status op_make(struct ebb *ebb, struct ebb_object **out, const char *label, const struct ebb_value *args) {
    (void)args;
    struct ebb_file *made = NULL;
    TRY(ebb_file_open(ebb, &made, label));
    *out = &made->head;
    return OK;
}

static void op_close(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                     struct ebb_value *results) {
    (void)args, (void)results;
    ebb_file_close(ebb, file_of(self));
}

#define OP(index) .code = EBB_OP_CODE(KIND_FILE, index)
static const struct ebb_op file_ops[FILE_OP_COUNT] = {
    [FILE_OP_CLOSE] = {OP(FILE_OP_CLOSE), "close", "", "", op_close,
                       "Closes the descriptor; a second time is a panic."},
};

const struct ebb_kind ebb_file_kind = {
    .id = KIND_FILE,
    .left = EBB_LEFT_FD,
    .name = "file",
    .about = "An open descriptor, which stays open until it is closed.",
    .make_name = "file",
    .make_shape = "",
    .make = op_make,
    .refusable = true,
    .ops = file_ops,
    .op_count = FILE_OP_COUNT,
    .destroy = file_destroy,
    .reap = file_reap,
    .remains = file_remains,
};
