// SPDX-License-Identifier: Apache-2.0
// Bits through what all containers share: pages of a file that are in memory or not, and a number of the whole machine.
#include "line.h"
#include "CProbe.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

// Reads one byte of each page, which brings these pages to memory and no others: nothing is read ahead.
int probe_touch(int count, char *const *words) {
    if (count < 2) return wrong("touch", "FILE PAGE...");
    int fd = open(words[0], O_RDONLY | O_CLOEXEC);
    struct stat status = {0};
    int error = fd < 0 ? errno : told(fstat(fd, &status));
    long pages = (long)((status.st_size + 4095) / 4096);
    char *mapped = MAP_FAILED;
    if (error == 0) {
        mapped = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, fd, 0);
        error = mapped == MAP_FAILED ? errno : told(madvise(mapped, (size_t)status.st_size, MADV_RANDOM));
    }
    long touched = 0;
    for (int i = 1; i < count && error == 0; i++) {
        long page = number(words[i], pages - 1);
        if (page < 0) {
            error = EINVAL;
        } else {
            (void)*(volatile char *)(mapped + page * 4096);
            touched++;
        }
    }
    line_start("touch");
    line_text("what", words[0]);
    line_number("touched", touched);
    line_result(error);
    line_end();
    return 0;
}

// The number of pseudo terminals of the machine, which everybody may read and anybody may raise. Both ends do, by what they
// hold open: each knows its own part, so the rest is the other's. The sender's middle part says nothing, and the way from
// there to none is not the way to twice as many, so a number that is still on its way is never taken for the other bit.
// The receiver's part says that it is ready for one, and its end that it has seen it. Nobody looks at a clock: the slower end has all the time it needs.
enum { middle = 96, whole = 192, slack = 32, bits_most = 16, patience = 45 };
static const char counted[] = "/proc/sys/kernel/pty/nr";
static int held[whole];
static int held_now;

static int terminals(int *error) {
    char text[32];
    long got = read_start(counted, text, sizeof text - 1);
    *error = got < 0 ? (int)-got : 0;
    text[got < 0 ? 0 : got] = 0;
    return atoi(text);
}

static int hold(int wanted) {
    while (held_now > wanted) close(held[--held_now]);
    while (held_now < wanted) {
        int fd = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (fd < 0) return errno;
        held[held_now++] = fd;
    }
    return 0;
}

static time_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

// Waits until the other's part lies in one of two ranges; which one, or the negative error.
static int part_of_other(int base, const int ranges[4], time_t end) {
    for (;;) {
        int error = 0, part = terminals(&error) - base - held_now;
        if (error != 0) return -error;
        if (part >= ranges[0] && part <= ranges[1]) return 0;
        if (part >= ranges[2] && part <= ranges[3]) return 1;
        if (now() > end) return -ETIMEDOUT;
        struct timespec pause = {0, 300000};
        nanosleep(&pause, NULL);
    }
}

static const int ready[4] = {whole - slack, whole + slack, 1, 0}, seen[4] = {-slack, slack, 1, 0};
static const int a_bit[4] = {-slack, slack, whole - slack, whole + slack};
static const int no_bit[4] = {middle - slack, middle + slack, 1, 0};

// Each bit, and then each of them turned round, so that the receiver knows what it has heard to be right.
int probe_pty_send(int count, char *const *words) {
    size_t bits = count == 1 ? strspn(words[0], "01") : 0;
    if (bits == 0 || bits > bits_most || words[0][bits] != 0) return wrong("pty-send", "BITS (16 at most)");
    int error = 0, base = terminals(&error), told_part = 0;
    if (error == 0) error = hold(middle);
    line_start("pty-send");
    if (error == 0) line_text("result", "READY");
    if (error != 0) line_result(error);
    line_end();
    time_t end = now() + patience;
    for (size_t i = 0; i < bits * 2 && error == 0 && told_part >= 0; i++) {
        int is_set = (words[0][i % bits] == '1') == (i < bits);
        told_part = part_of_other(base, ready, end);
        if (told_part >= 0) error = hold(is_set ? whole : 0);
        if (error == 0 && told_part >= 0) told_part = part_of_other(base, seen, end);
        if (error == 0) error = hold(middle);
    }
    hold(0);
    line_start("pty-send");
    line_result(error == 0 && told_part < 0 ? -told_part : error);
    line_end();
    return 0;
}

int probe_pty_recv(int count, char *const *words) {
    long bits = count == 1 ? number(words[0], bits_most) : -1;
    if (bits < 1) return wrong("pty-recv", "NUMBER-OF-BITS (16 at most)");
    char heard[bits_most * 2 + 1] = "";
    // It starts when the sender says so, and the sender does nothing until somebody is ready: this is its middle part.
    int error = 0, base = terminals(&error) - middle, told_part = 0;
    time_t end = now() + patience;
    for (long i = 0; i < bits * 2 && error == 0 && told_part >= 0; i++) {
        error = hold(whole);
        if (error == 0) told_part = part_of_other(base, a_bit, end);
        if (error == 0 && told_part >= 0) heard[i] = told_part == 1 ? '1' : '0';
        hold(0);
        if (error == 0 && told_part >= 0 && i + 1 < bits * 2) told_part = part_of_other(base, no_bit, end);
    }
    if (error == 0 && told_part < 0) error = -told_part;
    for (long i = 0; i < bits && error == 0; i++) error = heard[i] == heard[bits + i] ? EBADMSG : 0;
    heard[bits] = 0;
    line_start("pty-recv");
    line_result(error);
    if (error == 0) line_text("bits", heard);
    line_end();
    return 0;
}
