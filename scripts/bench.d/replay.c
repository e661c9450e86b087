// SPDX-License-Identifier: Apache-2.0
// Sends again the netlink messages by which a container got its network, and measures how long the kernel takes for them.
//   replay MESSAGES ROUNDS    prints microseconds a round, a line each
// MESSAGES has a line a datagram, as scripts/bench.d/messages.py writes them: `firewall`, `link` or `inside`, and its bytes in
// hexadecimal. The first goes to nf_tables, the others to rtnetlink, of this network namespace or of a new one; sockets are
// opened and closed as minibox does, once for each kind. The descriptor that a message names is that of the new namespace,
// and names of ports are new in each round.
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum kind { FIREWALL, LINK, INSIDE };
static const char *const names[] = {"firewall", "link", "inside"};

static struct datagram {
    enum kind kind;
    size_t length;
    uint8_t bytes[4096];
} datagrams[64];
static int count;

static void read_messages(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) err(1, "%s", path);
    char word[16], hex[2 * sizeof datagrams->bytes + 1];
    while (fscanf(file, "%15s %8192s", word, hex) == 2 && count < 64) {
        struct datagram *datagram = &datagrams[count++];
        for (int kind = FIREWALL; kind <= INSIDE; kind++)
            if (strcmp(word, names[kind]) == 0) datagram->kind = (enum kind)kind;
        datagram->length = strlen(hex) / 2;
        for (size_t at = 0; at < datagram->length; at++) sscanf(hex + 2 * at, "%2hhx", &datagram->bytes[at]);
    }
    fclose(file);
}

// A port's name is `mbv` and twelve digits.
static void rename_ports(int round) {
    char name[13];
    snprintf(name, sizeof name, "%012x", round + 1);
    for (int number = 0; number < count; number++) {
        uint8_t *at = datagrams[number].bytes, *end = at + datagrams[number].length;
        while ((at = memmem(at, (size_t)(end - at), "mbv", 3)) && at + 15 <= end) {
            memcpy(at + 3, name, 12);
            at += 15;
        }
    }
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

// Sends one, and reads until each of its messages is acknowledged. A batch of nf_tables is carried out by the sending.
static void send_one(int fd, const struct datagram *datagram) {
    static uint8_t answer[1 << 16];
    if (send(fd, datagram->bytes, datagram->length, 0) < 0) err(1, "send");
    int wanted = 0;
    for (size_t at = 0; at + 16 <= datagram->length;) {
        uint32_t size;
        memcpy(&size, datagram->bytes + at, 4);
        wanted++;
        at += (size + 3) & ~3u;
    }
    int flags = datagram->kind == FIREWALL ? MSG_DONTWAIT : 0;
    while (wanted > 0) {
        ssize_t length = recv(fd, answer, sizeof answer, flags);
        if (length < 0) return;
        struct nlmsghdr *head = (struct nlmsghdr *)answer;
        for (; NLMSG_OK(head, length); head = NLMSG_NEXT(head, length)) {
            if (head->nlmsg_type != NLMSG_ERROR) continue;
            wanted--;
            int error = *(int *)NLMSG_DATA(head);
            if (error) errx(1, "%s: %s", names[datagram->kind], strerror(-error));
        }
    }
}

static double send_all(enum kind kind) {
    double begin = now();
    int fd = -1;
    for (int number = 0; number < count; number++) {
        if (datagrams[number].kind != kind) continue;
        if (fd < 0) fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, kind == FIREWALL ? NETLINK_NETFILTER : NETLINK_ROUTE);
        if (fd < 0) err(1, "socket");
        send_one(fd, &datagrams[number]);
    }
    close(fd);
    return now() - begin;
}

// The descriptor that IFLA_NET_NS_FD names, which is 28.
static int named_descriptor(void) {
    static const uint8_t head[] = {8, 0, 28, 0};
    for (int number = 0; number < count; number++) {
        uint8_t *at = memmem(datagrams[number].bytes, datagrams[number].length, head, 4);
        if (datagrams[number].kind == LINK && at) return at[4] | at[5] << 8;
    }
    errx(1, "no message makes an interface in another namespace");
}

int main(int words, char **arguments) {
    if (words != 3) errx(2, "its first lines say what it takes");
    read_messages(arguments[1]);
    int named = named_descriptor(), own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    if (fcntl(own, F_DUPFD_CLOEXEC, 200) != 200) err(1, "fcntl");
    for (int round = 0; round < atoi(arguments[2]); round++) {
        rename_ports(round);
        if (unshare(CLONE_NEWNET)) err(1, "unshare");
        int made = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
        if (dup2(made, named) < 0 || setns(200, CLONE_NEWNET)) err(1, "setns");
        if (made != named) close(made);
        double taken = send_all(FIREWALL) + send_all(LINK);
        if (setns(named, CLONE_NEWNET)) err(1, "setns");
        taken += send_all(INSIDE);
        if (setns(200, CLONE_NEWNET)) err(1, "setns");
        close(named);
        printf("%.1f\n", taken);
    }
}
