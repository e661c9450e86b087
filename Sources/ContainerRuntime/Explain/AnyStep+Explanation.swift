// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A step in words: what it does, by which calls, and what would be open without it.
public struct Explanation: Hashable, Sendable {
    public var what: String
    public var call: String
    public var protects: String
    init(_ what: String, _ call: String, _ protects: String) {
        self.what = what
        self.call = call
        self.protects = protects
    }
}

extension AnyStep {
    /// What the step does, for a list and for an error.
    public var summary: String { explanation.what }

    /// The step in words.
    public var explanation: Explanation {
        switch self {
        case .host(let step): step.explanation
        case .spawn(let spawn): spawn.explanation
        case .mount(let step): step.explanation
        case .pivot:
            Explanation(
                "make the container's root the root, and let the host's go", "pivot_root, umount2",
                "the host's files, which no name leads to any more")
        case .root(let step): step.explanation
        case .confine(let step): step.explanation
        case .gate(let step): step.explanation
        case .launch(let launch): launch.explanation
        }
    }
}

extension HostStep {
    var explanation: Explanation {
        switch self {
        case .enterMountNamespace:
            Explanation(
                "leave the host's mount namespace", "unshare, mount_setattr",
                "the host from layers that this kernel can only stack where they are attached")
        case .writeOwnFile(_, let path, _, _):
            Explanation("write \(path)", "open, write, open_tree, mount_setattr", "the host's own file of that name")
        case .makeCgroup(let cgroup):
            Explanation(
                "make cgroup \(cgroup.path)" + (cgroup.names.isEmpty ? "" : " with \(cgroup.names)"),
                "mkdirat, openat", "the host from processes that cannot be found, counted or killed as one")
        case .openCgroup(let path):
            Explanation("open cgroup \(path)", "openat", "a program that the container's limits do not hold")
        case .limit(let setting):
            Explanation(
                "set \(setting.file) to \(setting.value)"
                    + (setting.otherwise ?? []).map { ", or else \($0.file) to \($0.value)" }.joined(), "write",
                Self.limitReason(setting))
        case .filterDevices(let rules):
            Explanation(
                rules.allSatisfy(\.isAllowed)
                    ? "allow \(rules.count) kinds of device and no others"
                    : "decide by \(rules.count) rules on devices",
                "bpf", "disks, memory and other devices of the host, by whatever node or right")
        case .delegateCgroup(let owner):
            Explanation(
                "let user \(owner) make cgroups below the container's", "fchown, fchownat",
                "nothing by itself: the container's root may share out what the container has")
        case .openStreams(let input, _, let outlives):
            Explanation(
                (input ? "open pipes for input, output and errors" : "open pipes for output and errors")
                    + (outlives ? ", which stay open without a supervisor" : ""), "pipe2, fchown",
                "the host's terminal and files behind this command's own streams")
        case .mapIDs(let map):
            Explanation(
                "map ids " + map.words,
                "write uid_map, gid_map",
                "root of the host: root in the container is nobody outside")
        case .openUserNamespace(let process):
            Explanation("open the user namespace of process \(process)", "open", "as the container that is joined")
        case .copyTree(let slot, let copy): copy.explanation(as: slot)
        case .copyRoot(let slot, let root) where root.path != "/":
            Explanation(
                "take the \(root.path) of \(root.name), process \(root.process), as \(slot)",
                "pidfd_open, clone3, setns, open_tree, fstatfs, mount_setattr",
                "something else that \(root.name) has put there: it has to be in memory")
        case .copyRoot(let slot, let root):
            Explanation(
                "copy what process \(root.process) of \(root.name) sees as \(slot), with all mounts below",
                "pidfd_open, clone3, setns, open_tree, mount_setattr",
                "mounts of the container: what is mounted or unmounted in the copy is so in the copy alone")
        case .makeMapping(let slot, let users, let groups):
            Explanation(
                "make \(slot): users \(users.words)" + (groups == users ? "" : ", groups \(groups.words)"),
                "clone3, write uid_map, gid_map", "files that would belong to nobody, or to a user of the host")
        case .mountOverlay(let overlay) where !overlay.isWritable:
            Explanation(
                "stack \(overlay.layers.count) layers as \(overlay.root), which nobody can write to"
                    + (overlay.subpath.map { ", and take \($0) of it" } ?? ""), overlay.calls,
                "the image, which every container shares and none can change")
        case .makeWritable(let memory):
            Explanation(
                "take what is written in memory, " + memory.fileSystem.options.prefix(2).joined(separator: ", "),
                "fsopen, fsmount, mkdirat, fchownat", "the host's disk, which it could fill with data or with files")
        case .mountFileSystem(let slot, let fileSystem, let attributes, let owners):
            Explanation(
                "mount \(fileSystem.type) from \(fileSystem.source) as \(slot)"
                    + (owners == nil ? "" : ", owners mapped")
                    + (attributes.isEmpty ? "" : ", " + attributes.names.joined(separator: " ")),
                "fsopen, fsconfig, fsmount" + (owners == nil ? "" : ", mount_setattr"),
                "the host's mount table, which it is not in")
        case .fillVolume(let fill):
            Explanation(
                "copy what is at \(fill.target) into the empty volume \(fill.name)",
                "flock, open_tree, mount_setattr, setfsgid, setfsuid, capset, openat2, read, write, renameat",
                "a volume that is filled twice, or by half")
        case .mountOverlay(let overlay):
            Explanation(
                "stack \(overlay.layers.count) layers under a writable one", overlay.calls,
                "the image, which every container shares and none can change")
        case .makeDevices(let devices):
            Explanation(
                "make /dev with " + devices.nodes.map(\.name).joined(separator: " "),
                "setfsgid, setfsuid, capset, fsopen, fsconfig, fsmount, mknodat",
                "every other device of the host")
        case .makeNodes(let nodes, _):
            Explanation(
                "make nodes for " + nodes.map(\.path).joined(separator: " "),
                "setfsgid, setfsuid, capset, fsopen, fsconfig, fsmount, mknodat", "every other device of the host")
        case .openNull:
            Explanation(
                "open the null device", "open, fstat, open_tree, mount_setattr",
                "masks from a file of the image's in the place of its null device (CVE-2025-31133)")
        case .sealProgram(let path):
            Explanation(
                "copy \(path) into sealed memory", "openat, read, memfd_create, write, fcntl F_ADD_SEALS",
                "writing to a program of the host's through /proc/PID/exe (CVE-2019-5736)")
        case .setOOMScore(let score):
            Explanation(
                "set oom_score_adj to \(score)", "write oom_score_adj", "the host's processes when memory is short")
        case .makeGate(let gate):
            Explanation(
                "make the gate \(gate.fifo)", "mknodat, openat",
                "a program that runs before its caller is ready for it")
        case .openNamespace(let namespace):
            Explanation(
                "open the \(namespace.kind) namespace \(namespace.path)", "open, ioctl NS_GET_NSTYPE",
                "a namespace of another kind, or another file, in its place")
        case .makeTimeNamespace(let offsets):
            Explanation(
                "make a time namespace"
                    + (offsets.isEmpty ? "" : " with " + offsets.map(\.words).joined(separator: ", ")),
                "unshare, write timens_offsets", "nothing by itself")
        case .leaveTimeNamespace:
            Explanation("make no more children in it", "setns", "hooks, which run as the host's programs do")
        case .moveNetworkDevice(let device, _):
            Explanation(
                "move interface \(device.name)" + (device.name == device.newName ? "" : " as \(device.newName)"),
                "netlink RTM_NEWLINK, RTM_NEWADDR", "nothing: the container has it, and the host no longer")
        case .admit(let words):
            Explanation(
                words.joined(separator: "; "), "netlink NFT_MSG_NEWSETELEM",
                "addresses of others, ports that nobody published, and the host's services")
        case .makePort(let port):
            Explanation(
                "make \(port.name) with the address \(port.hardwareAddress), a port of the bridge \(port.bridge)",
                "netlink RTM_NEWLINK",
                port.isIsolated ? "the other ports of that bridge" : "nothing: what is on that bridge is its neighbour")
        case .makeMacvlan(let interface):
            Explanation(
                "make \(interface.name) with the address \(interface.hardwareAddress) beside the host's \(interface.parent)",
                "netlink RTM_NEWLINK",
                interface.mode == .private
                    ? "the other containers beside it" : "nothing: what is on that link is its neighbour")
        case .listenForNames(let address):
            Explanation(
                "take questions about names at \(address) in the container's network namespace",
                "setns, socket, bind, listen",
                "nothing by itself: who answers them is started by the first, and has no rights")
        case .listenForRole(let address):
            Explanation(
                "give the container's loopback interface \(address), and take requests for its role there",
                "setns, netlink RTM_NEWADDR, socket, SO_BINDTODEVICE, bind, listen",
                "the credentials of all others: by this interface nobody comes but the container itself")
        case .connect(let slot, let path):
            Explanation("connect to \(path) for the \(slot)", "socket, connect", "nothing by itself")
        case .connectListener(let choice):
            Explanation(
                "connect to \(choice.path), which answers calls", "socket, connect; later pidfd_getfd, sendmsg",
                "a filter that asks nobody")
        case .awaitMounts:
            Explanation("wait until the mounts are made", "recvmsg", "hooks that run ahead of them")
        case .runHook(let hook): hook.explanation
        case .letGoOn: Explanation("let the child go on", "sendmsg", "nothing by itself")
        case .letBecomeRoot: Explanation("let the child become root", "sendmsg", "nothing by itself")
        case .awaitNamespaces:
            Explanation("wait for the child's namespaces", "recvmsg", "interfaces that would be the host's")
        case .letUseInterfaces: Explanation("let the child use its interfaces", "sendmsg", "nothing by itself")
        case .setProcessors(let processors):
            Explanation("run on processors \(processors)", "sched_setaffinity", "the other processors")
        case .openProc:
            Explanation(
                "open the host's procfs", "open, fstatfs, fstat",
                "a label that a file of the image's takes in the kernel's place (CVE-2019-16884)")
        case .raiseLimit(let choice):
            Explanation(
                "let \(choice.resource) be raised to \(choice.limit.hard)", "prlimit64",
                "nothing by itself: the child of another user namespace may not")
        case .handOver(let slots):
            Explanation(
                "hand over " + slots.map(\.description).joined(separator: ", "), "sendmsg",
                "the host's paths: the child gets descriptors of what it may show, and no more")
        case .undo(.removeCgroup(let path)):
            Explanation("remove cgroup \(path)", "rmdir", "the host from what a container leaves behind")
        case .undo(.removeTree(let path)):
            Explanation("remove \(path)", "unlinkat", "the disk from what a container leaves behind")
        case .undo(.removeFile(let path)), .undo(.removeLink(let path, _)):
            Explanation("remove \(path)", "unlinkat", "the disk from what a container leaves behind")
        }
    }

    private static func limitReason(_ setting: CgroupSetting) -> String {
        switch setting.controller {
        case "memory": "the host's memory"
        case "cpu", "cpuset": "the host's processors"
        case "pids": "the host's process table: fork bombs"
        case "io": "the host's disks"
        case "hugetlb": "the host's huge pages"
        default: "the host's resources"
        }
    }
}

extension TimeOffset {
    fileprivate var words: String { "\(clock.rawValue) \(seconds) s \(nanoseconds) ns" }
}

extension IDMap {
    fileprivate var words: String {
        func words(_ extents: [IDExtent]) -> String {
            extents.map { "\($0.inside)+\($0.count) to \($0.outside)" }.joined(separator: ", ")
        }
        if extents == groupExtents { return words(extents) }
        return "users \(words(extents)); groups \(words(groupExtents))"
    }
}

extension TreeCopy {
    fileprivate func explanation(as slot: Slot) -> Explanation {
        var words = "copy \(isRecursive ? "mounts at" : "mount at") \(path) as \(slot)"
        if let subpath { words += ", \(subpath) of it" }
        if let owners {
            words += ", owners mapped"
            if owners.namespace != .userNamespace { words += " through \(owners.namespace)" }
        }
        if !attributes.isEmpty { words += ", " + attributes.names.joined(separator: " ") }
        if !attributesBelow.isEmpty { words += ", all " + attributesBelow.names.joined(separator: " ") }
        // A single mount has none below it that could spread another way.
        let spread = propagation.map { isRecursive ? $0.description : $0.propagation.rawValue }
        if !spread.isEmpty { words += ", " + spread.joined(separator: " ") }
        let changes = owners != nil || !attributes.isEmpty || !attributesBelow.isEmpty || !spread.isEmpty
        return Explanation(
            words, (subpath == nil ? "" : "openat2, ") + "open_tree" + (changes ? ", mount_setattr" : ""),
            owners != nil
                ? "files that would belong to nobody, or to a user of the host"
                : propagation.last?.propagation == .private ? "the host's mount table" : "nothing by itself")
    }
}

extension NewCgroup {
    /// The controllers, for a person.
    fileprivate var names: String {
        (controllers + further.filter { !controllers.contains($0) }).joined(separator: ", ")
    }
}

extension Overlay {
    var calls: String {
        switch route {
        case .descriptors: "setfsgid, setfsuid, capset, fsopen, fsconfig, fsmount"
        case .names: "setfsgid, setfsuid, capset, fsopen, fsconfig, fsmount, move_mount, mount, open_tree"
        }
    }
}

extension Spawn {
    var explanation: Explanation {
        let joined =
            join.map { "join \($0.kinds) of \($0.name)" }
            + (joinOpened.isEmpty ? [] : ["join the \(joinOpened) namespaces that were opened"])
        let made =
            create.isEmpty
            ? joinOpened.isEmpty ? "clone, sharing every namespace" : "share the others" : "clone into new \(create)"
        let last = createAfterJoining.union(createInSibling)
        let later = last.isEmpty ? [] : ["then new \(last)"]
        let all = join.reduce(create.union(last).union(joinOpened)) { $0.union($1.kinds) }
        return Explanation(
            (joined + [made] + later).joined(separator: ", ") + (intoCgroup ? ", in the cgroup" : ""),
            "clone3, prctl PR_SET_DUMPABLE" + (join.isEmpty && joinOpened.isEmpty ? "" : ", setns")
                + (createAfterJoining.isEmpty ? "" : ", unshare") + (clonesTwice ? ", clone3" : ""),
            all.isSubset(of: [.user, .pid, .time])
                ? "the host's processes and users: none can be seen"
                : "the host's processes, mounts, network, queues, names and users: none can be seen")
    }
}

extension Launch {
    var explanation: Explanation {
        Explanation(
            "execute \(arguments.map(\.onOneLine).joined(separator: " "))"
                + (noNewPrivileges ? ", never with more rights" : "")
                + (filter.map { " and under the \($0.name) filter" } ?? ""),
            (noNewPrivileges ? "prctl PR_SET_NO_NEW_PRIVS, " : "") + "memfd_create, close_range, dup2, execveat, "
                + (filter == nil ? "" : "seccomp, ")
                + "execve",
            [
                noNewPrivileges ? "set-user-ID programs" : nil,
                filter == nil ? nil : "the kernel's rarely used calls, where most of its holes were",
                "minibox's own binary",
            ].compactMap { $0 }.joined(separator: "; "))
    }
}

extension String {
    /// The text with its control characters written out, as a table and a terminal want it.
    fileprivate var onOneLine: String {
        unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? $0.escaped(asASCII: false) : "\($0)" }.joined()
    }
}
