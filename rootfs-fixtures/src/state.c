// SPDX-License-Identifier: Apache-2.0
// state: what no file of /proc tells about this process, `NAME=VALUE` a line.
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(void) {
    int signal = -1;
    prctl(PR_GET_PDEATHSIG, &signal);
    printf("parent-death-signal=%d\n", signal);
    printf("dumpable=%d\n", prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
    printf("session=%s\n", getsid(0) == getpid() ? "own" : "inherited");
    return 0;
}
