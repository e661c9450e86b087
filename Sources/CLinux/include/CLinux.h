// SPDX-License-Identifier: Apache-2.0
// The system calls that Swift cannot import: variadic ones (ioctl, prctl, syscall), ones that glibc 2.36 lacks, and
// constants that are macros with casts. No logic lives here. Each function returns what the kernel returned, -1 with
// errno set on failure, unless it says otherwise. The bodies are in syscalls.c, since _GNU_SOURCE here would conflict
// with Swift's own Glibc module.
#pragma once
#include <linux/bpf.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/loop.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/netlink.h>
#include <linux/openat2.h>
#include <linux/prctl.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/types.h>

// What an error number means, or null: `strerrordesc_np`.
const char *mb_error_text(int number);
// Its name, as EPERM, or null: `strerrorname_np`.
const char *mb_error_name(int number);

int mb_clone3(struct clone_args *args);
int mb_pidfd_open(int pid, unsigned flags);
int mb_pidfd_send_signal(int fd, int sig);
int mb_waitid_pidfd(int fd, siginfo_t *info, int options);
int mb_siginfo_status(const siginfo_t *info);
int mb_siginfo_code(const siginfo_t *info);
int mb_open(const char *path, int flags, unsigned mode);
int mb_openat(int dir, const char *path, int flags, unsigned mode);
int mb_openat2(int dir, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve);
int mb_close_range(unsigned first, unsigned last, unsigned flags);
int mb_fcntl(int fd, int command, long argument);
int mb_open_tree(int dir, const char *path, unsigned flags);
int mb_move_mount(int from, const char *fromPath, int to, const char *toPath, unsigned flags);
int mb_fsopen(const char *type, unsigned flags);
int mb_fsconfig(int fd, unsigned command, const char *key, const void *value, int aux);
int mb_fsmount(int fd, unsigned flags, unsigned attributes);
int mb_mount_setattr(int dir, const char *path, unsigned flags, struct mount_attr *attributes);
int mb_pivot_root(const char *newRoot, const char *putOld);
int mb_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d);
int mb_ioctl(int fd, unsigned long request, long argument);
int mb_ioctl_pointer(int fd, unsigned long request, void *argument);
int mb_execveat(int fd, const char *path, char *const argv[], char *const envp[], int flags);
int mb_bpf(int command, union bpf_attr *attributes, unsigned size);
int mb_bpf_load_device_program(const uint64_t *instructions, unsigned count, char *log, unsigned logSize);
int mb_bpf_attach_device_program(int cgroup, int program, unsigned flags, int replaced);
int mb_bpf_query_device_programs(int cgroup, unsigned *identities, unsigned *count);
int mb_bpf_open_program(unsigned identity);
int mb_bpf_detach_device_program(int cgroup, int program);
int mb_bpf_program_instructions(int program, uint64_t *instructions, unsigned *size);
int mb_memfd_create(const char *name, unsigned flags);
int mb_seccomp(unsigned operation, unsigned flags, void *arguments);
int mb_setresuid(unsigned r, unsigned e, unsigned s);
int mb_setresgid(unsigned r, unsigned e, unsigned s);
int mb_setgroups(size_t count, const gid_t *groups);
ssize_t mb_getdents64(int fd, void *buffer, size_t size);
int mb_getcwd(char *buffer, size_t size);
int mb_syncfs(int fd);
int mb_io_uring_setup(unsigned entries);
int mb_io_uring_register_file(int ring, int fd);
int mb_fstatfs_magic(int fd, int64_t *magic);
int mb_fsetxattr(int fd, const char *key, const void *value, size_t size);
int mb_lsetxattr(const char *path, const char *key, const void *value, size_t size);
ssize_t mb_lgetxattr(const char *path, const char *key, void *value, size_t size);
ssize_t mb_llistxattr(const char *path, char *list, size_t size);
ssize_t mb_flistxattr(int fd, char *list, size_t size);
ssize_t mb_fgetxattr(int fd, const char *key, void *value, size_t size);
// What fstatfs tells, without the fields that differ between C libraries; `flags` are those of statvfs.
struct mb_file_system {
    uint64_t magic, flags, block_size, blocks, available, free_files;
};
int mb_fstatfs(int fd, struct mb_file_system *status);
unsigned mb_major(uint64_t device);
unsigned mb_minor(uint64_t device);
uint64_t mb_makedev(unsigned major, unsigned minor);
int mb_wifsignaled(int status);
int mb_wtermsig(int status);
int mb_wexitstatus(int status);

// Gives freed memory back, and of the first thread the stack below its caller.
void mb_release_memory(void);

// Sends `size` bytes and `count` descriptors, and receives as many as fit: <0 on error, else the bytes received.
ssize_t mb_send_descriptors(int socket, const void *bytes, size_t size, const int *descriptors, int count);
ssize_t mb_receive_descriptors(int socket, void *bytes, size_t size, int *descriptors, int capacity, int *count);
// The commit this was built from, without a NUL: how many bytes it has, 0 where it is not known.
size_t mb_commit(char *buffer, size_t size);
// A SOCK_DGRAM socket of AF_UNIX, connected to `path`.
int mb_connect_datagrams(const char *path);

// CLONE_INTO_CGROUP is a 64-bit literal, which does not import.
uint64_t mb_clone_into_cgroup(void);
int mb_cld_exited(void);
int mb_setns(int fd, int kinds);
int mb_unshare(int kinds);
int mb_sethostname(const char *name, size_t size);
int mb_setdomainname(const char *name, size_t size);
// Owner and group of new files; the calls cannot fail for a privileged process.
void mb_setfsid(unsigned user, unsigned group);
// Makes every permitted capability effective. Raw, without libcap: it is on the path of each start.
int mb_raise_permitted_capabilities(void);
int mb_permitted_capabilities(uint64_t *permitted);
int mb_signalfd(const sigset_t *set);
int mb_read_signal(int fd, int *signal);
int mb_reset_signals(void);
void mb_ignore_signal(int signal);
int mb_umount2(const char *target, int flags);
int mb_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *options);
// Two ends of a SOCK_SEQPACKET pair, closed on exec.
int mb_socketpair(int ends[2]);
// The image of the launcher, launcher.S, and its size in bytes.
const void *mb_launcher(size_t *size);
// Limits as two 64-bit numbers, soft and hard; either pointer may be null.
int mb_prlimit(int resource, const uint64_t *wanted, uint64_t *former);
int mb_prlimit_of(int pid, int resource, const uint64_t *wanted, uint64_t *former);
int mb_pipe(int ends[2]);
// The new program starts in the directory `fd`.
int mb_spawn_in(posix_spawn_file_actions_t *actions, int fd);
// KEYCTL_JOIN_SESSION_KEYRING without a name.
long mb_join_new_session_keyring(void);
// KEYCTL_JOIN_SESSION_KEYRING with a name: the keyring's number.
long mb_join_session_keyring(const char *name);
// KEYCTL_DESCRIBE: the size of the description, which is longer than `size` where it did not fit.
long mb_describe_key(int key, char *buffer, size_t size);
long mb_set_key_permissions(int key, unsigned permissions);
// struct sched_attr of linux/sched/types.h, whose own header conflicts with glibc's.
struct mb_scheduling {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
    uint32_t utilization_minimum, utilization_maximum;
};
int mb_sched_setattr(struct mb_scheduling *attributes);
int mb_sched_getattr(struct mb_scheduling *attributes);
int mb_ioprio_set(int who, int id, int priority);
int mb_ioprio_get(int who, int id);
// Raw, since glibc's wrappers want masks of one fixed size. `mask` has `size` bytes.
int mb_sched_setaffinity(int pid, const uint64_t *mask, size_t size);
int mb_sched_getaffinity(int pid, uint64_t *mask, size_t size);
int mb_set_mempolicy(int mode, const uint64_t *nodes, unsigned long count);
int mb_get_mempolicy(int *mode, uint64_t *nodes, unsigned long count);
int mb_personality(unsigned long domain);
int mb_pidfd_getfd(int process, int number);
// NS_GET_NSTYPE of linux/nsfs.h.
int mb_namespace_kind(int fd);
// A SOCK_STREAM socket of AF_UNIX, connected to `path`.
int mb_connect_local(const char *path);
// A SOCK_STREAM socket of AF_UNIX that listens on `path`, which it makes.
int mb_listen_local(const char *path);
// The same with messages: SOCK_SEQPACKET. The one that listens returns at once where nobody waits.
int mb_connect_messages(const char *path);
int mb_listen_messages(const char *path);
// The next connection to a socket that listens, closed on exec.
int mb_accept(int fd);

// A wait for many descriptors: epoll(7). An operation is 0 to add, 1 to change, 2 to remove; an interest has 1 for
// reading and 2 for writing; what happened has these and 4 for an end that is gone.
#define MB_EVENTS 16
struct mb_event {
    uint64_t token;
    int what;
};
int mb_epoll_create(void);
int mb_epoll_control(int queue, int operation, int fd, uint64_t token, int interest);
// Writes over what /proc/self/cmdline shows, with as much of a text as there is room for.
int mb_set_command_line(const char *text);
// The wait status of a process that has ended and that its parent has waited for: PIDFD_GET_INFO of Linux 6.15. Is 0 where
// that is still to come.
int mb_pidfd_exit_status(int fd, int *status);
// Fills at most MB_EVENTS.
int mb_epoll_wait(int queue, struct mb_event *events, int milliseconds);
// The head of this thread's list of robust futexes: get_robust_list(2), set_robust_list(2). It has three words.
int mb_get_robust_list(void **head);
int mb_set_robust_list(void *head);
// landlock(7): the version, or -1; a set of rules that handles these rights; what is allowed below a place; from now on.
int mb_landlock_version(void);
int mb_landlock_create(uint64_t handled);
int mb_landlock_allow(int rules, int parent, uint64_t rights);
int mb_landlock_restrict(int rules);
// ptrace(2) as the kernel has it, and wait4(2) for a thread that is traced, whoever made it.
long mb_ptrace(int request, int thread, unsigned long address, void *data);
int mb_wait_thread(int thread, int options, int *status);
// Where a traced thread stands in a system call: PTRACE_GET_SYSCALL_INFO, without what differs between its kinds. A kind is 1
// before the call and 2 behind it.
struct mb_syscall_info {
    uint8_t kind, is_error;
    uint32_t architecture;
    uint64_t number;
    uint64_t arguments[6];
    int64_t result;
};
int mb_syscall_info(int thread, struct mb_syscall_info *info);
// Copies from another process' memory: process_vm_readv(2).
ssize_t mb_read_memory(int process, uint64_t address, void *buffer, size_t size);

// A call that waits for a supervisor's answer: seccomp_unotify(2).
struct mb_question {
    uint64_t id;
    int thread;
    uint32_t number;
    uint32_t architecture;
    uint64_t arguments[6];
};
int mb_notify_receive(int listener, struct mb_question *question);
int mb_notify_is_valid(int listener, uint64_t id);
// With an error number of 0 the kernel carries the call out.
int mb_notify_answer(int listener, uint64_t id, int error);
