// SPDX-License-Identifier: Apache-2.0
// ask SOCKET HEX...: sends each line of hexadecimal digits to a socket of AF_UNIX, and prints what is answered to it by
// one read, in the same way.
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int count, char **words) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (count < 2 || strlen(words[1]) >= sizeof address.sun_path) return 2;
    strcpy(address.sun_path, words[1]);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("connect");
        return 1;
    }
    for (int i = 2; i < count; i++) {
        unsigned char bytes[4096];
        size_t size = 0;
        for (const char *text = words[i]; size < sizeof bytes && sscanf(text, "%2hhx", &bytes[size]) == 1; text += 2) {
            size++;
            if (!text[1]) break;
        }
        if (write(fd, bytes, size) != (ssize_t)size) return 1;
        ssize_t got = read(fd, bytes, sizeof bytes);
        if (got <= 0) {
            puts("closed");
            return 1;
        }
        for (ssize_t place = 0; place < got; place++) printf("%02x", bytes[place]);
        putchar('\n');
    }
    return 0;
}
