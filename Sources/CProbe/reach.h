// SPDX-License-Identifier: Apache-2.0
// The calls of `reach`.
#pragma once

struct reach {
    const char *call;
    // The capability that opens it where a system call filter does not close it; "-" where none is needed.
    const char *needs;
    // Its number; -1 where none is needed.
    int capability;
    // 0 or the error. It runs in a process of its own, which then ends.
    int (*attempt)(void);
};

// Every capability of this process goes but one.
void keep_alone(int capability);

// What only root of the machine, or of a namespace, may ask.
extern const struct reach reach_of_capabilities[];
extern const int reach_of_capabilities_count;
// What anybody may ask of a kernel, unless a filter refuses it.
extern const struct reach reach_of_filters[];
extern const int reach_of_filters_count;
