// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

const char *mb_error_text(int number) { return strerrordesc_np(number); }
const char *mb_error_name(int number) { return strerrorname_np(number); }

int mb_clone3(struct clone_args *args) { return (int)syscall(SYS_clone3, args, sizeof *args); }
int mb_pidfd_open(int pid, unsigned flags) { return (int)syscall(SYS_pidfd_open, pid, flags); }
int mb_pidfd_send_signal(int fd, int sig) { return (int)syscall(SYS_pidfd_send_signal, fd, sig, 0, 0); }
int mb_waitid_pidfd(int fd, siginfo_t *info, int options) {
    return (int)syscall(SYS_waitid, 3 /* P_PIDFD */, fd, info, options, 0);
}
int mb_siginfo_status(const siginfo_t *info) { return info->si_status; }
int mb_siginfo_code(const siginfo_t *info) { return info->si_code; }
int mb_open(const char *path, int flags, unsigned mode) { return open(path, flags, mode); }
int mb_openat(int dir, const char *path, int flags, unsigned mode) { return openat(dir, path, flags, mode); }
int mb_openat2(int dir, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
    struct open_how how = {.flags = flags, .mode = mode, .resolve = resolve};
    return (int)syscall(SYS_openat2, dir, path, &how, sizeof how);
}
int mb_close_range(unsigned first, unsigned last, unsigned flags) {
    return (int)syscall(SYS_close_range, first, last, flags);
}
int mb_fcntl(int fd, int command, long argument) { return fcntl(fd, command, argument); }
int mb_open_tree(int dir, const char *path, unsigned flags) {
    return (int)syscall(SYS_open_tree, dir, path, flags);
}
int mb_move_mount(int from, const char *fromPath, int to, const char *toPath, unsigned flags) {
    return (int)syscall(SYS_move_mount, from, fromPath, to, toPath, flags);
}
int mb_fsopen(const char *type, unsigned flags) { return (int)syscall(SYS_fsopen, type, flags); }
int mb_fsconfig(int fd, unsigned command, const char *key, const void *value, int aux) {
    return (int)syscall(SYS_fsconfig, fd, command, key, value, aux);
}
int mb_fsmount(int fd, unsigned flags, unsigned attributes) {
    return (int)syscall(SYS_fsmount, fd, flags, attributes);
}
int mb_mount_setattr(int dir, const char *path, unsigned flags, struct mount_attr *attributes) {
    return (int)syscall(SYS_mount_setattr, dir, path, flags, attributes, sizeof *attributes);
}
int mb_pivot_root(const char *newRoot, const char *putOld) {
    return (int)syscall(SYS_pivot_root, newRoot, putOld);
}
int mb_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d) {
    return prctl(option, a, b, c, d);
}
int mb_ioctl(int fd, unsigned long request, long argument) { return ioctl(fd, request, argument); }
int mb_ioctl_pointer(int fd, unsigned long request, void *argument) { return ioctl(fd, request, argument); }
int mb_execveat(int fd, const char *path, char *const argv[], char *const envp[], int flags) {
    return (int)syscall(SYS_execveat, fd, path, argv, envp, flags);
}
int mb_bpf(int command, union bpf_attr *attributes, unsigned size) {
    return (int)syscall(SYS_bpf, command, attributes, size);
}
int mb_memfd_create(const char *name, unsigned flags) { return (int)syscall(SYS_memfd_create, name, flags); }
int mb_seccomp(unsigned operation, unsigned flags, void *arguments) {
    return (int)syscall(SYS_seccomp, operation, flags, arguments);
}
int mb_setresuid(unsigned r, unsigned e, unsigned s) { return (int)syscall(SYS_setresuid, r, e, s); }
int mb_setresgid(unsigned r, unsigned e, unsigned s) { return (int)syscall(SYS_setresgid, r, e, s); }
int mb_setgroups(size_t count, const gid_t *groups) { return (int)syscall(SYS_setgroups, count, groups); }
ssize_t mb_getdents64(int fd, void *buffer, size_t size) { return syscall(SYS_getdents64, fd, buffer, size); }
int mb_getcwd(char *buffer, size_t size) { return (int)syscall(SYS_getcwd, buffer, size); }
unsigned mb_major(uint64_t device) { return gnu_dev_major(device); }
unsigned mb_minor(uint64_t device) { return gnu_dev_minor(device); }
uint64_t mb_makedev(unsigned major, unsigned minor) { return gnu_dev_makedev(major, minor); }
int mb_wifsignaled(int status) { return WIFSIGNALED(status); }
int mb_wtermsig(int status) { return WTERMSIG(status); }
int mb_wexitstatus(int status) { return WEXITSTATUS(status); }
int mb_syncfs(int fd) { return syncfs(fd); }
int mb_io_uring_setup(unsigned entries) {
    struct io_uring_params parameters = {0};
    return (int)syscall(SYS_io_uring_setup, entries, &parameters);
}
int mb_io_uring_register_file(int ring, int fd) {
    return (int)syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, &fd, 1);
}
int mb_fstatfs_magic(int fd, int64_t *magic) {
    struct statfs result;
    int code = fstatfs(fd, &result);
    *magic = result.f_type;
    return code;
}
int mb_fstatfs(int fd, struct mb_file_system *status) {
    struct statfs result;
    int code = fstatfs(fd, &result);
    if (code == 0)
        *status = (struct mb_file_system){
            .magic = (uint64_t)result.f_type, .flags = (uint64_t)result.f_flags,
            .block_size = (uint64_t)(result.f_frsize ? result.f_frsize : result.f_bsize),
            .blocks = result.f_blocks, .available = result.f_bavail, .free_files = result.f_ffree};
    return code;
}

uint64_t mb_clone_into_cgroup(void) { return CLONE_INTO_CGROUP; }
int mb_cld_exited(void) { return CLD_EXITED; }
int mb_setns(int fd, int kinds) { return (int)syscall(SYS_setns, fd, kinds); }
int mb_unshare(int kinds) { return (int)syscall(SYS_unshare, kinds); }
int mb_sethostname(const char *name, size_t size) { return sethostname(name, size); }
int mb_setdomainname(const char *name, size_t size) { return setdomainname(name, size); }
void mb_setfsid(unsigned user, unsigned group) {
    setfsgid(group);
    setfsuid(user);
}
int mb_raise_permitted_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data) != 0) return -1;
    data[0].effective = data[0].permitted;
    data[1].effective = data[1].permitted;
    return (int)syscall(SYS_capset, &header, data);
}
int mb_permitted_capabilities(uint64_t *permitted) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data) != 0) return -1;
    *permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
    return 0;
}
int mb_signalfd(const sigset_t *set) { return signalfd(-1, set, SFD_CLOEXEC | SFD_NONBLOCK); }
int mb_read_signal(int fd, int *signal) {
    struct signalfd_siginfo info;
    ssize_t count = read(fd, &info, sizeof info);
    if (count < 0) return -1;
    *signal = (int)info.ssi_signo;
    return 0;
}
int mb_reset_signals(void) {
    sigset_t none;
    for (int number = 1; number < 65; number++) {
        struct sigaction current;
        // Setting only what differs: most starts inherit one or two (SIGPIPE of a shell, SIGINT of nohup).
        if (sigaction(number, NULL, &current) == 0 && current.sa_handler == SIG_IGN) {
            current.sa_handler = SIG_DFL;
            sigaction(number, &current, NULL);
        }
    }
    sigemptyset(&none);
    return sigprocmask(SIG_SETMASK, &none, NULL);
}
void mb_ignore_signal(int number) { signal(number, SIG_IGN); }
int mb_umount2(const char *target, int flags) { return (int)syscall(SYS_umount2, target, flags); }
int mb_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *options) {
    return (int)syscall(SYS_mount, source, target, type, flags, options);
}
int mb_socketpair(int ends[2]) { return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends); }

extern const char mb_launcher_start[], mb_launcher_end[];
const void *mb_launcher(size_t *size) {
    *size = (size_t)(mb_launcher_end - mb_launcher_start);
    return mb_launcher_start;
}
int mb_prlimit(int resource, const uint64_t *wanted, uint64_t *former) {
    return (int)syscall(SYS_prlimit64, 0, resource, wanted, former);
}
int mb_prlimit_of(int pid, int resource, const uint64_t *wanted, uint64_t *former) {
    return (int)syscall(SYS_prlimit64, pid, resource, wanted, former);
}
int mb_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }
long mb_join_new_session_keyring(void) { return syscall(SYS_keyctl, 1, (const char *)0); }
int mb_spawn_in(posix_spawn_file_actions_t *actions, int fd) {
    return posix_spawn_file_actions_addfchdir_np(actions, fd);
}
long mb_join_session_keyring(const char *name) { return syscall(SYS_keyctl, 1, name); }
long mb_describe_key(int key, char *buffer, size_t size) { return syscall(SYS_keyctl, 6, key, buffer, size); }
long mb_set_key_permissions(int key, unsigned permissions) { return syscall(SYS_keyctl, 5, key, permissions); }
int mb_sched_setattr(struct mb_scheduling *attributes) {
    attributes->size = sizeof *attributes;
    return (int)syscall(SYS_sched_setattr, 0, attributes, 0);
}
int mb_sched_getattr(struct mb_scheduling *attributes) {
    return (int)syscall(SYS_sched_getattr, 0, attributes, sizeof *attributes, 0);
}
int mb_ioprio_set(int who, int id, int priority) { return (int)syscall(SYS_ioprio_set, who, id, priority); }
int mb_ioprio_get(int who, int id) { return (int)syscall(SYS_ioprio_get, who, id); }
int mb_sched_setaffinity(int pid, const uint64_t *mask, size_t size) {
    return (int)syscall(SYS_sched_setaffinity, pid, size, mask);
}
int mb_sched_getaffinity(int pid, uint64_t *mask, size_t size) {
    return (int)syscall(SYS_sched_getaffinity, pid, size, mask);
}
int mb_set_mempolicy(int mode, const uint64_t *nodes, unsigned long count) {
    return (int)syscall(SYS_set_mempolicy, mode, nodes, count);
}
int mb_get_mempolicy(int *mode, uint64_t *nodes, unsigned long count) {
    return (int)syscall(SYS_get_mempolicy, mode, nodes, count, 0, 0);
}
int mb_personality(unsigned long domain) { return (int)syscall(SYS_personality, domain); }
int mb_pidfd_getfd(int process, int number) { return (int)syscall(SYS_pidfd_getfd, process, number, 0); }
int mb_namespace_kind(int fd) { return ioctl(fd, NS_GET_NSTYPE); }
// A socket with a name, connected to or listening at it.
static int local_socket(const char *path, int type, int listens) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, length + 1);
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    const struct sockaddr *name = (const struct sockaddr *)&address;
    int failed = listens ? bind(fd, name, sizeof address) != 0 || listen(fd, SOMAXCONN) != 0
                         : connect(fd, name, sizeof address) != 0;
    if (failed) {
        int code = errno;
        close(fd);
        errno = code;
        return -1;
    }
    return fd;
}
int mb_connect_local(const char *path) { return local_socket(path, SOCK_STREAM, 0); }
int mb_listen_local(const char *path) { return local_socket(path, SOCK_STREAM, 1); }
int mb_connect_messages(const char *path) { return local_socket(path, SOCK_SEQPACKET, 0); }
int mb_listen_messages(const char *path) { return local_socket(path, SOCK_SEQPACKET | SOCK_NONBLOCK, 1); }

int mb_accept(int fd) { return accept4(fd, NULL, NULL, SOCK_CLOEXEC); }
int mb_get_robust_list(void **head) {
    size_t size;
    return (int)syscall(SYS_get_robust_list, 0, head, &size);
}
int mb_set_robust_list(void *head) { return (int)syscall(SYS_set_robust_list, head, 3 * sizeof(long)); }

int mb_landlock_version(void) {
    return (int)syscall(SYS_landlock_create_ruleset, 0, 0, LANDLOCK_CREATE_RULESET_VERSION);
}
int mb_landlock_create(uint64_t handled) {
    struct landlock_ruleset_attr attributes = {.handled_access_fs = handled};
    return (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
}
int mb_landlock_allow(int rules, int parent, uint64_t rights) {
    struct landlock_path_beneath_attr attributes = {.allowed_access = rights, .parent_fd = parent};
    return (int)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &attributes, 0);
}
int mb_landlock_restrict(int rules) { return (int)syscall(SYS_landlock_restrict_self, rules, 0); }
