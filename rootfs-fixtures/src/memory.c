// SPDX-License-Identifier: Apache-2.0
// memory MIB: touches that much memory, saying so every 8 MiB; under a limit it is killed on the way.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    int wanted = argc > 1 ? atoi(argv[1]) : 64;
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int held = 0; held < wanted; held += 8) {
        char *block = malloc(8 << 20);
        if (!block) { printf("refused at %d\n", held); return 1; }
        memset(block, held + 1, 8 << 20);
        printf("holds %d\n", held + 8);
    }
    return 0;
}
