/* SPDX-License-Identifier: MIT */
/* replay_main.c — runs a fuzz target once on each kept input, for every compiler that has no libFuzzer.
 *
 * Arguments are files and folders; a folder stands for the files in it, in bytewise order. An input that cannot be read
 * is a failure: a corpus that is not there must not look like a corpus that passes. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
__attribute__((weak)) int LLVMFuzzerInitialize(int *count, char ***words);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t size_max);

/* Custom mutators call it; nothing is mutated here. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t size_max) {
    (void)data, (void)size_max;
    return size;
}

static uint32_t replayed, failed;

static void complain(const char *path, const char *what) {
    (void)fprintf(stderr, "replay: %s: %s\n", path, what);
    failed++;
}

static void file_replay(const char *path, size_t size) {
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(size == 0 ? 1 : size); /* exact, so that a sanitizer sees a read past the end */
    if (file == NULL || bytes == NULL || fread(bytes, 1, size, file) != size) {
        complain(path, "cannot be read");
    } else {
        (void)fprintf(stderr, "replay: %s\n", path); /* before the run: the last line names who crashed */
        (void)LLVMFuzzerTestOneInput(bytes, size);
        replayed++;
    }
    free(bytes);
    if (file != NULL) (void)fclose(file);
}

static void path_replay(const char *path, int depth) {
    struct stat how;
    struct dirent **entries = NULL;
    if (stat(path, &how) != 0) {
        complain(path, "is not there");
        return;
    }
    if (!S_ISDIR(how.st_mode)) {
        file_replay(path, (size_t)how.st_size);
        return;
    }
    int count = depth > 8 ? -1 : scandir(path, &entries, NULL, alphasort);
    if (count < 0) complain(path, "this folder cannot be read");
    for (int i = 0; i < count; i++) {
        char inner[4096];
        int len = snprintf(inner, sizeof inner, "%s/%s", path, entries[i]->d_name);
        bool hidden = entries[i]->d_name[0] == '.', fits = len > 0 && (size_t)len < sizeof inner;
        if (!hidden && fits) path_replay(inner, depth + 1);
        if (!hidden && !fits) complain(path, "holds a name that is too long");
        free(entries[i]);
    }
    free(entries);
}

int main(int count, char **words) {
    if (LLVMFuzzerInitialize != NULL) (void)LLVMFuzzerInitialize(&count, &words);
    for (int i = 1; i < count; i++) path_replay(words[i], 0);
    (void)fprintf(stderr, "replay: %u inputs passed, %u could not be read\n", replayed, failed);
    return replayed == 0 || failed > 0;
}
