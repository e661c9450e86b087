// SPDX-License-Identifier: Apache-2.0
#include "line.h"
#include "CProbe.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>

// A name beside the file system, or a path.
static socklen_t local(struct sockaddr_un *address, const char *name, int is_abstract) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    strncpy(address->sun_path + is_abstract, name, sizeof address->sun_path - 2);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + is_abstract + strlen(address->sun_path + is_abstract) + !is_abstract);
}

// Whether the other end is in the mount namespace of this process.
static int is_from_here(int connection) {
    struct ucred peer = {0};
    socklen_t size = sizeof peer;
    struct stat own, other;
    char path[64];
    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.pid <= 0) return 0;
    snprintf(path, sizeof path, "/proc/%d/ns/mnt", peer.pid);
    return stat("/proc/self/ns/mnt", &own) == 0 && stat(path, &other) == 0 && own.st_ino == other.st_ino;
}

// Says a word to everybody who connects, until the time is over.
static int serve(const char *probe, int fd, int error, const char *word, long seconds, int own_only) {
    line_start(probe);
    if (error == 0) line_text("result", "READY");
    if (error != 0) line_result(error);
    line_end();
    time_t end = time(NULL) + seconds;
    while (error == 0 && time(NULL) < end) {
        struct pollfd polled = {fd, POLLIN, 0};
        if (poll(&polled, 1, 200) <= 0) continue;
        int connection = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
        if (connection < 0) continue;
        int allowed = !own_only || is_from_here(connection);
        if (!allowed) {
            line_start(probe);
            line_text("peer", "OTHER");
            line_end();
        }
        const char *answer = allowed ? word : "REFUSED";
        if (send(connection, answer, strlen(answer), MSG_NOSIGNAL) < 0) error = 0;
        close(connection);
    }
    return 0;
}

static void asked(const char *probe, const char *whom, int error, int fd) {
    char answer[512];
    ssize_t got = 0;
    if (error == 0) {
        got = recv(fd, answer, sizeof answer, 0);
        error = told(got);
    }
    line_start(probe);
    line_text("what", whom);
    if (error == 0 && got == 7 && memcmp(answer, "REFUSED", 7) == 0) {
        line_text("result", "REFUSED");
    } else {
        // Nobody has answered in time.
        line_result(error == EAGAIN || error == EINPROGRESS ? ETIMEDOUT : error);
        if (error == 0) line_flag(answer, got);
    }
    line_end();
    if (fd >= 0) close(fd);
}

static int serve_locally(const char *probe, int count, char *const *words, int is_abstract) {
    long seconds = count >= 3 ? number(words[2], 600) : -1;
    int own_only = count == 4 && strcmp(words[3], "own") == 0;
    if (seconds < 0 || count > 4 || (count == 4 && (is_abstract || !own_only))) {
        return wrong(probe, is_abstract ? "NAME WORD SECONDS" : "PATH WORD SECONDS [own]");
    }
    struct sockaddr_un address;
    socklen_t size = local(&address, words[0], is_abstract);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (!is_abstract) unlink(words[0]);
    int error = told(bind(fd, (struct sockaddr *)&address, size));
    if (error == 0) error = told(listen(fd, 16));
    int code = serve(probe, fd, error, words[1], seconds, own_only);
    if (!is_abstract && error == 0) unlink(words[0]);
    return code;
}

static int ask_locally(const char *probe, const char *name, int is_abstract) {
    struct sockaddr_un address;
    socklen_t size = local(&address, name, is_abstract);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval patience = {2, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    asked(probe, name, told(connect(fd, (struct sockaddr *)&address, size)), fd);
    return 0;
}

int probe_abserve(int count, char *const *words) { return serve_locally("abserve", count, words, 1); }
int probe_userve(int count, char *const *words) { return serve_locally("userve", count, words, 0); }
int probe_abcli(int count, char *const *words) {
    return count == 1 ? ask_locally("abcli", words[0], 1) : wrong("abcli", "NAME");
}
int probe_uc(int count, char *const *words) {
    return count == 1 ? ask_locally("uc", words[0], 0) : wrong("uc", "PATH");
}

// All addresses, of both families where the machine has both.
int probe_tserve(int count, char *const *words) {
    long port = count == 3 ? number(words[0], 65535) : -1, seconds = count == 3 ? number(words[2], 600) : -1;
    if (port < 1 || seconds < 0) return wrong("tserve", "PORT WORD SECONDS");
    int one = 1, zero = 0, fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), error;
    struct sockaddr_in6 all = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    struct sockaddr_in old = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int has_new = fd >= 0;
    if (!has_new) fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (has_new) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero);
    error = told(has_new ? bind(fd, (struct sockaddr *)&all, sizeof all) : bind(fd, (struct sockaddr *)&old, sizeof old));
    if (error == 0) error = told(listen(fd, 64));
    return serve("tserve", fd, error, words[1], seconds, 0);
}

// A numeric address; one of a link has its interface behind a percent sign.
int probe_tcli(int count, char *const *words) {
    long port = count >= 2 ? number(words[1], 65535) : -1, millis = count == 3 ? number(words[2], 10000) : 2000;
    if (port < 1 || millis < 1 || count > 3) return wrong("tcli", "ADDRESS PORT [MILLISECONDS]");
    char host[64];
    snprintf(host, sizeof host, "%s", words[0]);
    char *interface = strchr(host, '%');
    if (interface != NULL) *interface++ = 0;
    struct sockaddr_in6 new = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    struct sockaddr_in old = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int is_old = inet_pton(AF_INET, host, &old.sin_addr) == 1;
    if (!is_old && inet_pton(AF_INET6, host, &new.sin6_addr) != 1) return wrong("tcli", "ADDRESS PORT [MILLISECONDS]");
    if (interface != NULL) new.sin6_scope_id = if_nametoindex(interface);
    int fd = socket(is_old ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval patience = {millis / 1000, millis % 1000 * 1000};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    asked("tcli", words[0], told(is_old ? connect(fd, (struct sockaddr *)&old, sizeof old)
                                        : connect(fd, (struct sockaddr *)&new, sizeof new)), fd);
    return 0;
}

// Five times: "CLAIMED is at my hardware address".
int probe_arp(int count, char *const *words) {
    struct in_addr claimed;
    if (count != 2 || inet_pton(AF_INET, words[1], &claimed) != 1) return wrong("arp", "INTERFACE CLAIMED-ADDRESS");
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ARP)), error = told(fd);
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, words[0], IFNAMSIZ - 1);
    if (error == 0) error = told(ioctl(fd, SIOCGIFHWADDR, &request));
    int sent = 0;
    for (; sent < 5 && error == 0; sent++) {
        // To everybody; hardware Ethernet, protocol IPv4, an answer.
        unsigned char frame[42] = {
            255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 8, 6, 0, 1, 8, 0, 6, 4, 0, 2,
        };
        memcpy(frame + 6, request.ifr_hwaddr.sa_data, 6);
        memcpy(frame + 22, request.ifr_hwaddr.sa_data, 6);
        memcpy(frame + 28, &claimed, 4);
        // The kernel takes it for an announcement only where both hardware addresses are the same.
        memcpy(frame + 32, request.ifr_hwaddr.sa_data, 6);
        memcpy(frame + 38, &claimed, 4);
        struct sockaddr_ll link = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(words[0])};
        error = told(sendto(fd, frame, sizeof frame, 0, (struct sockaddr *)&link, sizeof link));
        usleep(20000);
    }
    line_start("arp");
    line_text("claimed", words[1]);
    line_number("sent", sent);
    line_result(error);
    line_end();
    return 0;
}

// Ports of TCP that somebody listens at in this network namespace.
int probe_listeners(int count, char *const *words) {
    (void)words;
    if (count > 0) return wrong("listeners", "");
    static char text[65536];
    int found = 0;
    for (int version = 4; version <= 6; version += 2) {
        long got = read_start(version == 4 ? "/proc/net/tcp" : "/proc/net/tcp6", text, sizeof text - 1);
        text[got < 0 ? 0 : got] = 0;
        for (char *next = strchr(text, '\n'); next != NULL; next = strchr(next + 1, '\n')) {
            unsigned port, state;
            if (sscanf(next, " %*d: %*[0-9A-F]:%x %*[0-9A-F]:%*x %x", &port, &state) != 2 || state != 10) continue;
            found++;
            line_start("listeners");
            line_number("version", version);
            line_number("port", port);
            line_end();
        }
    }
    line_start("listeners");
    line_number("count", found);
    line_result(0);
    line_end();
    return 0;
}
