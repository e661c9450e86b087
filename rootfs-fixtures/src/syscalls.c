// SPDX-License-Identifier: Apache-2.0
// Asks the kernel for every system call number, by each way in, and prints what it answers:
//     ABI NUMBER OUTCOME        x86_64 165 1
// OUTCOME is an errno (0 for success), `exit` (the call ended the process), `signal:N`, or `blocked`.
// Arguments are all -1, so that a call that passes the filter fails in the kernel, or does something harmless to a
// child that ends at once. What the kernel itself answers is learnt by running it unconfined.
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum way { NATIVE, X32, I386 };
static const char *const names[] = {"x86_64", "x32", "i386"};
enum { LAST = 600, PATIENCE_MS = 1500 };

// A call whose answer to -1 could be taken for a filter's (ENOSYS for an unknown operation), or is no answer at all.
static long first_argument(enum way way, long number) {
    if (way == NATIVE && number == SYS_modify_ldt) return 0;
    return -1;
}

static long second_argument(enum way way, long number) {
    if (way == NATIVE && number == SYS_futex) return 1;
    return -1;
}

// Inlined, so that the child of a vfork, which shares this frame, returns into a live one.
static inline __attribute__((always_inline)) long enter(enum way way, long number) {
    long result;
    long first = first_argument(way, number), second = second_argument(way, number);
#if defined(__x86_64__)
    if (way == I386) {
        // ebp, the sixth argument, stays what it is: the compiler may address the frame by it.
        __asm__ volatile("int $0x80"
                         : "=a"(result)
                         : "0"(number), "b"(-1L), "c"(-1L), "d"(-1L), "S"(-1L), "D"(-1L)
                         : "memory", "r8", "r9", "r10", "r11");
        return (int)result;
    }
    register long fourth __asm__("r10") = -1, fifth __asm__("r8") = -1, sixth __asm__("r9") = -1;
    long entry = way == X32 ? number | 0x40000000 : number;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "0"(entry), "D"(first), "S"(second), "d"(-1L), "r"(fourth), "r"(fifth), "r"(sixth)
                     : "memory", "rcx", "r11");
    return result;
#else
    result = syscall(number, first, second, -1L, -1L, -1L, -1L);
    return result == -1 ? -errno : result;
#endif
}

static void try(enum way way, long number) {
    int answer[2];
    if (pipe2(answer, 0) != 0) { perror("pipe2"); exit(2); }
    pid_t child = fork();
    if (child < 0) { perror("fork"); exit(2); }
    if (child == 0) {
        // No terminal to hang up, no group of processes to signal.
        setsid();
        volatile pid_t self = getpid();
        volatile int out = answer[1];
        long result = enter(way, number);
        if (getpid() != self) _exit(0);  // what fork, vfork and clone made
        int code = result < 0 && result > -4096 ? (int)-result : 0;
        if (write(out, &code, sizeof code) != sizeof code) _exit(3);
        _exit(0);
    }
    close(answer[1]);
    struct pollfd wait = {.fd = answer[0], .events = POLLIN};
    int code, status = 0;
    int ready = poll(&wait, 1, PATIENCE_MS);
    if (ready == 0) {
        kill(child, SIGKILL);
        printf("%s %ld blocked\n", names[way], number);
    } else if (read(answer[0], &code, sizeof code) == sizeof code) {
        printf("%s %ld %d\n", names[way], number, code);
    } else {
        ready = -1;
    }
    close(answer[0]);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    if (ready != -1) return;
    if (WIFSIGNALED(status)) printf("%s %ld signal:%d\n", names[way], number, WTERMSIG(status));
    else printf("%s %ld exit\n", names[way], number);
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (long number = 0; number <= LAST; number++) try(NATIVE, number);
#if defined(__x86_64__)
    for (long number = 0; number <= LAST; number++) try(X32, number);
    for (long number = 0; number <= LAST; number++) try(I386, number);
#endif
    return 0;
}
