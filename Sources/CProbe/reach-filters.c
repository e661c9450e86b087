// SPDX-License-Identifier: Apache-2.0
// Calls that need no capability: where they are refused, a system call filter has done it.
#include "line.h"
#include "reach.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static int user_of_its_own(void) { return told(unshare(CLONE_NEWUSER)); }

// A child that ends at once.
static int ended(long child) {
    if (child == 0) _exit(0);
    if (child < 0) return errno;
    waitpid((pid_t)child, NULL, 0);
    return 0;
}
static int child_of_another_user(void) {
    return ended(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL));
}
static int child_by_three(void) {
    struct clone_args arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.exit_signal = SIGCHLD;
    return ended(syscall(SYS_clone3, &arguments, sizeof arguments));
}
static int keyring(void) { return told(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0)); }
// Longer than a key can be.
static int key_added(void) {
    return told(syscall(SYS_add_key, "user", "minibox-probe", "x", 1UL << 30, KEY_SPEC_PROCESS_KEYRING));
}
// No program is asked for it: there is nothing to tell it.
static int key_asked(void) { return told(syscall(SYS_request_key, "user", "minibox-probe-has-none", NULL, 0)); }
static int ring(void) {
    struct io_uring_params parameters;
    memset(&parameters, 0, sizeof parameters);
    return told(syscall(SYS_io_uring_setup, 1, &parameters));
}
static int to_hypervisor(void) { return told(socket(AF_VSOCK, SOCK_STREAM, 0)); }
static int of_algorithms(void) { return told(socket(AF_ALG, SOCK_SEQPACKET, 0)); }
static int compared(void) { return told(syscall(SYS_kcmp, getpid(), getpid(), 0, 0, 0)); }
static int descriptor_of_process(void) {
    int process = (int)syscall(SYS_pidfd_open, getpid(), 0);
    return process < 0 ? errno : told(syscall(SYS_pidfd_getfd, process, 0, 0));
}
static int another_layout(void) { return told(personality(ADDR_NO_RANDOMIZE)); }
static int policy_of_memory(void) { return told(syscall(SYS_set_mempolicy, 0, NULL, 0)); }
static int route_socket(void) { return told(socket(AF_NETLINK, SOCK_RAW, 0)); }
static int traced(void) { return told(ptrace(PTRACE_TRACEME, 0, NULL, NULL)); }
static int memory_read(void) {
    char from = 'x', to = 0;
    struct iovec source = {&from, 1}, target = {&to, 1};
    return told(process_vm_readv(getpid(), &target, 1, &source, 1, 0));
}
static int handle_named(void) {
    struct {
        struct file_handle handle;
        unsigned char room[MAX_HANDLE_SZ];
    } both = {.handle = {.handle_bytes = MAX_HANDLE_SZ}};
    int mount;
    return told(name_to_handle_at(AT_FDCWD, "/proc", &both.handle, &mount, 0));
}
static int landlock(void) { return told(syscall(444 /* landlock_create_ruleset */, NULL, 0, 1)); }
static int cache_looked_at(void) {
    uint64_t range[2] = {0, 0}, statistics[5];
    int fd = memfd_create("probe", 0);
    return told(syscall(451 /* cachestat */, fd, range, statistics, 0));
}
static int filter_sizes(void) {
    uint16_t sizes[3];
    return told(syscall(SYS_seccomp, 3 /* SECCOMP_GET_NOTIF_SIZES */, 0, sizes));
}

const struct reach reach_of_filters[] = {
    {"unshare-user", "-", -1, user_of_its_own},
    {"clone-user", "-", -1, child_of_another_user},
    {"clone3", "-", -1, child_by_three},
    {"keyctl", "-", -1, keyring},
    {"add_key", "-", -1, key_added},
    {"request_key", "-", -1, key_asked},
    {"io_uring_setup", "-", -1, ring},
    {"socket-vsock", "-", -1, to_hypervisor},
    {"socket-alg", "-", -1, of_algorithms},
    {"kcmp", "-", -1, compared},
    {"pidfd_getfd", "-", -1, descriptor_of_process},
    {"personality", "-", -1, another_layout},
    {"set_mempolicy", "-", -1, policy_of_memory},
    {"socket-netlink", "-", -1, route_socket},
    {"ptrace-traceme", "-", -1, traced},
    {"process_vm_readv", "-", -1, memory_read},
    {"name_to_handle_at", "-", -1, handle_named},
    {"landlock", "-", -1, landlock},
    {"cachestat", "-", -1, cache_looked_at},
    {"seccomp-notify", "-", -1, filter_sizes},
};
const int reach_of_filters_count = sizeof reach_of_filters / sizeof *reach_of_filters;
