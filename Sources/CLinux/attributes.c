// SPDX-License-Identifier: Apache-2.0
// Extended attributes: Swift's Glibc module has no sys/xattr.h.
#include "CLinux.h"
#include <sys/xattr.h>

int mb_fsetxattr(int fd, const char *key, const void *value, size_t size) { return fsetxattr(fd, key, value, size, 0); }

int mb_lsetxattr(const char *path, const char *key, const void *value, size_t size) {
    return lsetxattr(path, key, value, size, 0);
}

ssize_t mb_lgetxattr(const char *path, const char *key, void *value, size_t size) {
    return lgetxattr(path, key, value, size);
}

ssize_t mb_llistxattr(const char *path, char *list, size_t size) { return llistxattr(path, list, size); }

ssize_t mb_flistxattr(int fd, char *list, size_t size) { return flistxattr(fd, list, size); }

ssize_t mb_fgetxattr(int fd, const char *key, void *value, size_t size) { return fgetxattr(fd, key, value, size); }
