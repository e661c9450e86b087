// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stddef.h>
#include <sys/syscall.h>

// Stops the file system that `path` is on at once, as a power cut would: what is in memory alone, the journal included,
// is lost. Returns 0 or an error number.
//
// First nothing reaches the disk any more, which is the file `image`; then the file system is told to go down, so that
// nobody goes on in memory. By that call alone (FS_IOC_SHUTDOWN) ext4 goes on writing its journal for 100 ms in which each
// half done operation fails in its middle: the next mount finds directories without a block, as after no cut of power.
// Where `image` is on a file system that lets open files be written to all the same, as tmpfs, that is what is left.
int cut_power(const char *path, const char *image);

// Lets the disk be written again, after the file system is gone. Returns 0 or an error number.
int restore_power(const char *image);

// Makes orphans of this process's descendants its own children: as a shim does with the processes of a container.
// Returns 0 or an error number. PR_SET_CHILD_SUBREAPER of prctl(2).
int adopt_orphans(void);

// Listens at a path. Returns a descriptor or a negative error number.
int listen_at(const char *path);

// Takes one connection of `listener`, and of it one message with a descriptor, each within the time. Returns the
// descriptor or a negative error number; what came with it is in `payload`, ended by a zero.
int receive_descriptor(int listener, int milliseconds, char *payload, size_t size);

// Numbers of system calls, as /proc/PID/syscall has them.
enum {
    CALL_CONNECT = SYS_connect,
    CALL_UNLINKAT = SYS_unlinkat,
    CALL_CLOCK_NANOSLEEP = SYS_clock_nanosleep,
    // What epoll_wait(3) calls.
#ifdef SYS_epoll_wait
    CALL_EPOLL_WAIT = SYS_epoll_wait,
#else
    CALL_EPOLL_WAIT = SYS_epoll_pwait,
#endif
};
