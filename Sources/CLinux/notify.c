// SPDX-License-Identifier: Apache-2.0
// The descriptor of a filter that asks a supervisor: seccomp_unotify(2).
#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

int mb_notify_receive(int listener, struct mb_question *question) {
    // Both have to be zero for the kernel, and later kernels may write more than this header knows.
    union {
        struct seccomp_notif given;
        char room[256];
    } buffer;
    memset(&buffer, 0, sizeof buffer);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &buffer) != 0) return -1;
    question->id = buffer.given.id;
    question->thread = (int)buffer.given.pid;
    question->number = (uint32_t)buffer.given.data.nr;
    question->architecture = buffer.given.data.arch;
    memcpy(question->arguments, buffer.given.data.args, sizeof question->arguments);
    return 0;
}

int mb_notify_is_valid(int listener, uint64_t id) { return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id); }

int mb_notify_answer(int listener, uint64_t id, int error) {
    union {
        struct seccomp_notif_resp given;
        char room[256];
    } buffer;
    memset(&buffer, 0, sizeof buffer);
    buffer.given.id = id;
    buffer.given.error = -error;
    if (error == 0) buffer.given.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &buffer);
}
