// SPDX-License-Identifier: Apache-2.0
// rounds ROUNDS IDLE_MS NAME COMMAND [ARG...] [:: NAME COMMAND [ARG...]]...
// Runs the commands in turn, ROUNDS times, after IDLE_MS of rest before each, so that what the machine does meanwhile
// falls on all of them alike. Prints a line each: NAME, median ms, 90th percentile ms, peak memory in KiB, failures.
// One round more goes first and is not counted. Small and static: what posix_spawn copies is no part of the figure.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 32 };
extern char **environ;

struct command {
    char *name, **argv;
    double *times;
    long peak;
    int failures;
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double run(struct command *command, posix_spawn_file_actions_t *actions) {
    struct rusage usage;
    int status;
    pid_t child;
    double start = now();
    int code = posix_spawnp(&child, command->argv[0], actions, NULL, command->argv, environ);
    if (code != 0) {
        fprintf(stderr, "rounds: cannot start %s: %s\n", command->argv[0], strerror(code));
        exit(2);
    }
    while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {}
    double took = now() - start;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) command->failures++;
    if (usage.ru_maxrss > command->peak) command->peak = usage.ru_maxrss;
    return took;
}

int main(int argc, char **argv) {
    struct command commands[MOST];
    int count = 0;
    if (argc < 5) { fprintf(stderr, "rounds: write rounds ROUNDS IDLE_MS NAME COMMAND...\n"); return 2; }
    int rounds = atoi(argv[1]), idle = atoi(argv[2]);
    for (int i = 3; i < argc && count < MOST;) {
        struct command *command = &commands[count++];
        *command = (struct command){.name = argv[i], .argv = argv + i + 1};
        command->times = calloc((size_t)rounds, sizeof *command->times);
        for (i++; i < argc && strcmp(argv[i], "::") != 0; i++) {}
        if (i < argc) argv[i++] = NULL;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    for (int round = -1; round < rounds; round++)
        for (int i = 0; i < count; i++) {
            if (idle > 0) usleep((useconds_t)idle * 1000);
            double took = run(&commands[i], &actions);
            if (round >= 0) commands[i].times[round] = took;
        }
    for (int i = 0; i < count; i++) {
        qsort(commands[i].times, (size_t)rounds, sizeof(double), ascending);
        printf("%s\t%.2f\t%.2f\t%ld\t%d\n", commands[i].name, commands[i].times[rounds / 2],
               commands[i].times[rounds * 9 / 10], commands[i].peak, commands[i].failures);
    }
    return 0;
}
