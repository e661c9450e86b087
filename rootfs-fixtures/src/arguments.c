// SPDX-License-Identifier: Apache-2.0
// arguments: calls whose arguments a filter must look at, `NAME ERRNO` a line: terminal injection (with the high half
// of the request set too, which the kernel ignores), socket families, namespaces, personalities.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void report(const char *name, long result) {
    printf("%s %s\n", name, result < 0 ? strerrorname_np(errno) : "0");
    fflush(stdout);
}

// In a child: what it does to itself does not matter.
static void in_child(const char *name, long number, long first, long second) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        long result = syscall(number, first, second, 0L, 0L, 0L, 0L);
        if (number == SYS_clone && result == 0) _exit(0);
        report(name, result);
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

int main(void) {
    char byte = 'x';
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (terminal < 0) terminal = 0;
    report("TIOCSTI", syscall(SYS_ioctl, terminal, (unsigned long)TIOCSTI, &byte));
    report("TIOCSTI-high", syscall(SYS_ioctl, terminal, TIOCSTI | 0xffffffff00000000UL, &byte));
    byte = 2;
    report("TIOCLINUX", syscall(SYS_ioctl, terminal, (unsigned long)TIOCLINUX, &byte));
    report("TIOCLINUX-high", syscall(SYS_ioctl, terminal, TIOCLINUX | 0x100000000UL, &byte));
    report("TCGETS", syscall(SYS_ioctl, -1, (unsigned long)TCGETS, NULL));
    report("AF_UNIX", socket(AF_UNIX, SOCK_STREAM, 0));
    report("AF_INET", socket(AF_INET, SOCK_STREAM, 0));
    report("AF_INET6", socket(AF_INET6, SOCK_STREAM, 0));
    report("AF_NETLINK", socket(AF_NETLINK, SOCK_RAW, 0));
    report("AF_PACKET", socket(AF_PACKET, SOCK_RAW, 0));
    report("AF_INET-raw", socket(AF_INET, SOCK_RAW, 1));
    report("AF_ALG", socket(AF_ALG, SOCK_SEQPACKET, 0));
    report("AF_VSOCK", socket(AF_VSOCK, SOCK_STREAM, 0));
    report("AF_VSOCK-high", syscall(SYS_socket, AF_VSOCK | 0x100000000L, SOCK_STREAM, 0));
    in_child("unshare-user", SYS_unshare, CLONE_NEWUSER, 0);
    in_child("unshare-mount", SYS_unshare, CLONE_NEWNS, 0);
    in_child("unshare-net", SYS_unshare, CLONE_NEWNET, 0);
    in_child("clone-user", SYS_clone, CLONE_NEWUSER | 17, 0);
    in_child("clone-time", SYS_unshare, CLONE_NEWTIME, 0);
    in_child("clone3", SYS_clone3, 0, 0);
    in_child("personality-query", SYS_personality, 0xffffffff, 0);
    in_child("personality-32", SYS_personality, 0x0008, 0);
    in_child("personality-no-randomize", SYS_personality, 0x0040000, 0);
    return 0;
}
