// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension AuditCheck {
    /// A22 to A40: what it sees of files. mount_namespaces(7), proc(5).
    static let files: [AuditCheck] = [
        AuditCheck(
            "A22", .files, .high, "its root is the root of its mounts", advice: "pivot_root(2) instead of chroot(2)"
        ) { subject in
            subject.mounts.contains { $0.point == "/" }
                ? .stands("a mount on /") : .open("no mount on /: it was only chrooted")
        },
        AuditCheck(
            "A23", .files, .low, "cannot change its own programs", advice: "--read-only, with --tmpfs where it writes"
        ) { subject in
            guard let root = subject.mounts.last(where: { $0.point == "/" }) else { return .untold("it has no root") }
            return root.isReadOnly ? .stands("/ is read-only") : .open("/ can be written to")
        },
        AuditCheck(
            "A25", .files, .high, "cannot change settings of the kernel", advice: "leave out --privileged"
        ) { subject in
            guard let proc = subject.mounts.last(where: { $0.point == "/proc" && $0.type == "proc" }) else {
                return .untold("it has no /proc")
            }
            let missing = ["nosuid", "nodev", "noexec"].filter { !proc.has($0) }
            guard missing.isEmpty else { return .open("/proc is not \(missing.joined(separator: ", "))") }
            return subject.places["/proc/sys"] == .writable
                ? .open("/proc/sys can be written to") : .stands("/proc/sys is read-only or not there")
        },
        AuditCheck(
            "A26", .files, .medium, "files of the kernel that tell of the host are hidden",
            advice: "leave out --privileged and --security-opt systempaths=unconfined"
        ) { subject in
            let open = AuditSubject.hiddenPaths.filter { subject.places[$0].map { $0 != .hidden } ?? false }
            let there = AuditSubject.hiddenPaths.filter { subject.places[$0] != nil }
            return open.isEmpty ? .stands("\(there.count) that there are") : .open(open.joined(separator: ", "))
        },
        AuditCheck(
            "A28", .files, .high, "cannot change devices and cgroups by /sys", advice: "leave out --privileged"
        ) { subject in
            let writable = subject.mounts.filter {
                ($0.point == "/sys" || $0.point.hasPrefix("/sys/")) && !$0.isReadOnly && $0.type != "tmpfs"
            }
            return writable.isEmpty
                ? .stands("nothing below /sys can be written to")
                : .open(writable.map(\.point).joined(separator: ", ") + " can be written to")
        },
        AuditCheck(
            "A29", .files, .medium, "its mounts do not reach the host, nor the host's it",
            advice: "leave out :shared, :rshared, :slave and :rslave of volumes, unless it has to see new mounts"
        ) { subject in
            let spread = subject.mounts.filter { !$0.propagation.isEmpty }
            return spread.isEmpty
                ? .stands("\(subject.mounts.count) mounts, all private")
                : .open(spread.prefix(4).map { "\($0.point) \($0.propagation[0])" }.joined(separator: ", "))
        },
        AuditCheck(
            "A30", .files, .high, "sees none of the host's own folders",
            advice: "bind the one folder that it needs, and :ro where it only reads"
        ) { subject in
            let found = subject.sensitiveBinds
            return found.isEmpty
                ? .stands("no bind of /, /etc, /proc, /sys, /dev, /run, /boot, /root or a runtime's store")
                : .open(found.map { "\($0.host) at \($0.point)" }.joined(separator: ", "))
        },
        AuditCheck(
            "A34", .files, .high, "has no socket by which it commands the host",
            advice: "leave out the volume of docker.sock, containerd.sock and the like: who has it is root of the host"
        ) { subject in
            subject.socketMounts.isEmpty
                ? .stands("no socket is mounted") : .open(subject.socketMounts.joined(separator: ", "))
        },
        AuditCheck(
            "A35", .files, .medium, "volumes and memory file systems hold no devices and no set-user-ID programs",
            advice:
                "a bind has the options of the file system that it is from: mount that nosuid and nodev, or give the folder a volume"
        ) { subject in
            let lax = subject.mounts.filter { mount in
                !mount.isTheKernels && mount.point != "/" && !AuditSubject.given.contains(mount.point)
                    && !(mount.has("nosuid") && (mount.has("nodev") || mount.point == "/dev"))
            }
            return lax.isEmpty
                ? .stands("nosuid and nodev") : .open(lax.prefix(6).map(\.point).joined(separator: ", "))
        },
        AuditCheck(
            "A39", .files, .high, "has the usual devices alone", advice: "leave out --privileged and --device"
        ) { subject in
            let odd = subject.devices.filter { !AuditSubject.usualDevices.contains($0.value) && $0.value.major != 136 }
            let names = odd.keys.sorted()
            return names.isEmpty
                ? .stands("\(subject.devices.count) nodes")
                : .open(
                    names.prefix(6).joined(separator: ", ") + (names.count > 6 ? " and \(names.count - 6) more" : ""))
        },
    ]
}

extension AuditSubject {
    /// Those that Docker hides, and those that minibox hides beside them. A list of its own: what the runtime forgets to
    /// hide must not be forgotten here too.
    static let hiddenPaths = [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/kpagecgroup",
        "/proc/kpagecount", "/proc/kpageflags", "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",
        "/proc/sysrq-trigger", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap",
        "/sys/firmware",
    ]

    /// null, zero, full, random, urandom, tty, console and ptmx: runtime-spec, "Default Devices".
    static let usualDevices: Set<DeviceNumber> = [
        DeviceNumber(1, 3), DeviceNumber(1, 5), DeviceNumber(1, 7), DeviceNumber(1, 8), DeviceNumber(1, 9),
        DeviceNumber(5, 0), DeviceNumber(5, 1), DeviceNumber(5, 2),
    ]

    private static let sensitive = [
        "/etc", "/proc", "/sys", "/dev", "/run", "/var/run", "/boot", "/root", "/var/lib/docker", "/var/lib/containers",
        "/var/lib/containerd", "/var/lib/minibox", "/lib/modules", "/usr",
    ]
    /// What every engine puts there, a file each.
    static let given: Set<String> = ["/etc/hosts", "/etc/hostname", "/etc/resolv.conf"]

    /// Binds of folders that are the host's own, by where they are there and here.
    var sensitiveBinds: [(host: String, point: String)] {
        mounts.compactMap { mount in
            // The kernel's own file systems are a matter of A25 and A28, and here where they are somewhere else.
            guard !["/", "/proc", "/sys"].contains(mount.point), !Self.given.contains(mount.point),
                let host = hostPath(of: mount)
            else {
                return nil
            }
            let isOwn = host == "/" || Self.sensitive.contains { host == $0 }
            return isOwn ? (host, mount.point) : nil
        }
    }

    /// Where the host has the folder that the mount shows; nil where who looks does not see that file system as a whole.
    func hostPath(of mount: MountTableEntry) -> String? {
        // Its own instances of these are no files of the host's.
        guard !["proc", "sysfs", "tmpfs", "devpts", "mqueue", "cgroup", "cgroup2", "overlay"].contains(mount.type)
        else {
            guard let same = ownMounts.first(where: { $0.device == mount.device && $0.root == mount.root }),
                namespaces["mnt"] != ownNamespaces["mnt"], mount.type != "cgroup2", mount.type != "mqueue"
            else { return nil }
            return same.point
        }
        for own in ownMounts where own.device == mount.device {
            if own.root == "/" {
                return own.point == "/" ? mount.root : own.point + (mount.root == "/" ? "" : mount.root)
            }
            if own.root == mount.root { return own.point }
        }
        return nil
    }
}

extension MountTableEntry {
    /// Whether it shows what the kernel makes up, or a device alone: the null device that hides a file is one.
    fileprivate var isTheKernels: Bool {
        ["proc", "sysfs", "cgroup", "cgroup2", "devpts", "devtmpfs", "mqueue", "overlay"].contains(type)
            || point.hasPrefix("/dev/")
    }
}
