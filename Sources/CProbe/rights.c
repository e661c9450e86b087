// SPDX-License-Identifier: Apache-2.0
// An open directory that one process hands another over a socket: unix(7), SCM_RIGHTS.
#include "line.h"
#include "CProbe.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

static struct sockaddr_un at(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    return address;
}

union control {
    struct cmsghdr header;
    char room[CMSG_SPACE(sizeof(int))];
};

static void give(int connection, int directory) {
    char byte = 'd';
    struct iovec data = {&byte, 1};
    union control control = {0};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &directory, sizeof directory);
    sendmsg(connection, &message, MSG_NOSIGNAL);
}

// Hands a directory to everybody who connects, until the time is over.
int probe_fd_hand(int count, char *const *words) {
    long seconds = count == 3 ? number(words[2], 600) : -1;
    if (seconds < 0) return wrong("fd-hand", "SOCKET DIRECTORY SECONDS");
    int directory = open(words[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC), error = told(directory);
    struct sockaddr_un address = at(words[0]);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    unlink(words[0]);
    if (error == 0) error = told(bind(fd, (struct sockaddr *)&address, sizeof address));
    if (error == 0) error = told(listen(fd, 16));
    line_start("fd-hand");
    if (error == 0) line_text("result", "READY");
    if (error != 0) line_result(error);
    line_end();
    time_t end = time(NULL) + seconds;
    while (error == 0 && time(NULL) < end) {
        struct pollfd polled = {fd, POLLIN, 0};
        if (poll(&polled, 1, 200) <= 0) continue;
        int connection = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
        if (connection < 0) continue;
        give(connection, directory);
        close(connection);
    }
    if (error == 0) unlink(words[0]);
    return 0;
}

static int take(const char *path, int *directory) {
    struct sockaddr_un address = at(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), error = told(fd);
    if (error == 0) error = told(connect(fd, (struct sockaddr *)&address, sizeof address));
    char byte;
    struct iovec data = {&byte, 1};
    union control control = {0};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    if (error == 0) error = told(recvmsg(fd, &message, 0));
    struct cmsghdr *header = error == 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (error == 0 && (header == NULL || header->cmsg_type != SCM_RIGHTS)) error = EBADMSG;
    if (error == 0) memcpy(directory, CMSG_DATA(header), sizeof *directory);
    if (fd >= 0) close(fd);
    return error;
}

// Opens paths that begin at the directory it was handed, and keeps this one open for a while.
int probe_fd_take(int count, char *const *words) {
    long seconds = count >= 3 ? number(words[1], 600) : -1;
    if (seconds < 0) return wrong("fd-take", "SOCKET SECONDS PATH...");
    int directory = -1, error = take(words[0], &directory);
    line_start("fd-take");
    line_result(error);
    line_end();
    for (int i = 2; i < count && error == 0; i++) {
        char text[512];
        int fd = openat(directory, words[i], O_RDONLY | O_CLOEXEC);
        ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text);
        int opened = got < 0 ? errno : 0;
        line_start("fd-take");
        line_text("what", words[i]);
        line_result(opened);
        if (opened == 0) line_flag(text, (size_t)got);
        line_end();
        if (fd >= 0) close(fd);
    }
    if (error == 0) sleep((unsigned)seconds);
    return 0;
}
