// SPDX-License-Identifier: Apache-2.0
// reopen: tries to get hold of the runtime's binary as a container may (CVE-2019-5736, CVE-2024-21626): by the exe
// links of every process in sight, and by descriptors that were left open. One line a finding; exits 1 when one of
// them could be written, or a descriptor beyond the standard streams is open.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int bad;

static void target(const char *path, char *into, size_t size) {
    ssize_t n = readlink(path, into, size - 1);
    into[n < 0 ? 0 : n] = 0;
}

// Programs of the image itself may be written by root: what counts is a file that the image's root does not hold.
static int foreign(const char *link) {
    char name[4096];
    struct stat there, here;
    target(link, name, sizeof name);
    if (stat(link, &there) != 0) return 0;
    return stat(name, &here) != 0 || here.st_dev != there.st_dev || here.st_ino != there.st_ino;
}

static void executable(const char *pid) {
    char link[300], name[4096], open_link[64];
    snprintf(link, sizeof link, "/proc/%s/exe", pid);
    target(link, name, sizeof name);
    int writable = open(link, O_WRONLY | O_CLOEXEC);
    int code = writable < 0 ? errno : 0;
    int reader = open(link, O_RDONLY | O_CLOEXEC);
    if (writable < 0 && reader >= 0) {
        snprintf(open_link, sizeof open_link, "/proc/self/fd/%d", reader);
        writable = open(open_link, O_WRONLY | O_CLOEXEC);
    }
    int outside = foreign(link);
    printf("exe of %s: %s, %s, write: %s\n", pid, name[0] ? name : "unreadable", outside ? "foreign" : "of the image",
           writable >= 0 ? "yes" : strerrorname_np(code));
    // ETXTBSY is not a refusal: the binary can be written as soon as it no longer runs.
    if (outside && (writable >= 0 || code == ETXTBSY)) bad = 1;
    if (writable >= 0) close(writable);
    if (reader >= 0) close(reader);
}

int main(void) {
    struct dirent *entry;
    DIR *processes = opendir("/proc");
    if (!processes) { perror("/proc"); return 2; }
    while ((entry = readdir(processes)))
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9') executable(entry->d_name);
    closedir(processes);
    DIR *descriptors = opendir("/proc/self/fd");
    if (!descriptors) { perror("/proc/self/fd"); return 2; }
    while ((entry = readdir(descriptors))) {
        int number = atoi(entry->d_name);
        if (entry->d_name[0] == '.' || number <= 2 || number == dirfd(descriptors)) continue;
        char link[300], name[4096];
        snprintf(link, sizeof link, "/proc/self/fd/%s", entry->d_name);
        target(link, name, sizeof name);
        printf("descriptor %d is open: %s\n", number, name);
        bad = 1;
    }
    closedir(descriptors);
    return bad;
}
