// SPDX-License-Identifier: Apache-2.0
// devices: tries to make and to open device nodes, `NAME mknod ERRNO open ERRNO` a line. A block device of the host
// that opens is the finding; exits 1 then.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static const struct { const char *name; mode_t type; unsigned major, minor; int harmless; } nodes[] = {
    {"null", S_IFCHR, 1, 3, 1}, {"mem", S_IFCHR, 1, 1, 0}, {"kmsg", S_IFCHR, 1, 11, 0},
    {"tty0", S_IFCHR, 4, 0, 0}, {"tun", S_IFCHR, 10, 200, 0}, {"fuse", S_IFCHR, 10, 229, 0},
    {"kvm", S_IFCHR, 10, 232, 0}, {"loop-control", S_IFCHR, 10, 237, 0}, {"loop0", S_IFBLK, 7, 0, 0},
    {"sda", S_IFBLK, 8, 0, 0}, {"vda-253", S_IFBLK, 253, 0, 0}, {"vda-254", S_IFBLK, 254, 0, 0},
};

int main(int argc, char **argv) {
    const char *folder = argc > 1 ? argv[1] : "/tmp";
    int bad = 0;
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/probe-%s", folder, nodes[i].name);
        int made = mknod(path, nodes[i].type | 0600, makedev(nodes[i].major, nodes[i].minor)) == 0 ? 0 : errno;
        int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        int opened = descriptor >= 0 ? 0 : errno;
        printf("%s mknod %s open %s\n", nodes[i].name, made ? strerrorname_np(made) : "0",
               opened ? strerrorname_np(opened) : "0");
        // ENXIO and ENODEV say that the filter let it pass and that the machine has no such device.
        if (!nodes[i].harmless && (opened == 0 || opened == ENXIO || opened == ENODEV)) bad = 1;
        if (descriptor >= 0) close(descriptor);
        unlink(path);
    }
    return bad;
}
