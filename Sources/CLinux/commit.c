// SPDX-License-Identifier: Apache-2.0
// From which commit this was built: scripts/build writes it into this section of the linked program, so that nothing has
// to be compiled again for it.
#include "CLinux.h"

__attribute__((section("minibox_commit"), used)) static volatile const char commit[64] = {0};

size_t mb_commit(char *buffer, size_t size) {
    size_t count = 0;
    while (count < size && count < sizeof commit && commit[count] != 0) {
        buffer[count] = commit[count];
        count++;
    }
    return count;
}
