/* SPDX-License-Identifier: MIT */
/* For pipe2, a GNU extension: without O_CLOEXEC a child of the child would hold our pipe open. */
#define _GNU_SOURCE
/* workers.c — see workers.h. No clock is asked: patience is counted in slices of waiting in which nobody told anything. */
#include "run/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

/* A signal that comes between the look at `interrupted` and the wait would else be slept over. */
#define SLICE_MS 100
#define READ_BYTES 65536u /* what a pipe holds */

struct worker {
    pid_t pid; /* 0: free */
    int fd;
    uint32_t number;
    int silent_ms;
    bool asked; /* to end */
    struct buf told;
};
struct workers {
    struct run_work *work;
    struct worker *at;   /* jobs of them */
    struct pollfd *wait; /* as many */
    char *bytes;         /* READ_BYTES */
    uint32_t busy;
};

bool run_workers_write(int fd, const void *from, size_t bytes) {
    for (size_t done = 0; done < bytes;) {
        ssize_t wrote = write(fd, (const char *)from + done, bytes - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return false;
        done += (size_t)wrote;
    }
    return true;
}

static bool interrupted(const struct run_work *work) { return work->interrupted != NULL && *work->interrupted != 0; }

static enum status start(struct workers *self, struct worker *worker, uint32_t number) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return ERR_IO;
    (void)fflush(NULL); /* or the child would print it once more */
    pid_t pid = fork();
    if (pid < 0) {
        (void)close(ends[0]), (void)close(ends[1]);
        return ERR_IO;
    }
    if (pid == 0) {
        (void)close(ends[0]);
        for (uint32_t i = 0; i < self->work->jobs; i++)
            if (self->at[i].pid != 0) (void)close(self->at[i].fd); /* whose writers are not to write to us */
        _exit(self->work->piece(self->work, number, ends[1]));
    }
    (void)close(ends[1]);
    worker->pid = pid;
    worker->fd = ends[0];
    worker->number = number;
    worker->silent_ms = 0;
    worker->asked = false;
    buf_init(&worker->told, mem_system());
    self->busy++;
    return OK;
}

/* Waits for the process, tells how it ended, and frees its place. */
static void finish(struct workers *self, struct worker *worker, enum run_ending ending) {
    int how = 0, what = 0;
    (void)close(worker->fd);
    if (ending == RUN_ENDING_SILENT || ending == RUN_ENDING_INTERRUPTED) (void)kill(worker->pid, SIGKILL);
    while (waitpid(worker->pid, &how, 0) < 0 && errno == EINTR) {}
    if (ending == RUN_ENDING_CODE) {
        bool signalled = WIFSIGNALED(how);
        what = signalled ? WTERMSIG(how) : WEXITSTATUS(how);
        ending = signalled ? RUN_ENDING_SIGNAL : what == 0 ? RUN_ENDING_DONE : RUN_ENDING_CODE;
        /* A terminal interrupts both of us, and the child may be the first to go. */
        if (signalled && (what == SIGINT || what == SIGTERM)) ending = RUN_ENDING_INTERRUPTED;
    }
    worker->pid = 0;
    self->busy--;
    self->work->ended(self->work, worker->number, buf_str(&worker->told), ending, what);
    buf_deinit(&worker->told);
}

/* What there is to read is read once; the end of it is the end of the piece. */
static enum status listen_to(struct workers *self, struct worker *worker) {
    bool whole = false;
    ssize_t got = read(worker->fd, self->bytes, READ_BYTES);
    if (got < 0 && errno == EINTR) return OK;
    worker->silent_ms = 0;
    if (got <= 0) {
        finish(self, worker, RUN_ENDING_CODE);
        return OK;
    }
    buf_put(&worker->told, (struct str){self->bytes, (size_t)got});
    TRY(buf_status(&worker->told));
    if (self->work->told == NULL) return OK;
    size_t taken = self->work->told(self->work, worker->number, buf_str(&worker->told), &whole);
    ASSERT(taken <= worker->told.len);
    memmove(worker->told.at, worker->told.at + taken, worker->told.len - taken);
    worker->told.len -= taken;
    if (whole) finish(self, worker, RUN_ENDING_DONE);
    return OK;
}

static void finish_all(struct workers *self, enum run_ending ending) {
    for (uint32_t i = 0; i < self->work->jobs; i++)
        if (self->at[i].pid != 0) finish(self, &self->at[i], ending);
}

static void ask_all(struct workers *self) {
    for (uint32_t i = 0; i < self->work->jobs; i++) {
        struct worker *worker = &self->at[i];
        if (worker->pid == 0 || worker->asked) continue;
        worker->asked = true;
        (void)kill(worker->pid, SIGTERM);
    }
}

/* One slice of waiting, or as much of it as passes before somebody tells something. */
static enum status wait_slice(struct workers *self) {
    const struct run_work *work = self->work;
    nfds_t count = 0;
    int slice_ms = SLICE_MS;
    for (uint32_t i = 0; i < work->jobs; i++) {
        const struct worker *worker = &self->at[i];
        if (worker->pid == 0) continue;
        self->wait[count++] = (struct pollfd){.fd = worker->fd, .events = POLLIN};
        if (work->patience_ms > 0 && work->patience_ms - worker->silent_ms < slice_ms)
            slice_ms = work->patience_ms - worker->silent_ms;
    }
    int ready = poll(self->wait, count, slice_ms);
    if (ready < 0 && errno != EINTR) return ERR_IO;
    if (interrupted(work) && !work->gentle) return OK; /* what was not told by now is not waited for */
    count = 0;
    for (uint32_t i = 0; i < work->jobs; i++) {
        struct worker *worker = &self->at[i];
        if (worker->pid == 0) continue;
        short events = self->wait[count++].revents;
        if (ready > 0 && events != 0) {
            TRY(listen_to(self, worker));
        } else if (ready == 0) {
            worker->silent_ms += work->patience_ms > 0 ? slice_ms : 0;
            if (work->patience_ms > 0 && worker->silent_ms >= work->patience_ms)
                finish(self, worker, RUN_ENDING_SILENT);
        }
    }
    return OK;
}

static enum status go(struct workers *self, uint32_t *next) {
    struct run_work *work = self->work;
    while (*next < work->count || self->busy > 0) {
        bool stopped = interrupted(work);
        if ((stopped && !work->gentle) || (work->enough != NULL && work->enough(work))) return OK;
        if (stopped && self->busy == 0) return OK;
        if (stopped) ask_all(self);
        for (uint32_t i = 0; i < work->jobs && *next < work->count && !stopped; i++) {
            if (self->at[i].pid != 0) continue;
            if (start(self, &self->at[i], *next) != OK) {
                if (self->busy == 0) return ERR_IO;
                break; /* when one of them has ended there may be room */
            }
            ++*next;
        }
        TRY(wait_slice(self));
    }
    return OK;
}

enum status run_workers(struct run_work *work) {
    struct mem *mem = mem_system();
    struct workers self = {.work = work};
    uint32_t next = 0;
    ASSERT(work->jobs > 0 && work->jobs <= RUN_JOBS_MAX);
    self.at = mem_new(mem, work->jobs, sizeof *self.at);
    self.wait = mem_new(mem, work->jobs, sizeof *self.wait);
    self.bytes = mem_new(mem, 1, READ_BYTES);
    enum status status = self.at == NULL || self.wait == NULL || self.bytes == NULL ? ERR_NOMEM : go(&self, &next);
    if (self.at != NULL) finish_all(&self, RUN_ENDING_INTERRUPTED);
    for (; next < work->count; next++) work->ended(work, next, STR(""), RUN_ENDING_INTERRUPTED, 0);
    mem_free(mem, self.bytes, READ_BYTES);
    mem_free(mem, self.wait, work->jobs * sizeof *self.wait);
    mem_free(mem, self.at, work->jobs * sizeof *self.at);
    return status;
}
