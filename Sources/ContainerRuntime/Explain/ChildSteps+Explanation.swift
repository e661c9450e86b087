// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension MountStep {
    var explanation: Explanation {
        switch self {
        case .awaitHost(let slots):
            Explanation(
                "wait for " + slots.map(\.description).joined(separator: ", "), "recvmsg",
                "a set-up that runs ahead of its ids and layers")
        case .awaitIDs:
            Explanation("wait for ids", "recvmsg", "namespaces that would belong to nobody inside")
        case .makeNamespaces(let kinds, let tells):
            Explanation(
                "make new \(kinds)", "unshare" + (tells ? ", sendmsg" : ""),
                "the host's mounts, network, queues and names: none can be seen")
        case .becomeRoot:
            Explanation(
                "become root of the user namespace", "setgroups, setresgid, setresuid",
                "the host's root and groups, which this process still is")
        case .setOOMScore(let score):
            Explanation(
                "set oom_score_adj to \(score)", "open, write", "the host's processes when memory is short")
        case .newCgroupNamespace:
            Explanation("make the cgroup the root that is seen", "unshare", "the names and limits of other cgroups")
        case .openSettings:
            Explanation(
                "make a whole procfs that nobody sees", "fsopen, fsmount",
                "settings that could not be made where /proc shows processes alone")
        case .isolateMounts:
            Explanation(
                "keep mounts from spreading", "pidfd_open, setns, mount_setattr",
                "the host's mount table, and the container from the host's")
        case .attachRootInPlace(let path):
            Explanation("attach the root at \(path)", "open, move_mount", "nothing by itself: hooks find it there")
        case .learnProcess:
            Explanation(
                "learn the process' number on the host", "open, readlink", "nothing by itself: hooks are told it")
        case .awaitHooks:
            Explanation("wait for the hooks of the runtime", "sendmsg, recvmsg", "a set-up that runs ahead of them")
        case .runHook(let hook): hook.explanation
        case .attachRoot:
            Explanation("attach the root", "move_mount", "nothing by itself: pivot_root wants a mount")
        case .mount(let fileSystem, let attributes, let propagation, let target, _):
            Explanation(
                "mount \(fileSystem.words) on \(target)"
                    + (attributes.isEmpty && fileSystem.flags.isEmpty
                        ? "" : ": " + (attributes.names + fileSystem.flags.names).joined(separator: " "))
                    + (fileSystem.options.isEmpty ? "" : " " + fileSystem.options.joined(separator: " "))
                    + (propagation.isEmpty ? "" : ", " + propagation.map(\.description).joined(separator: " "))
                    + (fileSystem.copiesUp ? ", with what is there" : ""),
                "fsopen, fsconfig, fsmount, openat2, move_mount", Self.mountReason(fileSystem.type))
        case .makeNode(let node):
            Explanation(
                "make \(node.path)" + (node.kind == .pipe ? "" : ", device \(node.number)"), "openat2, mknodat",
                "every other device of the host")
        case .attachNode(_, let node):
            Explanation(
                "show \(node.path)" + (node.kind == .pipe ? "" : ", device \(node.number)"),
                "open_tree, openat2, move_mount", "every other device of the host")
        case .makeDeviceLinks:
            Explanation("make the links of /dev", "openat2, symlinkat", "nothing by itself")
        case .makeReadOnly(let slot):
            Explanation("make \(slot) read-only", "mount_setattr", "what is in it, now that all is mounted")
        case .attachDevices:
            Explanation("show the container's /dev", "openat2, move_mount", "the host's devices")
        case .attach(let slot, let target, _):
            Explanation(
                "show \(slot) at \(target)", "openat2, move_mount",
                "places outside the root that a link at the target may name")
        }
    }

    private static func mountReason(_ type: String) -> String {
        switch type {
        case "proc": "the host's processes: only the container's are in it"
        case "sysfs": "the host's network devices: only the container's are in it"
        case "devpts": "the host's terminals"
        case "mqueue": "the host's message queues"
        case "cgroup2": "other containers' cgroups"
        case "tmpfs": "the host's memory files: these are the container's own"
        default: "nothing by itself"
        }
    }
}

extension RootStep {
    var explanation: Explanation {
        switch self {
        case .awaitInterfaces:
            Explanation("wait for interfaces", "recvmsg", "a program that runs ahead of its network")
        case .bringLoopbackUp:
            Explanation("bring the loopback interface up", "netlink RTM_NEWLINK", "nothing by itself: localhost works")
        case .configureInterface(let settings):
            Explanation(
                "give \(settings.name) \(settings.addresses.map(\.description).joined(separator: ", "))"
                    + (settings.gateways.isEmpty
                        ? "" : ", and the way out by \(settings.gateways.map(\.description).joined(separator: ", "))")
                    + (settings.refused.isEmpty
                        ? "" : ", but none to \(settings.refused.map(\.description).joined(separator: ", "))"),
                "netlink RTM_NEWADDR, RTM_NEWLINK, RTM_NEWROUTE",
                settings.refused.isEmpty ? "nothing by itself" : "what clouds tell a machine of its secrets")
        case .setHostname(let name):
            Explanation("name the host \(name)", "sethostname", "the host's name")
        case .setDomainName(let name):
            Explanation("name the domain \(name)", "setdomainname", "the host's name")
        case .setSysctl(let sysctl):
            Explanation("set \(sysctl.key) to \(sysctl.value)", "openat2, write", "the host's setting of that name")
        case .openRoot: Explanation("open the root that was joined", "open", "nothing by itself")
        case .openTerminal(let rows, let columns, _):
            Explanation(
                "open a terminal of \(rows) by \(columns)", "openat2, ioctl TIOCGPTPEER",
                "the host's terminal: what is typed into it by a program (TIOCSTI)")
        case .sendProcess:
            Explanation(
                "hand a descriptor of the process over", "pidfd_open, sendmsg",
                "another process that gets its number later")
        case .makeWorkingDirectory(let path):
            Explanation("make \(path) if it is missing", "openat2, mkdirat", "nothing by itself")
        case .resolveUser(let user, let groups, _):
            Explanation(
                "look up user \(user)" + (groups.isEmpty ? "" : " and groups " + groups.joined(separator: " ")),
                "openat2, read", "a name that is a number, or one that the host would answer for")
        case .takeUser(let user, _):
            Explanation(
                "be user \(user.user) of group \(user.group)"
                    + (user.groups.isEmpty ? "" : " and of " + user.groups.map { "\($0)" }.joined(separator: " ")),
                "openat2, read", "a name that the image, or the host, would answer for")
        case .resolveProgram(let name, _, _):
            Explanation("look up \(name)", "openat2", "nothing by itself: a missing program is named before rights go")
        case .takeProgram(let path):
            Explanation("run the copy of \(path)", "none", "a program of the container's in its place")
        case .makeReadOnly(let path):
            Explanation(
                "make \(path) read-only", "open_tree, mount_setattr, move_mount", KernelPaths.reason(readOnly: path))
        case .mask(let path):
            Explanation(
                "mask \(path)", "open_tree or fsopen, fsconfig, fsmount; mount_setattr, move_mount",
                KernelPaths.reason(masked: path))
        case .makeRootReadOnly:
            Explanation(
                "make the root read-only", "mount_setattr", "programs and settings that an intruder would replace")
        case .verifyPaths(let masked, let readOnly):
            Explanation(
                "verify \(masked.count) masked and \(readOnly.count) read-only paths", "openat2, fstat, fstatfs",
                "a mask that is not there after all: the kernel is asked what the program will see")
        case .setRootPropagation(let change):
            Explanation("make mounts below the root \(change)", "mount_setattr", "nothing by itself")
        }
    }
}

extension GateStep {
    var explanation: Explanation {
        switch self {
        case .runHook(let hook): hook.explanation
        case .standStill:
            Explanation(
                "wait to be let go on", "sendmsg, read", "a program that runs before its caller is ready for it")
        }
    }
}

extension ConfineStep {
    var explanation: Explanation {
        switch self {
        case .resetSignals:
            Explanation(
                "take back ignored and blocked signals", "sigaction, sigprocmask", "a program that cannot be stopped")
        case .newKeyring:
            Explanation("have a keyring of its own", "keyctl", "the keys of whoever started it")
        case .useStreams:
            Explanation("take the pipes as standard streams", "dup2", "this command's own streams")
        case .startSession(let terminal):
            Explanation(
                terminal ? "start a session on the terminal" : "start a session without a terminal",
                terminal ? "setsid, ioctl TIOCSCTTY, dup2" : "setsid", "the terminal of this command")
        case .setLimit(let choice):
            Explanation(
                "limit \(choice.resource) to \(choice.limit.soft):\(choice.limit.hard)", "prlimit64",
                "the host's resources")
        case .setFileModeMask(let mask):
            Explanation("set umask \(String(mask, radix: 8))", "umask", "new files from other users")
        case .changeDirectory(let path):
            Explanation(
                "go to \(path)", "openat2, fchdir, getcwd",
                "a working directory that is outside the root (CVE-2024-21626)")
        case .loadFilter(let filter):
            Explanation("load the \(filter.name) filter", "seccomp", "the kernel's rarely used calls")
        case .boundCapabilities(let set):
            Explanation(
                "bound capabilities to \(set.numbers.count)", "prctl PR_CAPBSET_DROP",
                "rights that a program file would bring back")
        case .becomeUser:
            Explanation("become the user", "setgroups, setresgid, setresuid", "files of other users in the container")
        case .setCapabilities(let set):
            Explanation(
                "keep " + (set.isEmpty ? "no capability" : set.memberNames.joined(separator: " ")),
                "capset, prctl PR_CAP_AMBIENT",
                "everything else that root can do")
        case .dieWithParent:
            Explanation(
                "end when the supervisor ends", "prctl PR_SET_PDEATHSIG", "the host from containers nobody watches")
        case .joinKeyring(let name):
            Explanation("have the keyring \(name)", "keyctl", "the keys of whoever started it")
        case .keepKeyring:
            Explanation("keep the keyring of whoever starts it", "none", "nothing: it was asked for")
        case .setAttribute(let attribute): attribute.explanation
        case .ownStreams:
            Explanation(
                "give the standard streams to the user", "fstat, fchownat",
                "nothing by itself: /dev/stdout can be opened")
        case .keepCapabilities:
            Explanation("keep capabilities while the user changes", "prctl PR_SET_KEEPCAPS", "nothing by itself")
        case .setCapabilitySets(let sets):
            Explanation(
                "have capabilities: " + sets.words, "prctl PR_SET_KEEPCAPS, capset, prctl PR_CAP_AMBIENT",
                "everything else that root can do, and by an exec (CVE-2022-29162)")
        case .setNoNewPrivileges:
            Explanation("never have more rights", "prctl PR_SET_NO_NEW_PRIVS", "set-user-ID programs")
        case .verify:
            Explanation(
                "ask the kernel whether that is so", "capget, prctl PR_CAPBSET_READ, prctl PR_GET_NO_NEW_PRIVS, getuid",
                "a container that has more rights than was said")
        }
    }
}

extension NewFileSystem {
    /// The type, and where it matters what is mounted.
    fileprivate var words: String { source.hasPrefix("/") ? "\(type) of \(source)" : type }
}
