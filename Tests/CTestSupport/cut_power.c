// SPDX-License-Identifier: Apache-2.0
#include "CTestSupport.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/ioctl.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define FS_IOC_SHUTDOWN _IOR('X', 125, uint32_t)
#define GOING_FLAGS_NOLOGFLUSH 2u

// FS_IMMUTABLE_FL: chattr(1). Also who has the file open for long is refused: generic_write_checks of ext4.
static int set_immutable(const char *image, int is_immutable) {
    int file = open(image, O_RDONLY | O_CLOEXEC);
    if (file < 0) return errno;
    int flags = 0;
    int result = 0;
    if (ioctl(file, FS_IOC_GETFLAGS, &flags) != 0) result = errno;
    flags = is_immutable ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
    if (result == 0 && ioctl(file, FS_IOC_SETFLAGS, &flags) != 0) result = errno;
    close(file);
    return result == ENOTTY || result == EOPNOTSUPP ? 0 : result;
}

int cut_power(const char *path, const char *image) {
    int place = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (place < 0) return errno;
    int result = set_immutable(image, 1);
    uint32_t flags = GOING_FLAGS_NOLOGFLUSH;
    if (result == 0 && ioctl(place, FS_IOC_SHUTDOWN, &flags) != 0) result = errno;
    close(place);
    return result;
}

int restore_power(const char *image) { return set_immutable(image, 0); }
