// SPDX-License-Identifier: Apache-2.0
// Speaks on a network, and says what came of it:
//   network-probe serve tcp|udp ADDRESS PORT WORD     answers everybody with WORD and their address
//   network-probe ask tcp|udp ADDRESS PORT MILLIS     prints the answer, or refused, unreachable, prohibited, timeout
//   network-probe ping ADDRESS MILLIS                 prints alive or timeout
//   network-probe frame INTERFACE HEX...              sends frames as they are
//   network-probe capture INTERFACE MILLIS            prints the frames that come in, each a line of digits
// `serve` and `capture` first print ready. Addresses are numeric.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netdb.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int fail(const char *what) {
    printf("failed: %s: %s\n", what, strerror(errno));
    return 1;
}

static struct addrinfo *find(const char *address, const char *port, int type) {
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = type}, *found = NULL;
    return getaddrinfo(address, port, &hints, &found) == 0 ? found : NULL;
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static void ready(void) {
    puts("ready");
    fflush(stdout);
}

static int serve(int type, char **words) {
    struct addrinfo *where = find(words[0], words[1], type);
    if (where == NULL) return fail("address");
    int fd = socket(where->ai_family, type, 0), one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (where->ai_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    if (bind(fd, where->ai_addr, where->ai_addrlen) != 0) return fail("bind");
    if (type == SOCK_STREAM && listen(fd, 64) != 0) return fail("listen");
    ready();
    for (;;) {
        struct sockaddr_storage peer;
        socklen_t size = sizeof peer;
        char from[128] = "", answer[256], question[256];
        int connection = fd;
        if (type == SOCK_STREAM) {
            connection = accept(fd, (struct sockaddr *)&peer, &size);
        } else {
            recvfrom(fd, question, sizeof question, 0, (struct sockaddr *)&peer, &size);
        }
        getnameinfo((struct sockaddr *)&peer, size, from, sizeof from, NULL, 0, NI_NUMERICHOST);
        int length = snprintf(answer, sizeof answer, "%s %s\n", words[2], from);
        if (type == SOCK_STREAM) {
            send(connection, answer, length, MSG_NOSIGNAL);
            close(connection);
        } else {
            sendto(fd, answer, length, 0, (struct sockaddr *)&peer, size);
        }
    }
}

static const char *meaning(int code) {
    switch (code) {
    case ECONNREFUSED: return "refused";
    case EHOSTUNREACH: case ENETUNREACH: return "unreachable";
    case EACCES: case EPERM: return "prohibited";
    case EAGAIN: case EINPROGRESS: case ETIMEDOUT: return "timeout";
    default: return strerror(code);
    }
}

static int ask(int type, char **words) {
    struct addrinfo *where = find(words[0], words[1], type);
    if (where == NULL) return fail("address");
    int fd = socket(where->ai_family, type, 0), millis = atoi(words[2]);
    struct timeval patience = {millis / 1000, millis % 1000 * 1000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    char answer[256];
    ssize_t length = -1;
    if (connect(fd, where->ai_addr, where->ai_addrlen) == 0 && (type == SOCK_STREAM || send(fd, "?", 1, 0) == 1)) {
        length = recv(fd, answer, sizeof answer, 0);
    }
    if (length < 0) {
        puts(meaning(errno));
    } else {
        fwrite(answer, 1, length, stdout);
    }
    return 0;
}

static int ping(char **words) {
    struct addrinfo *where = find(words[0], NULL, SOCK_RAW);
    if (where == NULL) return fail("address");
    int is6 = where->ai_family == AF_INET6;
    int fd = socket(where->ai_family, SOCK_RAW, is6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
    if (fd < 0) return fail("socket");
    // Type, code, checksum (of IPv6 it is the kernel's), identifier, sequence.
    uint8_t echo[8] = {is6 ? 128 : 8, 0, 0, 0, 'm', 'b', 0, 1};
    uint32_t sum = 0;
    for (int i = 0; i < 8; i += 2) sum += echo[i] << 8 | echo[i + 1];
    sum = ~(sum + (sum >> 16));
    echo[2] = sum >> 8;
    echo[3] = sum;
    if (sendto(fd, echo, sizeof echo, 0, where->ai_addr, where->ai_addrlen) < 0) {
        puts(meaning(errno));
        return 0;
    }
    int64_t end = now() + atoi(words[1]);
    for (;;) {
        struct pollfd polled = {fd, POLLIN, 0};
        // What is there already counts, however late we are.
        int left = (int)(end - now());
        uint8_t answer[256];
        if (poll(&polled, 1, left < 0 ? 0 : left) <= 0) break;
        ssize_t length = recv(fd, answer, sizeof answer, 0);
        uint8_t *body = is6 ? answer : answer + (answer[0] & 15) * 4;
        if (length >= 8 && body[0] == (is6 ? 129 : 0) && body[4] == 'm' && body[5] == 'b') {
            puts("alive");
            return 0;
        }
    }
    puts("timeout");
    return 0;
}

static int link_socket(const char *interface) {
    int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
    struct sockaddr_ll where = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = if_nametoindex(interface)};
    if (fd >= 0 && bind(fd, (struct sockaddr *)&where, sizeof where) == 0) return fd;
    fail(interface);
    return -1;
}

static int frame(const char *interface, int count, char **frames) {
    int fd = link_socket(interface);
    if (fd < 0) return 1;
    // Each processor has a queue of its own for what comes in: by one of them the frames arrive in their order.
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    if (sched_setaffinity(0, sizeof one, &one) != 0) return fail("affinity");
    for (int i = 0; i < count; i++) {
        uint8_t bytes[2048];
        size_t length = strlen(frames[i]) / 2;
        for (size_t at = 0; at < length && at < sizeof bytes; at++) {
            char digits[3] = {frames[i][2 * at], frames[i][2 * at + 1], 0};
            bytes[at] = (uint8_t)strtoul(digits, NULL, 16);
        }
        if (send(fd, bytes, length, 0) != (ssize_t)length) return fail("send");
    }
    puts("sent");
    return 0;
}

static int capture(const char *interface, int millis) {
    int fd = link_socket(interface);
    if (fd < 0) return 1;
    ready();
    int64_t end = now() + millis;
    for (;;) {
        struct pollfd polled = {fd, POLLIN, 0};
        int left = (int)(end - now());
        if (left <= 0 || poll(&polled, 1, left) <= 0) return 0;
        uint8_t bytes[2048];
        struct sockaddr_ll from;
        socklen_t size = sizeof from;
        ssize_t length = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &size);
        if (length <= 0 || from.sll_pkttype == PACKET_OUTGOING) continue;
        for (ssize_t at = 0; at < length; at++) printf("%02x", bytes[at]);
        puts("");
        fflush(stdout);
    }
}

int main(int count, char **words) {
    const char *verb = count > 1 ? words[1] : "";
    int type = count > 2 && strcmp(words[2], "udp") == 0 ? SOCK_DGRAM : SOCK_STREAM;
    if (strcmp(verb, "serve") == 0 && count == 6) return serve(type, words + 3);
    if (strcmp(verb, "ask") == 0 && count == 6) return ask(type, words + 3);
    if (strcmp(verb, "ping") == 0 && count == 4) return ping(words + 2);
    if (strcmp(verb, "frame") == 0 && count > 3) return frame(words[2], count - 3, words + 3);
    if (strcmp(verb, "capture") == 0 && count == 4) return capture(words[2], atoi(words[3]));
    puts("network-probe: its first lines say what it takes");
    return 2;
}
