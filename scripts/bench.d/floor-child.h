// SPDX-License-Identifier: Apache-2.0
// The child's steps of floor.h.
static void await_host(const int *numbers, int count) {
    union { char bytes[CMSG_SPACE(sizeof(int) * 64)]; struct cmsghdr align; } control;
    char byte[16];
    struct iovec vector = {.iov_base = byte, .iov_len = sizeof byte};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    if (need(recvmsg(channel, &message, MSG_CMSG_CLOEXEC)) == 0) _exit(125);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    for (int i = 0; i < count && header; i++)
        memcpy(&slots[numbers[i]], CMSG_DATA(header) + sizeof(int) * (size_t)i, sizeof(int));
}
static void become(unsigned wanted_user, unsigned wanted_group, const gid_t *groups, size_t count) {
    need(syscall(SYS_setgroups, count, groups));
    need(syscall(SYS_setresgid, wanted_group, wanted_group, wanted_group));
    need(syscall(SYS_setresuid, wanted_user, wanted_user, wanted_user));
}
static void isolate_mounts(void) {
    int self = (int)need(syscall(SYS_pidfd_open, getpid(), 0));
    need(syscall(SYS_setns, self, CLONE_NEWNS));
    close(self);
    struct mount_attr wanted = {.propagation = 1 << 18};
    need(syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &wanted, sizeof wanted));
}
static void attach_root(int root) {
    int place = (int)need(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    attach_at(slots[root], place);
    close(place);
}
static int place_in(int root, const char *target, int is_directory) {
    static const char *const kernels[] = {"/proc", "/sys", "/dev"};
    uint64_t how = CONTAINER;
    for (int i = 0; i < 3; i++)
        if (!strncmp(target, kernels[i], strlen(kernels[i]))) how = KERNELS;
    int place = resolve(slots[root], target, O_PATH | (is_directory ? O_DIRECTORY : 0), how);
    if (place >= 0 || errno != ENOENT) return (int)need(place);
    char above[PATH_MAX];
    snprintf(above, sizeof above, "%s", target);
    char *name = strrchr(above, '/');
    *name++ = 0;
    int parent = place_in(root, above, 1);
    if (is_directory) need(mkdirat(parent, name, 0755));
    else close((int)need(openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)));
    place = (int)need(openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
    close(parent);
    return place;
}
static void mount_at(int root, const char *type, const char *const *options, unsigned attributes, const char *target) {
    int fs = context(type);
    if (!strcmp(type, "tmpfs") || !strcmp(type, "proc") || !strcmp(type, "sysfs")) option(fs, "source", type);
    for (; *options; options += 2) option(fs, options[0], options[1]);
    int mount = created(fs, attributes), place = place_in(root, target, 1);
    attach_at(mount, place);
    close(place);
    close(mount);
}
static void attach(int root, int slot, const char *target, int is_directory) {
    int place = place_in(root, target, is_directory);
    attach_at(slots[slot], place);
    close(place);
    close(slots[slot]);
}
static void pivot(int root) {
    need(fchdir(slots[root]));
    need(syscall(SYS_pivot_root, ".", "."));
    need(syscall(SYS_umount2, ".", 2 | 8));
    need(chdir("/"));
}
static void bring_loopback_up(void) {
    struct { struct nlmsghdr header; struct ifinfomsg link; } message = {
        {sizeof message, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, 1, 0}, {.ifi_index = 1, .ifi_flags = 1, .ifi_change = 1}};
    char answer[256];
    int netlink = (int)need(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    need(write(netlink, &message, sizeof message));
    need(read(netlink, answer, sizeof answer));
    close(netlink);
}
static void set_sysctl(int root, const char *path, const char *value) {
    struct statfs kind;
    int proc = (int)need(resolve(slots[root], "proc", O_PATH | O_DIRECTORY, KERNELS));
    need(fstatfs(proc, &kind));
    int file = (int)need(resolve(proc, path, O_WRONLY, KERNELS | RESOLVE_NO_XDEV));
    need(write(file, value, strlen(value)));
    close(file);
    close(proc);
}
static void read_whole(int root, const char *path) {
    char bytes[4096];
    struct stat status;
    int file = resolve(slots[root], path, O_RDONLY | O_NONBLOCK, CONTAINER);
    if (file < 0) return;
    need(fstat(file, &status));
    while (need(read(file, bytes, sizeof bytes)) > 0) {}
    close(file);
}
static void resolve_user(int root, unsigned id) {
    read_whole(root, "etc/passwd");
    read_whole(root, "etc/group");
    user = (int)id;
    group = 0;
}
static void take_user(int root, unsigned wanted_user, unsigned wanted_group) {
    read_whole(root, "etc/passwd");
    user = (int)wanted_user;
    group = (int)wanted_group;
}
static void resolve_program(int root, const char *name, const char *const *search) {
    struct stat status;
    static const char *const as_it_is[] = {"", NULL};
    int slash = strchr(name, '/') != NULL;
    for (search = slash ? as_it_is : search; *search; search++) {
        snprintf(program, sizeof program, slash ? "%s%s" : "%s/%s", *search, name);
        int file = resolve(slots[root], program, O_PATH, CONTAINER);
        if (file < 0) continue;
        need(fstat(file, &status));
        close(file);
        if (S_ISREG(status.st_mode) && status.st_mode & 0111) return;
    }
    errno = ENOENT;
    need(-1);
}
static void verify_paths(int root, char **paths) {
    struct statfs status;
    for (; *paths; paths++) {
        int place = resolve(slots[root], *paths, O_PATH, CONTAINER);
        if (place < 0) continue;
        need(fstatfs(place, &status));
        close(place);
    }
}
static void make_read_only(int root, const char *path) {
    int place = resolve(slots[root], path, O_PATH, CONTAINER);
    if (place < 0) return;
    int copy = copy_of(place, "", AT_EMPTY_PATH | AT_RECURSIVE);
    set_attributes(copy, MOUNT_ATTR_RDONLY, 0, 0, AT_RECURSIVE);
    attach_at(copy, place);
    close(copy);
    close(place);
}
static void mask(int root, const char *path) {
    static int empty = -1, null = -1;
    struct stat status;
    int cover, place = resolve(slots[root], path, O_PATH, CONTAINER);
    if (place < 0) return;
    need(fstat(place, &status));
    int *first = S_ISDIR(status.st_mode) ? &empty : &null;
    if (*first >= 0) {
        cover = copy_of(*first, "", AT_EMPTY_PATH);
    } else if (first == &empty) {
        int fs = context("tmpfs");
        option(fs, "source", "tmpfs");
        option(fs, "mode", "0755");
        option(fs, "nr_inodes", "2");
        cover = created(fs, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
    } else {
        int device = (int)need(resolve(slots[root], "dev/null", O_PATH | O_NOFOLLOW, KERNELS));
        need(fstat(device, &status));
        cover = copy_of(device, "", AT_EMPTY_PATH);
        set_attributes(cover, MOUNT_ATTR_RDONLY, 0, 0, 0);
        close(device);
    }
    attach_at(cover, place);
    if (*first < 0) *first = cover;
    else close(cover);
    close(place);
}
static void reset_signals(void) {
    sigset_t none;
    for (int number = 1; number < 65; number++) {
        struct sigaction current;
        if (sigaction(number, NULL, &current) != 0 || current.sa_handler != SIG_IGN) continue;
        current.sa_handler = SIG_DFL;
        sigaction(number, &current, NULL);
    }
    sigemptyset(&none);
    need(sigprocmask(SIG_SETMASK, &none, NULL));
}
static void use_streams(int first, int root) {
    slots[first] = (int)need(resolve(slots[root], "dev/null", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, CONTAINER));
    for (int stream = 0; stream < 3; stream++) {
        need(dup2(slots[first + stream], stream));
        close(slots[first + stream]);
    }
}
static void set_limit(int resource, uint64_t soft, uint64_t hard) {
    uint64_t values[2] = {soft, hard};
    need(syscall(SYS_prlimit64, 0, resource, values, NULL));
}
static void change_directory(int root, const char *path) {
    char name[4096];
    int directory = (int)need(resolve(slots[root], path, O_PATH | O_DIRECTORY, CONTAINER));
    need(fchdir(directory));
    need(syscall(SYS_getcwd, name, sizeof name));
    close(directory);
}
static void bound_capabilities(uint64_t kept) {
    for (int number = 0; number < 64; number++) {
        if (kept >> number & 1) continue;
        int held = prctl(PR_CAPBSET_READ, number, 0, 0, 0);
        if (held < 0) return;
        if (held == 1) need(prctl(PR_CAPBSET_DROP, number, 0, 0, 0));
    }
}
static void set_capabilities(uint64_t kept) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    if (user != 0) kept = 0;
    struct __user_cap_data_struct data[2] = {{(uint32_t)kept, (uint32_t)kept, 0},
                                             {(uint32_t)(kept >> 32), (uint32_t)(kept >> 32), 0}};
    need(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
    need(syscall(SYS_capset, &header, data));
}
static void set_capability_sets(uint64_t kept) {
    need(prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0));
    set_capabilities(kept);
}
static void use_every_processor(void) {
    uint64_t mask[128];
    memset(mask, 0xff, sizeof mask);
    need(syscall(SYS_sched_setaffinity, 0, sizeof mask, mask));
}
static void look_at_streams(void) {
    struct stat status;
    for (int stream = 0; stream < 3; stream++) {
        int copy = (int)need(fcntl(stream, F_DUPFD_CLOEXEC, 3));
        need(fstat(copy, &status));
        close(copy);
    }
}
static void verify_confinement(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    need(syscall(SYS_capget, &header, data));
    for (int i = 0; i <= CAP_LAST_CAP; i++) need(prctl(PR_CAPBSET_READ, i, 0, 0, 0));
    need(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
}
static void load_filter(const uint64_t *filter, unsigned count) {
    struct { unsigned short count; const uint64_t *filter; } wanted = {(unsigned short)count, filter};
    need(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &wanted));
}
static void launch(int no_new_privileges, const uint64_t *filter, unsigned count, char **arguments, char **environment) {
    if (no_new_privileges) need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    size_t size = (size_t)(mb_launcher_end - mb_launcher_start), length = size;
    char *image = malloc(size + 16 + count * 8 + sizeof program);
    uint32_t header[4] = {3, 0, count, 0};
    memcpy(image, mb_launcher_start, size);
    memcpy(image + length, header, sizeof header);
    memcpy(image + (length += sizeof header), filter, count * 8);
    length += count * 8;
    memcpy(image + length, program, strlen(program) + 1);
    length += strlen(program) + 1;
    int file = (int)need(syscall(SYS_memfd_create, "floor", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    need(write(file, image, length));
    need(fcntl(file, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE));
    send_slots("L", 1, NULL, 0);
    need(syscall(SYS_close_range, 3, ~0u, 1 << 2));
    file = (int)need(fcntl(file, F_DUPFD_CLOEXEC, 4));
    need(dup2(channel, 3));
    need(syscall(SYS_execveat, file, "", arguments, environment, AT_EMPTY_PATH));
}
