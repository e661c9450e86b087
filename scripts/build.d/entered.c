// SPDX-License-Identifier: Apache-2.0
// entered [-w] OUTPUT PROGRAM [ARG...] <ADDRESSES: which functions a program enters, and its clones up to their exec: a
// line each in OUTPUT, `ADDRESS`, in the order in which they are first entered. ADDRESSES are those of all functions, in
// hexadecimal, a line each. A breakpoint at each of them is taken away where it is first met, so that it costs nothing
// from then on. It goes on until the program ends; with -w, until its clones have ended too. For a static program that
// is not moved about in memory (no PIE), on x86-64.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static const unsigned char trap = 0xcc;
static unsigned long *places;
static unsigned char *bytes, *seen;
static size_t count;

static void need(int holds, const char *what) {
    if (holds) return;
    fprintf(stderr, "entered: %s: %s\n", what, strerror(errno));
    exit(2);
}

static int ascending(const void *a, const void *b) {
    unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;
    return x < y ? -1 : x > y;
}

static void read_places(void) {
    size_t room = 0;
    unsigned long place;
    while (scanf("%lx", &place) == 1) {
        if (count == room) need((places = realloc(places, (room = room * 2 + 4096) * sizeof *places)) != NULL, "memory");
        places[count++] = place;
    }
    need(count > 0, "no addresses");
    qsort(places, count, sizeof *places, ascending);
    size_t kept = 1;
    for (size_t i = 1; i < count; i++)
        if (places[i] != places[kept - 1]) places[kept++] = places[i];
    count = kept;
    bytes = calloc(count, 1);
    seen = calloc(count, 1);
    need(bytes && seen, "memory");
}

static int memory_of(pid_t process) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/mem", process);
    int file = open(path, O_RDWR | O_CLOEXEC);
    need(file >= 0, path);
    return file;
}

static void set_breakpoints(pid_t process) {
    int file = memory_of(process);
    for (size_t i = 0; i < count; i++) {
        need(pread(file, &bytes[i], 1, (off_t)places[i]) == 1, "read");
        need(pwrite(file, &trap, 1, (off_t)places[i]) == 1, "write");
    }
    close(file);
}

// Whether the process has met a breakpoint of ours; it goes on from there without it.
static int met_breakpoint(pid_t process, FILE *output) {
    struct user_regs_struct registers;
    need(ptrace(PTRACE_GETREGS, process, 0, &registers) == 0, "registers");
    unsigned long place = registers.rip - 1;
    unsigned long *found = bsearch(&place, places, count, sizeof place, ascending);
    if (!found) return 0;
    size_t index = (size_t)(found - places);
    int file = memory_of(process);
    need(pwrite(file, &bytes[index], 1, (off_t)place) == 1, "write");
    close(file);
    registers.rip = place;
    need(ptrace(PTRACE_SETREGS, process, 0, &registers) == 0, "registers");
    if (!seen[index]) fprintf(output, "%lx\n", place);
    seen[index] = 1;
    return 1;
}

int main(int argc, char **argv) {
    int waits = argc > 1 && strcmp(argv[1], "-w") == 0, result = 0;
    if (waits) argv++, argc--;
    need(argc > 2, "write entered [-w] OUTPUT PROGRAM [ARG...]");
    FILE *output = fopen(argv[1], "we");
    need(output != NULL, argv[1]);
    read_places();
    pid_t first = fork();
    if (first == 0) {
        int null = open("/dev/null", O_RDONLY);
        dup2(null, 0);
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        execv(argv[2], argv + 2);
        _exit(127);
    }
    int status, started = 0;
    need(first > 0 && waitpid(first, &status, 0) == first, "start");
    need(ptrace(PTRACE_SETOPTIONS, first, 0, PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEEXEC) == 0, "trace");
    ptrace(PTRACE_CONT, first, 0, 0);
    for (;;) {
        pid_t process = waitpid(-1, &status, __WALL);
        if (process < 0 && errno == ECHILD) return fclose(output) != 0 || result != 0;
        need(process > 0, "wait");
        if (!WIFSTOPPED(status)) {
            if (process == first) result = status;
            if (process == first && !waits) return fclose(output) != 0 || result != 0;
            continue;
        }
        int signal = WSTOPSIG(status), event = status >> 16;
        if (event == PTRACE_EVENT_EXEC && started) {
            ptrace(PTRACE_DETACH, process, 0, 0);
            continue;
        }
        if (event == PTRACE_EVENT_EXEC) {
            started = 1;
            set_breakpoints(process);
        }
        int ours = event || signal == SIGSTOP || (signal == SIGTRAP && met_breakpoint(process, output));
        ptrace(PTRACE_CONT, process, 0, ours ? 0 : signal);
    }
}
