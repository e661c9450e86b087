// SPDX-License-Identifier: Apache-2.0
// forks N: starts N processes that wait, and prints how many there were and why it stopped: `forked 40 EAGAIN`.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
    int wanted = argc > 1 ? atoi(argv[1]) : 100, started = 0, code = 0;
    pid_t *children = calloc((size_t)wanted, sizeof *children);
    if (!children) return 2;
    for (; started < wanted; started++) {
        children[started] = fork();
        if (children[started] < 0) { code = errno; break; }
        if (children[started] == 0) { pause(); _exit(0); }
    }
    printf("forked %d %s\n", started, code ? strerrorname_np(code) : "all");
    fflush(stdout);
    for (int i = 0; i < started; i++) kill(children[i], SIGKILL);
    while (wait(NULL) > 0) {}
    return code ? 1 : 0;
}
