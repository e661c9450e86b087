// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>

int main(int count, char **words) {
    printf("Hello from C, %s\n", count > 1 ? words[1] : "whoever you are");
    return 0;
}
