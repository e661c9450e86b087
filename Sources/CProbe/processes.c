// SPDX-License-Identifier: Apache-2.0
#include "line.h"
#include "CProbe.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <time.h>

static char bytes[65536];

static long pid_of(const char *name) {
    char *end;
    long pid = strtol(name, &end, 10);
    return *end == 0 && pid > 0 ? pid : -1;
}

// How many processes /proc shows, and in how many namespaces this one has a number.
int probe_pids(int count, char *const *words) {
    (void)words;
    if (count > 0) return wrong("pids", "");
    DIR *directory = opendir("/proc");
    long found = 0;
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
        found += pid_of(entry->d_name) > 0;
    }
    struct stat namespace = {0};
    stat("/proc/self/ns/pid", &namespace);
    long got = read_start("/proc/self/status", bytes, sizeof bytes - 1);
    bytes[got < 0 ? 0 : got] = 0;
    char *levels = strstr(bytes, "NSpid:");
    long level = 0;
    if (levels != NULL) {
        for (char *next = levels; *next != 0 && *next != '\n'; next++) level += *next == '\t';
    }
    line_start("pids");
    line_result(directory == NULL ? errno : 0);
    line_number("count", found);
    line_number("pid", getpid());
    line_number("levels", level);
    line_number("namespace", (long long)namespace.st_ino);
    line_end();
    if (directory != NULL) closedir(directory);
    return 0;
}

int probe_status(int count, char *const *words) {
    static const char *const fields[] = {
        "Uid:", "Gid:", "NSpid:", "CapEff:", "CapBnd:", "CapAmb:", "NoNewPrivs:", "Seccomp:", "TracerPid:",
    };
    long pid = count == 0 ? getpid() : number(words[0], 1L << 30);
    if (count > 1 || pid < 1) return wrong("status", "[PID]");
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/status", pid);
    long got = read_start(path, bytes, sizeof bytes - 1);
    bytes[got < 0 ? 0 : got] = 0;
    line_start("status");
    line_result(got < 0 ? (int)-got : 0);
    for (size_t i = 0; i < sizeof fields / sizeof *fields && got > 0; i++) {
        char *start = strstr(bytes, fields[i]);
        if (start == NULL) continue;
        start += strlen(fields[i]) + 1;
        char name[32];
        snprintf(name, sizeof name, "%.*s", (int)strlen(fields[i]) - 1, fields[i]);
        for (char *next = start; *next != '\n' && *next != 0; next++) *next = *next == '\t' ? ' ' : *next;
        line_bytes(name, start, strcspn(start, "\n"));
    }
    line_end();
    return 0;
}

// Signal 0 is permission alone.
int probe_signal(int count, char *const *words) {
    long pid = count == 1 ? number(words[0], 1L << 30) : -1;
    if (pid < 1) return wrong("signal", "PID");
    line_start("signal");
    line_number("pid", pid);
    line_result(told(kill((pid_t)pid, 0)));
    line_end();
    return 0;
}

static void of_process(long pid, const char *what) {
    char path[128];
    snprintf(path, sizeof path, "/proc/%ld/%s", pid, what);
    long got = read_start(path, bytes, sizeof bytes);
    line_start("ptr");
    line_text("what", what);
    line_result(got < 0 ? (int)-got : 0);
    if (got > 0) line_flag(bytes, got);
    line_end();
}

static void reached(long pid, const char *what, int flags) {
    char path[128];
    snprintf(path, sizeof path, "/proc/%ld/%s", pid, what);
    int fd = open(path, flags | O_CLOEXEC);
    line_start("ptr");
    line_text("what", what);
    line_result(told(fd));
    line_end();
    if (fd >= 0) close(fd);
}

// What of another process can be read. Seizing does not stop it, and ends with this process.
int probe_ptr(int count, char *const *words) {
    long pid = count == 1 || count == 2 ? number(words[0], 1L << 30) : -1;
    if (pid < 1) return wrong("ptr", "PID [PATH-BELOW-ITS-ROOT]");
    of_process(pid, "cmdline");
    of_process(pid, "environ");
    reached(pid, "mem", O_RDONLY);
    reached(pid, "ns/mnt", O_RDONLY);
    line_start("ptr");
    line_text("what", "seize");
    line_result(told(ptrace(PTRACE_SEIZE, (pid_t)pid, NULL, NULL)));
    line_end();
    char below[512];
    snprintf(below, sizeof below, "root/%s", count == 2 ? words[1] : ".");
    if (count == 2) {
        of_process(pid, below);
    } else {
        reached(pid, below, O_RDONLY | O_DIRECTORY);
    }
    return 0;
}

// The programs of processes that appear meanwhile: where they are, whether they are sealed, whether they could be written.
int probe_exes(int count, char *const *words) {
    long millis = count == 1 ? number(words[0], 20000) : -1;
    if (millis < 0) return wrong("exes", "MILLISECONDS (20000 at most)");
    static char seen[128][300];
    int known = 0;
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    line_start("exes");
    line_text("result", "READY");
    line_end();
    do {
        DIR *directory = opendir("/proc");
        for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
            char path[300], target[256] = "", key[300];
            long pid = pid_of(entry->d_name);
            if (pid < 1 || pid == getpid()) continue;
            // One descriptor answers all, since the process may execute another program meanwhile.
            snprintf(path, sizeof path, "/proc/%ld/exe", pid);
            int fd = open(path, O_RDONLY | O_CLOEXEC), error = told(fd), before = 0;
            if (fd >= 0) {
                snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
                if (readlink(path, target, sizeof target - 1) < 0) target[0] = 0;
            }
            snprintf(key, sizeof key, "%ld %s", pid, error == 0 ? target : strerrorname_np(error));
            for (int i = 0; i < known; i++) before |= strcmp(seen[i], key) == 0;
            if (!before && known < 128 && error != ENOENT && error != ESRCH) {
                strcpy(seen[known++], key);
                line_start("exes");
                line_number("pid", pid);
                line_text("link", target);
                line_number("seals", fd < 0 ? -1 : fcntl(fd, F_GET_SEALS));
                // It opens for writing, and writes nothing.
                int again = fd < 0 ? -1 : open(path, O_WRONLY | O_CLOEXEC);
                line_result(fd < 0 ? error : told(again));
                if (again >= 0) close(again);
                line_end();
            }
            if (fd >= 0) close(fd);
        }
        if (directory != NULL) closedir(directory);
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 < millis);
    return 0;
}

// Meant for a copy of this program that is setuid.
int probe_suid_id(int count, char *const *words) {
    (void)words;
    if (count > 0) return wrong("suid-id", "");
    line_start("suid-id");
    line_number("uid", getuid());
    line_number("euid", geteuid());
    line_truth("no-new-privileges", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    line_text("result", getuid() != geteuid() ? "RAISED" : "SAME");
    line_end();
    return 0;
}
