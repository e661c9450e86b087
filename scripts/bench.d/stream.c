// SPDX-License-Identifier: Apache-2.0
// Moves bytes over TCP, and asks for names.
//   stream take PORT                    takes what one client after the other sends, for ever; prints ready first
//   stream give ADDRESS PORT MEGABYTES  sends so much, and prints how many megabytes a second the other end has taken
//   stream names SERVER NAME COUNT      asks a server of names for NAME so often, one question at a time; prints the median
//                                       of the answers in microseconds and how many came in a second
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static char buffer[1 << 17];

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static struct sockaddr_in place(const char *address, int port) {
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    inet_pton(AF_INET, address, &place.sin_addr);
    return place;
}

static int take(int port) {
    struct sockaddr_in own = place("0.0.0.0", port);
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&own, sizeof own) != 0 || listen(fd, 8) != 0) return perror("listen"), 1;
    puts("ready");
    fflush(stdout);
    for (;;) {
        int client = accept(fd, NULL, NULL);
        while (read(client, buffer, sizeof buffer) > 0) {}
        // The giver waits for it: everything has been read.
        if (write(client, "", 1) != 1) perror("write");
        close(client);
    }
}

static int give(const char *address, int port, long megabytes) {
    struct sockaddr_in peer = place(address, port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&peer, sizeof peer) != 0) return perror("connect"), 1;
    double start = now();
    for (long left = megabytes * 1000000; left > 0;) {
        ssize_t sent = write(fd, buffer, (size_t)(left < (long)sizeof buffer ? left : (long)sizeof buffer));
        if (sent <= 0) return perror("write"), 1;
        left -= sent;
    }
    shutdown(fd, SHUT_WR);
    if (read(fd, buffer, 1) != 1) return perror("read"), 1;
    printf("%.0f\n", (double)megabytes / (now() - start));
    return 0;
}

static int larger(const void *a, const void *b) {
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

static int names(const char *server, const char *name, int count) {
    unsigned char question[512] = {0, 0, 1, 0, 0, 1}, answer[512];
    size_t size = 12;
    for (const char *part = name; *part != 0;) {
        size_t length = strcspn(part, ".");
        question[size++] = (unsigned char)length;
        memcpy(question + size, part, length);
        size += length;
        part += length + (part[length] == '.');
    }
    memcpy(question + size, "\0\0\1\0\1", 5);
    size += 5;
    struct sockaddr_in peer = place(server, 53);
    struct timeval patience = {.tv_sec = 5};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(fd, (struct sockaddr *)&peer, sizeof peer) != 0) return perror("connect"), 1;
    double *times = calloc((size_t)count, sizeof *times), start = now();
    if (times == NULL) return 1;
    for (int number = 0; number < count; number++) {
        double begin = now();
        question[0] = (unsigned char)(number >> 8);
        question[1] = (unsigned char)number;
        if (write(fd, question, size) < 0) return perror("write"), 1;
        do {
            if (read(fd, answer, sizeof answer) < 12) return perror("read"), 1;
        } while (memcmp(answer, question, 2) != 0);
        if ((answer[3] & 15) != 0 || answer[7] == 0) return fprintf(stderr, "no answer for %s\n", name), 1;
        times[number] = now() - begin;
    }
    double whole = now() - start;
    qsort(times, (size_t)count, sizeof *times, larger);
    printf("%.0f %.0f\n", times[count / 2] * 1e6, count / whole);
    return 0;
}

int main(int count, char **words) {
    if (count == 3 && strcmp(words[1], "take") == 0) return take(atoi(words[2]));
    if (count == 5 && strcmp(words[1], "give") == 0) return give(words[2], atoi(words[3]), atol(words[4]));
    if (count == 5 && strcmp(words[1], "names") == 0) return names(words[2], words[3], atoi(words[4]));
    fprintf(stderr, "write stream take PORT | give ADDRESS PORT MEGABYTES | names SERVER NAME COUNT\n");
    return 2;
}
