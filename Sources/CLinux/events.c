// SPDX-License-Identifier: Apache-2.0
// What a wait for many things needs that Swift's view of the C library does not have: epoll(7), and how a process ended
// that is nobody's child here.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "CLinux.h"

int mb_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static uint32_t bits(int interest) { return (interest & 1 ? EPOLLIN : 0) | (interest & 2 ? EPOLLOUT : 0); }

int mb_epoll_control(int queue, int operation, int fd, uint64_t token, int interest) {
    static const int operations[] = {EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL};
    struct epoll_event event = {.events = bits(interest), .data.u64 = token};
    return epoll_ctl(queue, operations[operation], fd, &event);
}

int mb_set_command_line(const char *text) {
    // The arguments of a process lie one behind the other, from where the C library has its name.
    int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    char part[4096];
    size_t size = 0;
    ssize_t got;
    while ((got = read(fd, part, sizeof part)) > 0) size += (size_t)got;
    close(fd);
    char *place = program_invocation_name;
    if (got < 0 || size == 0 || !place) return -1;
    size_t length = strlen(text);
    if (length >= size) length = size - 1;
    memset(place, 0, size);
    memcpy(place, text, length);
    return 0;
}

int mb_pidfd_exit_status(int fd, int *status) {
    // struct pidfd_info of Linux 6.13 and 6.15, which Debian's headers do not have.
    struct {
        uint64_t mask;
        uint64_t cgroup;
        uint32_t ids[11];
        int32_t exit_code;
    } info = {.mask = 1 << 3 /* PIDFD_INFO_EXIT */};
    if (ioctl(fd, _IOWR(0xFF, 11, info), &info) != 0) {
        // The kernel looks for the status, and then for the process: whoever waited for that between the two leaves it with
        // neither. By now the status is there (pidfd_info() of fs/pidfs.c; one call of five fails so in a loop of such calls).
        if (errno != ESRCH) return -1;
        info.mask = 1 << 3;
        if (ioctl(fd, _IOWR(0xFF, 11, info), &info) != 0) return -1;
    }
    *status = info.exit_code;
    return info.mask & 1 << 3 ? 1 : 0;
}

int mb_epoll_wait(int queue, struct mb_event *events, int milliseconds) {
    struct epoll_event happened[MB_EVENTS];
    int count = epoll_wait(queue, happened, MB_EVENTS, milliseconds);
    for (int i = 0; i < count; i++) {
        uint32_t what = happened[i].events;
        events[i].token = happened[i].data.u64;
        events[i].what = (what & EPOLLIN ? 1 : 0) | (what & EPOLLOUT ? 2 : 0) | (what & (EPOLLHUP | EPOLLERR) ? 4 : 0);
    }
    return count;
}
