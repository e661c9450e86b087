// SPDX-License-Identifier: Apache-2.0
// ptrace(2): glibc's wrapper is variadic, and gives words where the kernel writes them.
#define _GNU_SOURCE
#include "CLinux.h"
#include <linux/ptrace.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

long mb_ptrace(int request, int thread, unsigned long address, void *data) {
    return syscall(SYS_ptrace, (long)request, (long)thread, address, data);
}

int mb_wait_thread(int thread, int options, int *status) {
    return (int)syscall(SYS_wait4, thread, status, options | __WALL, 0);
}

int mb_syscall_info(int thread, struct mb_syscall_info *info) {
    struct ptrace_syscall_info given;
    memset(&given, 0, sizeof given);
    memset(info, 0, sizeof *info);
    long size = mb_ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof given, &given);
    if (size < 0) return -1;
    info->kind = given.op;
    info->architecture = given.arch;
    if (given.op == PTRACE_SYSCALL_INFO_ENTRY) {
        info->number = given.entry.nr;
        memcpy(info->arguments, given.entry.args, sizeof info->arguments);
    } else if (given.op == PTRACE_SYSCALL_INFO_EXIT) {
        info->result = given.exit.rval;
        info->is_error = given.exit.is_error;
    }
    return 0;
}

ssize_t mb_read_memory(int process, uint64_t address, void *buffer, size_t size) {
    struct iovec here = {buffer, size}, there = {(void *)address, size};
    return syscall(SYS_process_vm_readv, (long)process, &here, 1L, &there, 1L, 0L);
}
