// SPDX-License-Identifier: Apache-2.0
#pragma once

// Stops the file system that `path` is on at once, as a power cut would: what is in memory alone, the journal included,
// is lost. Returns 0 or an error number. ioctl_xfs_goingdown(2); ext4 has the same call.
int cut_power(const char *path);
