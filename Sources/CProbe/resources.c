// SPDX-License-Identifier: Apache-2.0
// What uses up a machine, with a bound that no word raises.
#include "line.h"
#include "CProbe.h"
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

static long long millis(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

// Processes that wait, all of which are ended.
int probe_forks(int count, char *const *words) {
    long asked = count == 1 ? number(words[0], 500) : -1;
    if (asked < 0) return wrong("forks", "NUMBER (500 at most)");
    pid_t children[500];
    long made = 0;
    int error = 0;
    while (made < asked && error == 0) {
        pid_t child = fork();
        if (child == 0) {
            alarm(30);
            pause();
            _exit(0);
        }
        error = told(child);
        if (error == 0) children[made++] = child;
    }
    for (long i = 0; i < made; i++) kill(children[i], SIGKILL);
    while (wait(NULL) > 0) {}
    line_start("forks");
    line_number("asked", asked);
    line_number("made", made);
    line_result(error);
    line_end();
    return 0;
}

// A child touches each page, so that it is the child that is killed.
int probe_mem(int count, char *const *words) {
    long megabytes = count == 1 ? number(words[0], 512) : -1;
    if (megabytes < 0) return wrong("mem", "MEGABYTES (512 at most)");
    long *touched = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (touched == MAP_FAILED) return 1;
    pid_t child = fork();
    if (child == 0) {
        char *all = mmap(NULL, (size_t)megabytes << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (all == MAP_FAILED) _exit(errno);
        for (long i = 0; i < megabytes << 8; i++) {
            all[i << 12] = 1;
            *touched = i >> 8;
        }
        *touched = megabytes;
        _exit(0);
    }
    int status = 0;
    int error = child < 0 || waitpid(child, &status, 0) < 0 ? errno : 0;
    line_start("mem");
    line_number("asked", megabytes);
    line_number("touched", *touched);
    if (error == 0 && WIFSIGNALED(status)) {
        line_text("result", WTERMSIG(status) == SIGKILL ? "SIGKILL" : "SIGNAL");
    } else {
        line_result(error == 0 ? WEXITSTATUS(status) : error);
    }
    line_end();
    return 0;
}

int probe_burn(int count, char *const *words) {
    long asked = count == 1 ? number(words[0], 10000) : -1;
    if (asked < 0) return wrong("burn", "MILLISECONDS (10000 at most)");
    long long end = millis() + asked, rounds = 0;
    struct timespec used;
    while (millis() < end) {
        for (volatile int i = 0; i < 1000; i++) {}
        rounds++;
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    line_start("burn");
    line_number("asked", asked);
    line_number("rounds", rounds);
    line_number("used", used.tv_sec * 1000LL + used.tv_nsec / 1000000);
    line_result(0);
    line_end();
    return 0;
}

// How often the scheduler has moved this process to another processor; -1 where the kernel does not count.
static long migrations(void) {
    static char text[8192];
    long got = read_start("/proc/self/sched", text, sizeof text - 1);
    text[got < 0 ? 0 : got] = 0;
    char *found = strstr(text, "nr_migrations"), *colon = found == NULL ? NULL : strchr(found, ':');
    return colon == NULL ? -1 : atol(colon + 1);
}

// Asks for all processors, counts those that it got, and goes to each of them in turn.
int probe_aff(int count, char *const *words) {
    (void)words;
    if (count > 0) return wrong("aff", "");
    cpu_set_t before, all, after, seen;
    CPU_ZERO(&before);
    CPU_ZERO(&after);
    CPU_ZERO(&seen);
    memset(&all, 255, sizeof all);
    sched_getaffinity(0, sizeof before, &before);
    int error = told(sched_setaffinity(0, sizeof all, &all));
    sched_getaffinity(0, sizeof after, &after);
    // Where it is now does not count as a way.
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    sched_setaffinity(0, sizeof one, &one);
    CPU_SET(sched_getcpu(), &seen);
    long moved = migrations();
    for (int i = 0; i < CPU_SETSIZE; i++) {
        CPU_ZERO(&one);
        CPU_SET(i, &one);
        if (sched_setaffinity(0, sizeof one, &one) == 0) CPU_SET(sched_getcpu(), &seen);
    }
    long moved_after = migrations();
    line_start("aff");
    line_number("before", CPU_COUNT(&before));
    line_number("after", CPU_COUNT(&after));
    line_number("visited", CPU_COUNT(&seen));
    if (moved >= 0) line_number("migrations", moved_after - moved);
    line_result(error);
    line_end();
    return 0;
}
