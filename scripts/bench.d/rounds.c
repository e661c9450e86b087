// SPDX-License-Identifier: Apache-2.0
// rounds ROUNDS IDLE_MS NAME [@ROOT] COMMAND [ARG...] [:: NAME [@ROOT] COMMAND [ARG...]]...
// Runs the commands in turn, ROUNDS times, after IDLE_MS of rest before each, so that what the machine does meanwhile
// falls on all of them alike. Prints a line each: NAME, median ms, 90th percentile ms, peak memory in KiB, failures.
// One round more goes first and is not counted. With ROUNDS_SECONDS in the environment no round but the first that
// counts begins later than that. Small and static: what a start copies is no part of the figure.
// A COMMAND may be several, with `;;` between them, which are timed together, or `;-`: what is on its left is done first
// and not timed. @ROOT is the root directory that all of them run in.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 40 };

struct command {
    char *name, *root, **argv;
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

static int in, out;

// Runs one program and waits for it.
static void once(struct command *command, char **argv) {
    struct rusage usage;
    int status;
    pid_t child = vfork();
    if (child == 0) {
        dup2(in, 0);
        dup2(out, 1);
        if (command->root && (chroot(command->root) != 0 || chdir("/") != 0)) _exit(127);
        execvp(argv[0], argv);
        _exit(127);
    }
    if (child < 0) {
        fprintf(stderr, "rounds: cannot start %s: %s\n", argv[0], strerror(errno));
        exit(2);
    }
    while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {}
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) command->failures++;
    if (usage.ru_maxrss > command->peak) command->peak = usage.ru_maxrss;
}

static double run(struct command *command, int idle) {
    char **argv = command->argv;
    int timed = 0;
    double start = 0;
    for (char **word = argv;; word++) {
        if (*word && strcmp(*word, ";;") != 0 && strcmp(*word, ";-") != 0) continue;
        char *end = *word;
        // What is not timed is before the last `;-`.
        if (!timed) {
            int later = 0;
            for (char **rest = word; *rest; rest++) later |= strcmp(*rest, ";-") == 0;
            if (!later) {
                timed = 1;
                if (idle > 0) usleep((useconds_t)idle * 1000);
                start = now();
            }
        }
        *word = NULL;
        once(command, argv);
        *word = end;
        if (!end) return now() - start;
        argv = word + 1;
    }
}

int main(int argc, char **argv) {
    struct command commands[MOST];
    int count = 0;
    if (argc < 5) { fprintf(stderr, "rounds: write rounds ROUNDS IDLE_MS NAME COMMAND...\n"); return 2; }
    int rounds = atoi(argv[1]), idle = atoi(argv[2]);
    for (int i = 3; i < argc && count < MOST;) {
        struct command *command = &commands[count++];
        *command = (struct command){.name = argv[i], .argv = argv + i + 1};
        if (argv[i + 1] && argv[i + 1][0] == '@') {
            command->root = argv[++i] + 1;
            command->argv++;
        }
        command->times = calloc((size_t)rounds, sizeof *command->times);
        for (i++; i < argc && strcmp(argv[i], "::") != 0; i++) {}
        if (i < argc) argv[i++] = NULL;
    }
    in = open("/dev/null", O_RDONLY | O_CLOEXEC);
    out = open("/dev/null", O_WRONLY | O_CLOEXEC);
    const char *limit = getenv("ROUNDS_SECONDS");
    double end = limit ? now() + atof(limit) * 1e3 : 0;
    int done = -1;
    for (; done < rounds && (done < 1 || !limit || now() < end); done++)
        for (int i = 0; i < count; i++) {
            double took = run(&commands[i], idle);
            if (done >= 0) commands[i].times[done] = took;
        }
    rounds = done;
    for (int i = 0; i < count; i++) {
        qsort(commands[i].times, (size_t)rounds, sizeof(double), ascending);
        printf("%s\t%.2f\t%.2f\t%ld\t%d\n", commands[i].name, commands[i].times[rounds / 2],
               commands[i].times[rounds * 9 / 10], commands[i].peak, commands[i].failures);
    }
    return 0;
}
