// SPDX-License-Identifier: Apache-2.0
// What only C can say of its own stack and heap.
#define _GNU_SOURCE
#include "CLinux.h"
#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

// How much of the stack below this frame is left alone, and how far the stack of a start has been down, at most.
#define KEPT (8 << 10)
#define DEEPEST (1 << 20)

void mb_release_memory(void) {
    malloc_trim(0);
    // Of another thread nobody knows how far its stack goes.
    if (gettid() != getpid()) return;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t end = ((uintptr_t)__builtin_frame_address(0) - KEPT) & ~(page - 1);
    // Below the mapping of the stack there is nothing (stack_guard_gap), and what is not mapped is passed over.
    madvise((void *)(end - DEEPEST), DEEPEST, MADV_DONTNEED);
}
