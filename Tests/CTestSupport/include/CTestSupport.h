// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stddef.h>

// Stops the file system that `path` is on at once, as a power cut would: what is in memory alone, the journal included,
// is lost. Returns 0 or an error number. ioctl_xfs_goingdown(2); ext4 has the same call.
int cut_power(const char *path);

// Makes orphans of this process's descendants its own children: as a shim does with the processes of a container.
// Returns 0 or an error number. PR_SET_CHILD_SUBREAPER of prctl(2).
int adopt_orphans(void);

// Listens at a path. Returns a descriptor or a negative error number.
int listen_at(const char *path);

// Takes one connection of `listener`, and of it one message with a descriptor, each within the time. Returns the
// descriptor or a negative error number; what came with it is in `payload`, ended by a zero.
int receive_descriptor(int listener, int milliseconds, char *payload, size_t size);
