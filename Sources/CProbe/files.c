// SPDX-License-Identifier: Apache-2.0
#include "line.h"
#include "CProbe.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

// Whether a directory has nothing in it, as one has that hides another.
static int is_empty(int fd) {
    DIR *directory = fdopendir(fd);
    int found = 0;
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
        found += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    if (directory != NULL) closedir(directory);
    return found == 0;
}

// Opens, and closes again: nothing is read or written. A device does things when it is opened, unless it is memory's.
static void opened(const char *path, int writes) {
    char what[600];
    snprintf(what, sizeof what, "%c:%s", writes ? 'w' : 'r', path);
    line_start("open");
    line_text("what", what);
    struct stat status;
    int fd = -1;
    if (stat(path, &status) != 0) {
        line_result(errno);
    } else if (S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3)) {
        line_text("result", "MASKED");
    } else if (S_ISCHR(status.st_mode) && major(status.st_rdev) != 1) {
        line_text("result", "DEVICE");
    } else if ((fd = open(path, (writes ? O_WRONLY : O_RDONLY) | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)) < 0) {
        line_result(errno);
    } else if (S_ISDIR(status.st_mode) && is_empty(dup(fd))) {
        line_text("result", "EMPTY");
    } else {
        line_result(0);
    }
    if (fd >= 0) close(fd);
    line_end();
}

int probe_open(int count, char *const *words) {
    int reads = count > 0 && strchr(words[0], 'r') != NULL, writes = count > 0 && strchr(words[0], 'w') != NULL;
    if (count < 2 || strlen(words[0]) != (size_t)(reads + writes)) return wrong("open", "r|w|rw PATH...");
    for (int i = 1; i < count; i++) {
        if (reads) opened(words[i], 0);
        if (writes) opened(words[i], 1);
    }
    return 0;
}

int probe_read(int count, char *const *words) {
    if (count < 1) return wrong("read", "PATH...");
    static char bytes[65536];
    for (int i = 0; i < count; i++) {
        long got = read_start(words[i], bytes, sizeof bytes);
        line_start("read");
        line_text("what", words[i]);
        line_result(got < 0 ? (int)-got : 0);
        if (got >= 0) {
            line_bytes("value", bytes, got);
            line_flag(bytes, got);
        }
        line_end();
    }
    return 0;
}

int probe_stat(int count, char *const *words) {
    if (count < 1) return wrong("stat", "PATH...");
    for (int i = 0; i < count; i++) {
        struct stat status;
        int error = told(lstat(words[i], &status));
        line_start("stat");
        line_text("what", words[i]);
        line_result(error);
        if (error == 0) {
            char mode[16];
            snprintf(mode, sizeof mode, "%06o", status.st_mode);
            line_text("mode", mode);
            line_number("uid", status.st_uid);
            line_number("gid", status.st_gid);
            line_number("inode", (long long)status.st_ino);
        }
        line_end();
    }
    return 0;
}

// The last mount on each path, as /proc/self/mountinfo has it: later lines lie on top.
int probe_mount(int count, char *const *words) {
    if (count < 1) return wrong("mount", "PATH...");
    for (int i = 0; i < count; i++) {
        FILE *mounts = fopen("/proc/self/mountinfo", "re");
        char line[4096], root[1024] = "", options[256] = "", type[64] = "", tags[128] = "";
        int found = 0;
        while (mounts != NULL && fgets(line, sizeof line, mounts) != NULL) {
            char on[1024], now_root[1024], now_options[256];
            int end = 0;
            if (sscanf(line, "%*d %*d %*s %1023s %1023s %255s%n", now_root, on, now_options, &end) < 3) continue;
            char *dash = strstr(line + end, " - ");
            if (strcmp(on, words[i]) != 0 || dash == NULL) continue;
            found = 1;
            snprintf(root, sizeof root, "%s", now_root);
            snprintf(options, sizeof options, "%s", now_options);
            snprintf(tags, sizeof tags, "%.*s", (int)(dash - line - end), line + end);
            sscanf(dash + 3, "%63s", type);
        }
        if (mounts != NULL) fclose(mounts);
        line_start("mount");
        line_text("what", words[i]);
        line_result(mounts == NULL ? errno : found ? 0 : ENOENT);
        if (found) {
            line_text("root", root);
            line_text("type", type);
            line_truth("readonly", strncmp(options, "ro", 2) == 0 && (options[2] == ',' || options[2] == 0));
            line_truth("shared", strstr(tags, "shared:") != NULL || strstr(tags, "master:") != NULL);
        }
        line_end();
    }
    return 0;
}

int probe_fds(int count, char *const *words) {
    (void)words;
    if (count > 0) return wrong("fds", "");
    DIR *directory = opendir("/proc/self/fd");
    int found = 0;
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
        char target[512] = "", *end;
        long fd = strtol(entry->d_name, &end, 10);
        if (*end != 0 || fd < 3 || fd == dirfd(directory)) continue;
        ssize_t length = readlinkat(dirfd(directory), entry->d_name, target, sizeof target - 1);
        found++;
        line_start("fds");
        line_number("fd", fd);
        line_bytes("target", target, length < 0 ? 0 : length);
        line_end();
    }
    line_start("fds");
    line_number("left", found);
    line_result(directory == NULL ? errno : 0);
    line_end();
    return 0;
}

// Each page of a file that is small enough: 1 where it is in memory.
enum { mapped_most = 64 };
static void resid_line(const char *how, int error, size_t resident, size_t pages, const char *map) {
    line_start("resid");
    line_text("what", how);
    line_result(error);
    line_number("resident", (long long)resident);
    line_number("pages", (long long)pages);
    if (error == 0 && pages <= mapped_most) line_text("map", map);
    line_end();
}

// Which pages of a file are in memory: mincore(2) and cachestat(2) look, and bring none there.
int probe_resid(int count, char *const *words) {
    if (count != 1) return wrong("resid", "FILE");
    int fd = open(words[0], O_RDONLY | O_CLOEXEC);
    struct stat status = {0};
    int error = fd < 0 ? errno : told(fstat(fd, &status));
    size_t pages = ((size_t)status.st_size + 4095) / 4096, resident = 0;
    char map[mapped_most + 1] = "";
    if (error == 0 && pages > 0 && pages < 1 << 20) {
        unsigned char *there = calloc(pages, 1);
        void *mapped = mmap(NULL, pages * 4096, PROT_READ, MAP_SHARED, fd, 0);
        error = mapped == MAP_FAILED ? errno : told(mincore(mapped, pages * 4096, there));
        for (size_t i = 0; i < pages; i++) {
            resident += there[i] & 1;
            if (i < mapped_most) map[i] = there[i] & 1 ? '1' : '0';
        }
        free(there);
    }
    resid_line("mincore", error, resident, pages, map);
    uint64_t range[2] = {0, 0}, statistics[5] = {0};
    error = told(syscall(451 /* cachestat */, fd, range, statistics, 0));
    size_t all = (size_t)statistics[0];
    for (size_t i = 0; i < pages && pages <= mapped_most && error == 0; i++) {
        uint64_t page[2] = {i * 4096, 4096};
        error = told(syscall(451 /* cachestat */, fd, page, statistics, 0));
        map[i] = statistics[0] > 0 ? '1' : '0';
    }
    resid_line("cachestat", error, all, pages, map);
    if (fd >= 0) close(fd);
    return 0;
}

// Writes into a file that has no name, until the disk or the bound is full: it is gone with its descriptor.
int probe_fill(int count, char *const *words) {
    long megabytes = count == 2 ? number(words[1], 512) : -1;
    if (megabytes < 0) return wrong("fill", "DIRECTORY MEGABYTES (512 at most)");
    static char zeros[65536];
    int fd = open(words[0], O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EOPNOTSUPP) {
        // overlayfs knows no file without a name before Linux 6.2.
        int directory = open(words[0], O_PATH | O_DIRECTORY | O_CLOEXEC);
        fd = openat(directory, ".minibox-fill", O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
        int error = errno;
        if (fd >= 0) unlinkat(directory, ".minibox-fill", 0);
        close(directory);
        errno = error;
    }
    int error = told(fd);
    long written = 0;
    while (error == 0 && written < megabytes * 16) {
        ssize_t count_written = write(fd, zeros, sizeof zeros);
        if (count_written < 0) error = errno;
        written += count_written > 0;
    }
    line_start("fill");
    line_number("asked", megabytes);
    line_number("written", written / 16);
    line_result(error);
    line_end();
    return 0;
}
