// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Which capabilities a call that went through has needed, as far as that is seen from outside.
///
/// The kernel tells nobody which it asked for. So it is inferred of what the call did (capabilities(7)), and where that leaves a
/// doubt the capability is taken for needed.
enum UsedCapabilities {
    /// - Parameter holder: what the thread has in effect, and who it is for files, as `/proc/PID/status` says.
    static func of(_ call: TracedCall, _ holder: ProcessStatus) -> CapabilitySet {
        guard !call.isError, call.result != nil, let effective = holder.capabilities("CapEff"), !effective.isEmpty
        else { return [] }
        var used = byName[call.name] ?? []
        used.formUnion(byArguments(call))
        let ids = (holder.value(of: "Uid") ?? "").split { $0 == "\t" || $0 == " " }.compactMap { UInt32($0) }
        let groups = ["Gid", "Groups"].flatMap { name in
            (holder.value(of: name) ?? "").split { $0 == "\t" || $0 == " " }.compactMap { UInt32($0) }
        }
        if let user = ids.last, !effective.isDisjoint(with: [.dacOverride, .fowner]) {
            used.formUnion(files(call, Reader(user: user, groups: Set(groups))))
        }
        return used.intersection(effective)
    }

    /// Whether a call of that name may need any.
    static func mayBeOf(_ name: String) -> Bool {
        byName[name] != nil || accesses[name] != nil || deciding.contains(name)
    }

    /// The calls of ``byArguments(_:)``.
    private static let deciding: Set = [
        "socket", "bind", "kill", "tkill", "tgkill", "pidfd_send_signal", "mknod", "mknodat", "prctl", "setpriority",
        "setxattr", "lsetxattr", "fsetxattr", "unshare",
    ]

    private static let byName: [String: CapabilitySet] = {
        var table: [String: CapabilitySet] = [:]
        for (names, capability) in [
            ("chown lchown fchown fchownat", .chown), ("setuid setreuid setresuid setfsuid", .setuid),
            ("setgid setregid setresgid setfsgid setgroups", .setgid), ("chroot", .sysChroot),
            ("mount umount2 pivot_root sethostname setdomainname setns swapon swapoff quotactl", .sysAdmin),
            ("settimeofday clock_settime adjtimex clock_adjtime", .sysTime), ("syslog", .syslog), ("acct", .sysPacct),
            ("reboot kexec_load", .sysBoot), ("init_module finit_module delete_module", .sysModule),
            ("iopl ioperm", .sysRawio), ("open_by_handle_at", .dacReadSearch), ("vhangup", .sysTtyConfig),
        ] as [(String, CapabilitySet)] {
            for name in names.split(separator: " ") { table[String(name)] = capability }
        }
        return table
    }()

    private static func byArguments(_ call: TracedCall) -> CapabilitySet {
        func argument(_ place: Int) -> UInt64 { place < call.arguments.count ? call.arguments[place] : 0 }
        switch call.name {
        case "socket":
            // AF_PACKET, and SOCK_RAW of another family than AF_NETLINK.
            let isRaw = argument(1) & 0xf == 3 && argument(0) != 16
            return argument(0) == 17 || isRaw ? .netRaw : []
        case "bind":
            let port = call.texts[1]?.split(separator: ":").last.flatMap { UInt16($0) } ?? 0
            return (1..<1024).contains(port) && call.texts[1]?.hasPrefix("unix:") == false ? .netBindService : []
        case "kill", "tkill", "tgkill", "pidfd_send_signal": return .kill
        case "mknod": return isDevice(argument(1)) ? .mknod : []
        case "mknodat": return isDevice(argument(2)) ? .mknod : []
        // PR_CAPBSET_DROP, PR_SET_SECUREBITS.
        case "prctl": return [24, 28].contains(argument(0)) ? .setpcap : []
        case "setpriority": return Int32(truncatingIfNeeded: argument(2)) < 0 ? .sysNice : []
        case "setxattr", "lsetxattr": return call.texts[1] == "security.capability" ? .setfcap : []
        case "fsetxattr": return call.texts[1] == "security.capability" ? .setfcap : []
        case "unshare": return argument(0) & 0x7e02_0000 & ~0x1000_0000 != 0 ? .sysAdmin : []
        default: return []
        }
    }

    private static func isDevice(_ mode: UInt64) -> Bool { [0o020000, 0o060000].contains(mode & 0o170000) }

    /// Who asks for files.
    private struct Reader {
        var user: UInt32
        var groups: Set<UInt32>

        func may(_ access: UInt32, _ status: FileStatus) -> Bool {
            let shift: UInt32 = status.user == user ? 6 : groups.contains(status.group) ? 3 : 0
            return status.permissions >> shift & access == access
        }
    }

    /// What the modes of the files on its way would not have let through.
    private static func files(_ call: TracedCall, _ reader: Reader) -> CapabilitySet {
        guard let access = accesses[call.name], let places = CallSignature(of: call.name)?.texts else { return [] }
        var used: CapabilitySet = []
        for place in places {
            guard let path = call.texts[place], let start = start(of: call, path, before: place) else { continue }
            let isOpen = call.name == "open" || call.name == "openat"
            let flags = isOpen ? call.arguments[call.name == "open" ? 1 : 2] : 0
            var needed: UInt32 = access == .change ? 0 : 4
            if isOpen { needed = [4, 2, 6, 6][Int(flags & 3)] }
            // O_PATH asks for nothing.
            if flags & 0o10000000 != 0 { needed = 0 }
            let changesFolder = access == .change || access == .create && flags & 0o100 != 0 && call.name != "chmod"
            if isRefused(path, from: start, needed: needed, changesFolder: changesFolder && access != .own, reader) {
                used.formUnion(.dacOverride)
            }
            if access == .own, let file = try? start.open(path, .path, resolve: .container),
                let status = try? file.status(), status.user != reader.user
            {
                used.formUnion(.fowner)
            }
        }
        return used
    }

    private enum Access {
        case create, change, own, look
    }

    private static let accesses: [String: Access] = [
        "open": .create, "openat": .create, "creat": .change, "mkdir": .change, "mkdirat": .change, "rmdir": .change,
        "unlink": .change, "unlinkat": .change, "rename": .change, "renameat": .change, "renameat2": .change,
        "link": .change, "linkat": .change, "symlink": .change, "symlinkat": .change, "mknod": .change,
        "mknodat": .change, "chmod": .own, "fchmodat": .own, "utimensat": .own, "chdir": .look, "execve": .look,
    ]

    /// The folder that a path begins in.
    private static func start(of call: TracedCall, _ path: String, before place: Int) -> Descriptor? {
        let base = "/proc/\(call.outside)"
        if path.hasPrefix("/") { return try? Descriptor.open(base + "/root", [.path, .directory]) }
        let number = place > 0 ? Int32(truncatingIfNeeded: call.arguments[place - 1]) : -100
        let hasFolder = CallSignature(of: call.name).map { place > 0 && $0.letters[place - 1] == "d" } ?? false
        return try? Descriptor.open(
            hasFolder && number >= 0 ? "\(base)/fd/\(number)" : base + "/cwd", [.path, .directory])
    }

    private static func isRefused(
        _ path: String, from start: borrowing Descriptor, needed: UInt32, changesFolder: Bool, _ reader: Reader
    ) -> Bool {
        let parts = path.split(separator: "/").map(String.init)
        var prefix = path.hasPrefix("/") ? "/" : "."
        for part in parts.dropLast() + [""] {
            guard let folder = try? start.open(prefix, .path, resolve: .container), let status = try? folder.status()
            else { return false }
            guard status.isDirectory else { break }
            if !reader.may(1, status) { return true }
            if part.isEmpty, changesFolder, !reader.may(2, status) { return true }
            prefix += (prefix.hasSuffix("/") ? "" : "/") + part
        }
        guard needed != 0, let file = try? start.open(path, .path, resolve: .container),
            let status = try? file.status()
        else { return false }
        return status.kind != .symbolicLink && !reader.may(needed, status)
    }
}
