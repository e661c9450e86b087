// SPDX-License-Identifier: Apache-2.0
// signals: prints `ready`, then a line for each signal it is sent, and exits 40 on SIGTERM. `signals ignore` ignores
// SIGTERM, so that only SIGKILL ends it.
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
    int stubborn = argc > 1 && strcmp(argv[1], "ignore") == 0, number;
    sigset_t set;
    sigfillset(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts("ready");
    while (sigwait(&set, &number) == 0) {
        printf("%s\n", sigabbrev_np(number) ? sigabbrev_np(number) : "real-time");
        if (number == SIGTERM && !stubborn) return 40;
    }
    return 1;
}
