// SPDX-License-Identifier: Apache-2.0
#include "line.h"
#include "CProbe.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

static char line[4096];
static size_t used;

static int kept_count;
static char **kept;

// The C library hands main's arguments to constructors too.
__attribute__((constructor)) static void keep(int count, char **values) {
    kept_count = count;
    kept = values;
}
int probe_argument_count(void) { return kept_count; }
char *const *probe_arguments(void) { return kept; }

// Room for the end of the line is always left.
static void put(const char *text) {
    size_t length = strlen(text);
    if (used + length + 8 > sizeof line) return;
    memcpy(line + used, text, length);
    used += length;
}

static void name_of(const char *name) {
    put(",\"");
    put(name);
    put("\":");
}

static void quoted(const char *bytes, size_t count) {
    char all[1400], *next = all;
    *next++ = '"';
    for (size_t i = 0; i < count && next < all + sizeof all - 8; i++) {
        if (bytes[i] == '"' || bytes[i] == '\\') *next++ = '\\';
        *next++ = bytes[i] >= ' ' && bytes[i] <= '~' ? bytes[i] : '.';
    }
    *next++ = '"';
    *next = 0;
    put(all);
}

void line_start(const char *probe) {
    used = 0;
    put("{\"probe\":");
    quoted(probe, strlen(probe));
}

void line_text(const char *name, const char *value) {
    name_of(name);
    quoted(value, strlen(value));
}

void line_bytes(const char *name, const char *bytes, size_t count) {
    name_of(name);
    quoted(bytes, count < 200 ? count : 200);
}

void line_number(const char *name, long long value) {
    char text[32];
    snprintf(text, sizeof text, "%lld", value);
    name_of(name);
    put(text);
}

void line_truth(const char *name, int value) {
    name_of(name);
    put(value ? "true" : "false");
}

void line_result(int error) {
    const char *name = error == 0 ? "OK" : strerrorname_np(error);
    line_text("result", name == NULL ? "UNKNOWN" : name);
}

void line_flag(const char *bytes, size_t count) {
    const char *start = memmem(bytes, count, "FLAG{", 5);
    if (start == NULL) return;
    const char *end = memchr(start, '}', bytes + count - start);
    if (end == NULL) return;
    name_of("flag");
    quoted(start, end + 1 - start);
}

void line_end(void) {
    put("}\n");
    for (size_t done = 0; done < used;) {
        ssize_t written = write(1, line + done, used - done);
        if (written <= 0) break;
        done += written;
    }
    used = 0;
}

long read_start(const char *path, char *bytes, size_t room) {
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) return -errno;
    size_t count = 0;
    ssize_t got = 0;
    while (count < room && (got = read(fd, bytes + count, room - count)) > 0) count += got;
    int error = errno;
    close(fd);
    return got < 0 && count == 0 ? -error : (long)count;
}

long number(const char *word, long most) {
    char *end;
    errno = 0;
    long value = strtol(word, &end, 0);
    return errno != 0 || end == word || *end != 0 || value < 0 || value > most ? -1 : value;
}

int told(long value) { return value < 0 ? errno : 0; }

int wrong(const char *verb, const char *words) {
    dprintf(2, "minibox-probe: write minibox-probe %s %s\n", verb, words);
    return 2;
}
