// SPDX-License-Identifier: Apache-2.0
// What a plan's steps ask of the kernel, a function each and nothing beside the calls: the least that a start can cost.
// scripts/bench.d/floor writes the program that calls them, from `minibox run --explain=json`.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

extern const char mb_launcher_start[], mb_launcher_end[];
// The descriptors that steps make for later ones, by the numbers that the generated program gives them.
static int slots[1024];
static int step, channel, child, pidfd, outputs[2] = {-1, -1}, user, group;
static char program[PATH_MAX];

#define need(call) need_(call, #call)
static long need_(long result, const char *call) {
    if (result >= 0) return result;
    fprintf(stderr, "floor: step %d: %s: %s\n", step, call, strerror(errno));
    _exit(125);
}
static int resolve(int root, const char *path, int flags, uint64_t how) {
    struct open_how wanted = {.flags = (uint64_t)(flags | O_CLOEXEC), .resolve = how};
    while (*path == '/') path++;
    return (int)syscall(SYS_openat2, root, *path ? path : ".", &wanted, sizeof wanted);
}
enum { CONTAINER = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS, KERNELS = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS };
static void set_attributes(int mount, uint64_t set, uint64_t propagation, uint64_t users, unsigned flags) {
    struct mount_attr wanted = {.attr_set = set, .propagation = propagation, .userns_fd = users};
    need(syscall(SYS_mount_setattr, mount, "", AT_EMPTY_PATH | flags, &wanted, sizeof wanted));
}
static int copy_of(int directory, const char *path, unsigned flags) {
    return (int)need(syscall(SYS_open_tree, directory, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | flags));
}
static void attach_at(int mount, int place) {
    need(syscall(SYS_move_mount, mount, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH));
}
static int context(const char *type) { return (int)need(syscall(SYS_fsopen, type, FSOPEN_CLOEXEC)); }
static void option(int fs, const char *key, const char *value) {
    need(syscall(SYS_fsconfig, fs, value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG, key, value, 0));
}
static int created(int fs, unsigned attributes) {
    need(syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
    int mount = (int)need(syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, attributes));
    close(fs);
    return mount;
}
static void own_files_as(unsigned id) {
    setfsgid(id);
    setfsuid(id);
    if (id == 0) return;
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    need(syscall(SYS_capget, &header, data));
    data[0].effective = data[0].permitted;
    data[1].effective = data[1].permitted;
    need(syscall(SYS_capset, &header, data));
}
static void write_file(int directory, const char *path, const char *text) {
    int file = (int)need(openat(directory, path, O_WRONLY | O_CLOEXEC));
    need(write(file, text, strlen(text)));
    close(file);
}
static void send_slots(const char *bytes, size_t size, const int *numbers, int count) {
    union { char bytes[CMSG_SPACE(sizeof(int) * 64)]; struct cmsghdr align; } control;
    struct iovec vector = {.iov_base = (void *)bytes, .iov_len = size};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    if (count > 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)count);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        *header = (struct cmsghdr){CMSG_LEN(sizeof(int) * (size_t)count), SOL_SOCKET, SCM_RIGHTS};
        for (int i = 0; i < count; i++) memcpy(CMSG_DATA(header) + sizeof(int) * (size_t)i, &slots[numbers[i]], sizeof(int));
    }
    need(sendmsg(channel, &message, MSG_NOSIGNAL));
}

// What the engine makes before the plan: the writable directory.
static void make_directories(const char *path) {
    char copy[PATH_MAX];
    snprintf(copy, sizeof copy, "%s", path);
    for (char *slash = copy + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = 0;
        mkdir(copy, 0755);
    }
    if (mkdir(copy, 0755) != 0 && errno != EEXIST) need(-1);
}
static void remove_tree(int directory, const char *name) {
    if (unlinkat(directory, name, 0) == 0 || unlinkat(directory, name, AT_REMOVEDIR) == 0 || errno == ENOENT) return;
    int tree = (int)need(openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    DIR *stream = fdopendir(tree);
    for (struct dirent *entry; stream && (entry = readdir(stream));)
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..")) remove_tree(tree, entry->d_name);
    closedir(stream);
    need(unlinkat(directory, name, AT_REMOVEDIR));
}

static void make_cgroup(int slot, const char *path) {
    // The parents stay from one container to the next.
    if (mkdir(path, 0755) != 0 && errno == ENOENT) make_directories(path);
    slots[slot] = (int)need(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}
static void filter_devices(int cgroup, const uint64_t *instructions, unsigned count) {
    union bpf_attr load = {.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE, .insns = (uint64_t)instructions, .insn_cnt = count,
                           .license = (uint64_t) "Apache-2.0"};
    int loaded = (int)need(syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof load));
    union bpf_attr attach = {.target_fd = (unsigned)slots[cgroup], .attach_bpf_fd = (unsigned)loaded,
                             .attach_type = BPF_CGROUP_DEVICE, .attach_flags = BPF_F_ALLOW_MULTI};
    need(syscall(SYS_bpf, BPF_PROG_ATTACH, &attach, sizeof attach));
    close(loaded);
}
struct node { const char *name; unsigned mode, major, minor; };
static void make_devices(int slot, const struct node *nodes, int count, unsigned owner) {
    static const char *const links[][2] = {{"fd", "/proc/self/fd"}, {"stdin", "/proc/self/fd/0"},
        {"stdout", "/proc/self/fd/1"}, {"stderr", "/proc/self/fd/2"}, {"core", "/proc/kcore"}, {"ptmx", "pts/ptmx"}};
    own_files_as(owner);
    int fs = context("tmpfs");
    option(fs, "source", "tmpfs");
    option(fs, "mode", "0755");
    option(fs, "size", "65536k");
    int mount = created(fs, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
    for (int i = 0; i < count; i++)
        need(mknodat(mount, nodes[i].name, nodes[i].mode, makedev(nodes[i].major, nodes[i].minor)));
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) need(symlinkat(links[i][1], mount, links[i][0]));
    need(mkdirat(mount, "pts", 0755));
    need(mkdirat(mount, "shm", 0755));
    need(mkdirat(mount, "mqueue", 0755));
    own_files_as(0);
    slots[slot] = mount;
}
static void write_own_file(int slot, const char *path, const char *contents, unsigned owner) {
    int file = (int)need(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644));
    need(write(file, contents, strlen(contents)));
    if (owner) need(fchown(file, owner, owner));
    close(file);
    slots[slot] = copy_of(AT_FDCWD, path, 0);
}
static void open_streams(int first, unsigned owner) {
    // The first is the container's own null device, opened by the child.
    slots[first] = -1;
    for (int stream = 0; stream < 2; stream++) {
        int ends[2];
        need(pipe2(ends, O_CLOEXEC));
        need(fchown(ends[1], owner, owner));
        outputs[stream] = ends[0];
        slots[first + 1 + stream] = ends[1];
    }
}
// Whether this is the child.
static void open_null(int slot) {
    struct stat status;
    slots[slot] = (int)need(open("/dev/null", O_PATH | O_NOFOLLOW | O_CLOEXEC));
    need(fstat(slots[slot], &status));
}
static int spawn(uint64_t flags, int cgroup, int first_stream) {
    int ends[2];
    need(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends));
    struct clone_args wanted = {.flags = flags | CLONE_PIDFD, .exit_signal = SIGCHLD, .pidfd = (uint64_t)&pidfd};
    if (cgroup >= 0) {
        wanted.flags |= CLONE_INTO_CGROUP;
        wanted.cgroup = (uint64_t)slots[cgroup];
    }
    child = (int)need(syscall(SYS_clone3, &wanted, sizeof wanted));
    channel = ends[child == 0];
    close(ends[child != 0]);
    if (child == 0) {
        need(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
        return 1;
    }
    for (int i = 0; i < 3 && first_stream >= 0; i++) close(slots[first_stream + i]);
    return 0;
}
static void map_ids(int slot, const char *map) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/uid_map", child);
    write_file(AT_FDCWD, path, map);
    snprintf(path, sizeof path, "/proc/%d/gid_map", child);
    write_file(AT_FDCWD, path, map);
    snprintf(path, sizeof path, "/proc/%d/ns/user", child);
    slots[slot] = (int)need(open(path, O_RDONLY | O_CLOEXEC));
}
static void copy_tree(int slot, const char *path, int recursive, int users, uint64_t attributes, uint64_t propagation) {
    unsigned deep = recursive ? AT_RECURSIVE : 0;
    int tree = copy_of(AT_FDCWD, path, deep);
    if (users >= 0) set_attributes(tree, MOUNT_ATTR_IDMAP, 0, (uint64_t)slots[users], deep);
    if (attributes) set_attributes(tree, attributes, 0, 0, deep);
    if (propagation) set_attributes(tree, 0, propagation, 0, deep);
    slots[slot] = tree;
}
static void mount_overlay(int root, const int *layers, int count, int writable, unsigned owner, int is_volatile) {
    char path[64];
    own_files_as(owner);
    int fs = context("overlay");
    option(fs, "source", "overlay");
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "/proc/self/fd/%d", slots[layers[i]]);
        option(fs, "lowerdir+", path);
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d/upper", slots[writable]);
    option(fs, "upperdir", path);
    snprintf(path, sizeof path, "/proc/self/fd/%d/work", slots[writable]);
    option(fs, "workdir", path);
    if (is_volatile) option(fs, "volatile", NULL);
    slots[root] = created(fs, 0);
    own_files_as(0);
    for (int i = 0; i < count; i++) close(slots[layers[i]]);
    close(slots[writable]);
}
static void set_oom_score(const char *score) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/oom_score_adj", child);
    write_file(AT_FDCWD, path, score);
}
static void hand_over(const int *numbers, int count) {
    send_slots("\1", 1, numbers, count);
    for (int i = 0; i < count; i++) close(slots[numbers[i]]);
}
// Until the program runs, and then until it has ended.
static int await_end(void) {
    char bytes[4096];
    struct iovec vector = {.iov_base = bytes, .iov_len = sizeof bytes};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    long size, heard = 0;
    while ((size = need(recvmsg(channel, &message, MSG_CMSG_CLOEXEC))) > 0) heard = bytes[0] == 'L' ? 1 : -1;
    if (heard != 1) { fprintf(stderr, "floor: the program did not start\n"); _exit(125); }
    struct pollfd waits[2] = {{outputs[0], POLLIN, 0}, {outputs[1], POLLIN, 0}};
    for (int left = (outputs[0] >= 0) + (outputs[1] >= 0); left > 0;) {
        need(poll(waits, 2, -1));
        for (int i = 0; i < 2; i++) {
            if (waits[i].fd < 0 || waits[i].revents == 0) continue;
            if ((size = need(read(waits[i].fd, bytes, sizeof bytes))) == 0) { waits[i].fd = -1; left--; }
            else need(write(i + 1, bytes, (size_t)size));
        }
    }
    siginfo_t info;
    need(waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED));
    return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}
#include "floor-child.h"
