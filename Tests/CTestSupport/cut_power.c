// SPDX-License-Identifier: Apache-2.0
#include "CTestSupport.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ioctl.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define FS_IOC_SHUTDOWN _IOR('X', 125, uint32_t)
#define GOING_FLAGS_NOLOGFLUSH 2u

int cut_power(const char *path) {
    int place = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (place < 0) return errno;
    uint32_t flags = GOING_FLAGS_NOLOGFLUSH;
    int result = ioctl(place, FS_IOC_SHUTDOWN, &flags) == 0 ? 0 : errno;
    close(place);
    return result;
}
