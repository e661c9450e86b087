// SPDX-License-Identifier: Apache-2.0
// epoll(7), which Swift's view of the C library does not have.
#define _GNU_SOURCE
#include <sys/epoll.h>

#include "CLinux.h"

int mb_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static uint32_t bits(int interest) { return (interest & 1 ? EPOLLIN : 0) | (interest & 2 ? EPOLLOUT : 0); }

int mb_epoll_control(int queue, int operation, int fd, uint64_t token, int interest) {
    static const int operations[] = {EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL};
    struct epoll_event event = {.events = bits(interest), .data.u64 = token};
    return epoll_ctl(queue, operations[operation], fd, &event);
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
