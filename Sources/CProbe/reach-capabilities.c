// SPDX-License-Identifier: Apache-2.0
// Calls that need a capability. Their arguments are such that the kernel asks for the capability first and then finds
// nothing to do, or something that ends with the process: each says which.
#include "line.h"
#include "reach.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/xattr.h>
#include <unistd.h>

#define NOWHERE "/minibox-probe-is-nowhere"

// A tick of 0 is out of range, which is looked at after CAP_SYS_TIME.
static int time_adjusted(void) {
    struct timex time = {.modes = ADJ_TICK};
    return told(adjtimex(&time));
}
// Not the magic numbers.
static int rebooted(void) { return told(syscall(SYS_reboot, 0, 0, 0, 0)); }
// A length below 0.
static int host_named(void) { return told(syscall(SYS_sethostname, "", -1)); }
static int domain_named(void) { return told(syscall(SYS_setdomainname, "", -1)); }
// One byte is no module; no descriptor is none; nothing is called so.
static int module_begun(void) { return told(syscall(SYS_init_module, "x", 1, "")); }
static int module_of_file(void) { return told(syscall(SYS_finit_module, -1, "", 0)); }
static int module_removed(void) { return told(syscall(SYS_delete_module, "minibox_probe_has_none", O_NONBLOCK)); }
// Flags that there are not: without segments it would be an unloading.
static int kexec(void) { return told(syscall(SYS_kexec_load, 0, 0xffffL, NULL, 0xfff0L)); }
static int kexec_of_file(void) { return told(syscall(SYS_kexec_file_load, -1, -1, 0L, "", 0xfff0L)); }
static int ports_of_processor(void) {
#ifdef __x86_64__
    return told(ioperm(0x80, 1, 1));
#else
    return ENOSYS;
#endif
}
static int kernel_log(void) { return told(klogctl(10, NULL, 0)); }
static int accounting(void) { return told(acct(NOWHERE)); }
static int swapping(void) { return told(swapon(NOWHERE, 0)); }
static int swapping_less(void) { return told(swapoff(NOWHERE)); }
// A program that tells 0, a map of one number: both end with their descriptor.
static int map_made(void) {
    union bpf_attr attributes = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
    return told(syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes));
}
static int program_loaded(void) {
    struct bpf_insn program[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K}, {.code = BPF_JMP | BPF_EXIT}};
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
    attributes.insns = (unsigned long)program;
    attributes.insn_cnt = 2;
    attributes.license = (unsigned long)"GPL";
    return told(syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof attributes));
}
// A counter of one processor, that does not count.
static int all_counted(void) {
    struct perf_event_attr event;
    memset(&event, 0, sizeof event);
    event.type = PERF_TYPE_SOFTWARE;
    event.size = sizeof event;
    event.config = PERF_COUNT_SW_CONTEXT_SWITCHES;
    event.disabled = 1;
    return told(syscall(SYS_perf_event_open, &event, -1, 0, -1, 0));
}
// Of a process that has more capabilities; what is open is not read.
static int memory_of_parent(void) {
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/mem", getppid());
    keep_alone(CAP_SYS_PTRACE);
    return told(open(path, O_RDONLY));
}
static int faults_taken(void) { return told(syscall(SYS_userfaultfd, 0)); }
// A handle of nothing.
static int by_handle(void) {
    struct {
        struct file_handle handle;
        unsigned char room[8];
    } both;
    memset(&both, 0, sizeof both);
    both.handle.handle_bytes = 8;
    both.handle.handle_type = 1;
    int root = open("/", O_RDONLY | O_DIRECTORY);
    return told(open_by_handle_at(root, &both.handle, O_PATH));
}
// Nothing is attached: what is made ends with its descriptor, or with the namespace of this process.
static int mounts_of_its_own(void) { return told(unshare(CLONE_NEWNS)); }
static int network_of_its_own(void) { return told(unshare(CLONE_NEWNET)); }
static int file_system_opened(void) { return told(syscall(SYS_fsopen, "tmpfs", 0)); }
static int file_system_made(void) { return told(syscall(SYS_fsmount, -1, 0x80000000U, 0)); }
static int file_system_picked(void) { return told(syscall(SYS_fspick, -1, "", 0x80000000U)); }
static int tree_cloned(void) { return told(syscall(SYS_open_tree, AT_FDCWD, "/", 1)); }
static int mount_moved(void) { return told(syscall(SYS_move_mount, -1, "", -1, "", 0x80000000U)); }
static int mounted(void) { return told(mount("none", "/", "minibox-probe-has-none", 0, NULL)); }
static int root_changed(void) { return told(syscall(SYS_pivot_root, NOWHERE, NOWHERE)); }
static int files_watched(void) { return told(fanotify_init(FAN_CLASS_CONTENT, O_RDONLY)); }
// Sockets that nothing arrives at.
static int packets(void) { return told(socket(AF_PACKET, SOCK_RAW, 0)); }
static int raw_messages(void) { return told(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)); }
static int more_room(void) {
    int one = socket(AF_INET, SOCK_DGRAM, 0), size = 4096;
    return told(setsockopt(one, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size));
}
static int low_port(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(1), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    return told(bind(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address));
}
static int audit_asked(void) {
    struct {
        struct nlmsghdr header;
    } question = {{.nlmsg_len = sizeof question, .nlmsg_type = AUDIT_GET, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK}};
    struct {
        struct nlmsghdr header;
        struct nlmsgerr error;
        char rest[512];
    } answer;
    int audit = socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    if (audit < 0) return errno;
    if (sendto(audit, &question, sizeof question, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0) return errno;
    if (recv(audit, &answer, sizeof answer, MSG_DONTWAIT) < 0) return errno;
    return answer.header.nlmsg_type == NLMSG_ERROR ? -answer.error.error : 0;
}
// The node is gone again at once.
static int device_made(void) {
    static const char *const places[] = {"/dev/shm", "/tmp", "/"};
    int error = EROFS;
    for (int i = 0; i < 3 && error != 0 && error != EPERM; i++) {
        int folder = open(places[i], O_RDONLY | O_DIRECTORY);
        if (folder < 0) continue;
        error = told(mknodat(folder, ".minibox-probe-node", S_IFCHR | 0600, makedev(1, 11)));
        if (error == 0) unlinkat(folder, ".minibox-probe-node", 0);
    }
    return error;
}
static int changed_root(void) { return told(chroot("/")); }
// A number of no capability.
static int bounds_narrowed(void) { return told(prctl(PR_CAPBSET_DROP, 63, 0, 0, 0)); }
// Files in memory that nobody else has.
static int file(void) { return memfd_create("probe", 0); }
static int capability_of_file(void) {
    struct vfs_cap_data data = {.magic_etc = VFS_CAP_REVISION_2, .data = {{.permitted = 1}}};
    return told(fsetxattr(file(), "security.capability", &data, sizeof data, 0));
}
static int given_away(void) { return told(fchown(file(), 12345, -1)); }
static int made_immutable(void) {
    int fd = file(), flags = FS_APPEND_FL;
    return told(ioctl(fd, FS_IOC_SETFLAGS, &flags));
}
static int mode_overridden(void) {
    char path[32];
    int fd = file();
    fchmod(fd, 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return told(open(path, O_RDWR));
}
// Of this process, which ends.
static int other_user(void) { return told(setresuid(12345, 12345, 12345)); }
static int other_groups(void) { return told(setgroups(0, NULL)); }
static int locked(void) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_MEMLOCK, &none);
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return told(mlock(page, 4096));
}
static int real_time(void) {
    struct sched_param first = {.sched_priority = 1};
    return told(sched_setscheduler(0, SCHED_FIFO, &first));
}
static int higher_limit(void) {
    struct rlimit higher = {40, 40};
    return told(setrlimit(RLIMIT_NICE, &higher));
}
static int alarm_that_wakes(void) { return told(timerfd_create(8 /* CLOCK_REALTIME_ALARM */, 0)); }
static int last_pid(void) { return told(open("/proc/sys/kernel/ns_last_pid", O_WRONLY)); }

const struct reach reach_of_capabilities[] = {
    {"adjtimex", "SYS_TIME", CAP_SYS_TIME, time_adjusted},
    {"reboot", "SYS_BOOT", CAP_SYS_BOOT, rebooted},
    {"init_module", "SYS_MODULE", CAP_SYS_MODULE, module_begun},
    {"finit_module", "SYS_MODULE", CAP_SYS_MODULE, module_of_file},
    {"delete_module", "SYS_MODULE", CAP_SYS_MODULE, module_removed},
    {"kexec_load", "SYS_BOOT", CAP_SYS_BOOT, kexec},
    {"kexec_file_load", "SYS_BOOT", CAP_SYS_BOOT, kexec_of_file},
    {"ioperm", "SYS_RAWIO", CAP_SYS_RAWIO, ports_of_processor},
    {"syslog", "SYSLOG", CAP_SYSLOG, kernel_log},
    {"acct", "SYS_PACCT", CAP_SYS_PACCT, accounting},
    {"swapon", "SYS_ADMIN", CAP_SYS_ADMIN, swapping},
    {"swapoff", "SYS_ADMIN", CAP_SYS_ADMIN, swapping_less},
    {"sethostname", "SYS_ADMIN", CAP_SYS_ADMIN, host_named},
    {"setdomainname", "SYS_ADMIN", CAP_SYS_ADMIN, domain_named},
    {"unshare-mnt", "SYS_ADMIN", CAP_SYS_ADMIN, mounts_of_its_own},
    {"unshare-net", "SYS_ADMIN", CAP_SYS_ADMIN, network_of_its_own},
    {"fsopen", "SYS_ADMIN", CAP_SYS_ADMIN, file_system_opened},
    {"fsmount", "SYS_ADMIN", CAP_SYS_ADMIN, file_system_made},
    {"fspick", "SYS_ADMIN", CAP_SYS_ADMIN, file_system_picked},
    {"open_tree", "SYS_ADMIN", CAP_SYS_ADMIN, tree_cloned},
    {"move_mount", "SYS_ADMIN", CAP_SYS_ADMIN, mount_moved},
    {"mount", "SYS_ADMIN", CAP_SYS_ADMIN, mounted},
    {"pivot_root", "SYS_ADMIN", CAP_SYS_ADMIN, root_changed},
    {"fanotify_init", "SYS_ADMIN", CAP_SYS_ADMIN, files_watched},
    {"bpf-map", "BPF", CAP_BPF, map_made},
    {"bpf-program", "BPF", CAP_BPF, program_loaded},
    {"perf_event_open", "PERFMON", CAP_PERFMON, all_counted},
    {"parent-memory", "SYS_PTRACE", CAP_SYS_PTRACE, memory_of_parent},
    {"userfaultfd", "SYS_PTRACE", CAP_SYS_PTRACE, faults_taken},
    {"open_by_handle_at", "DAC_READ_SEARCH", CAP_DAC_READ_SEARCH, by_handle},
    {"socket-packet", "NET_RAW", CAP_NET_RAW, packets},
    {"socket-raw", "NET_RAW", CAP_NET_RAW, raw_messages},
    {"receive-buffer", "NET_ADMIN", CAP_NET_ADMIN, more_room},
    {"bind-low", "NET_BIND_SERVICE", CAP_NET_BIND_SERVICE, low_port},
    {"audit-get", "AUDIT_CONTROL", CAP_AUDIT_CONTROL, audit_asked},
    {"mknod", "MKNOD", CAP_MKNOD, device_made},
    {"chroot", "SYS_CHROOT", CAP_SYS_CHROOT, changed_root},
    {"bounding-set", "SETPCAP", CAP_SETPCAP, bounds_narrowed},
    {"file-capability", "SETFCAP", CAP_SETFCAP, capability_of_file},
    {"fchown", "CHOWN", CAP_CHOWN, given_away},
    {"append-only", "LINUX_IMMUTABLE", CAP_LINUX_IMMUTABLE, made_immutable},
    {"mode-0", "DAC_OVERRIDE", CAP_DAC_OVERRIDE, mode_overridden},
    {"setresuid", "SETUID", CAP_SETUID, other_user},
    {"setgroups", "SETGID", CAP_SETGID, other_groups},
    {"mlock", "IPC_LOCK", CAP_IPC_LOCK, locked},
    {"real-time", "SYS_NICE", CAP_SYS_NICE, real_time},
    {"raise-limit", "SYS_RESOURCE", CAP_SYS_RESOURCE, higher_limit},
    {"wake-alarm", "WAKE_ALARM", CAP_WAKE_ALARM, alarm_that_wakes},
    {"ns_last_pid", "CHECKPOINT_RESTORE", CAP_CHECKPOINT_RESTORE, last_pid},
};
const int reach_of_capabilities_count = sizeof reach_of_capabilities / sizeof *reach_of_capabilities;
