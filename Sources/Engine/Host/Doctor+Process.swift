// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension Doctor {
    var kernel: Finding {
        guard let release = try? KernelRelease.current() else {
            return Finding(
                "kernel", .missing, "it does not tell its release", costs: "nothing works", remedy: "run Linux")
        }
        return Self.kernel(release)
    }

    static func kernel(_ release: KernelRelease) -> Finding {
        if release.isAtLeast(5, 19) { return Finding("kernel", "Linux \(release.release)") }
        return Finding(
            "kernel", .missing, "Linux \(release.release)",
            costs: "layers cannot be shown with other owners: containers do not start",
            remedy: "boot Linux 5.19 or later; Debian 12 has 6.1")
    }

    var root: Finding {
        let user = CurrentProcess.effectiveUser
        if user == 0 { return Finding("root", "this is user 0") }
        return Finding(
            "root", .missing, "this is user \(user)", costs: "containers do not start, and much below is only a guess",
            remedy: "write sudo minibox")
    }

    /// What a start needs, and what for.
    private static let needed: [(CapabilitySet, String)] = [
        (.sysAdmin, "mounts and namespaces"), (.setuid, "id maps and users"), (.setgid, "id maps and groups"),
        (.setpcap, "dropping capabilities"), (.setfcap, "file capabilities, and id maps of the host's user 0"),
        (.chown, "owners of files"), (.dacOverride, "files of other owners"), (.fowner, "modes of other owners' files"),
        (.mknod, "the nodes of /dev"), (.kill, "signals to other users' processes"), (.netAdmin, "the loopback device"),
        (.sysChroot, "the root directory"),
    ]

    var capabilities: Finding {
        let held = (try? ProcessCapabilities.permittedOfCaller()) ?? []
        return Self.capabilities(held: held, bounding: ProcessCapabilities.boundingAndKnown().bounding)
    }

    /// Those of them that this process cannot have.
    static var missingCapabilities: [CapabilitySet] {
        let held = (try? ProcessCapabilities.permittedOfCaller()) ?? []
        let bounding = ProcessCapabilities.boundingAndKnown().bounding
        return needed.map(\.0).filter { !held.contains($0) || !bounding.contains($0) }
    }

    static func capabilities(held: CapabilitySet, bounding: CapabilitySet) -> Finding {
        let missing = needed.filter { !held.contains($0.0) || !bounding.contains($0.0) }
        if missing.isEmpty { return Finding("capabilities", "all \(needed.count) that a start needs") }
        return Finding(
            "capabilities", .missing, "not " + missing.map(\.0.description).joined(separator: ", "),
            costs: "a start fails where it needs " + missing.map(\.1).joined(separator: "; "),
            remedy: "run as root; in a container of another engine, give it --privileged, or --cap-add each")
    }

    var resourceLimits: Finding {
        if ((try? ProcessCapabilities.permittedOfCaller()) ?? []).contains(.sysResource) {
            return Finding("hard limits", "CAP_SYS_RESOURCE: any limit can be set")
        }
        let files = (try? ResourceLimit.current(.openFiles)).map { ", nofile up to \($0.hard)" } ?? ""
        return Finding(
            "hard limits", .degraded, "no CAP_SYS_RESOURCE\(files)",
            costs: "--ulimit above a hard limit of this process becomes that limit, with a line that says so",
            remedy: "raise the limits of what starts minibox, or give it CAP_SYS_RESOURCE; in a container of another "
                + "engine, --ulimit nofile=SOFT:HARD or --cap-add SYS_RESOURCE")
    }

    var userNamespaces: Finding {
        let name = "user namespaces"
        do throws(SystemError) {
            let range = (try? SubordinateRange.ofHost()) ?? .standard
            _ = try UserNamespaceProbe.make(range: range)
            return Finding(name, "made by clone3, with 65536 ids from \(range.start) on")
        } catch {
            let most = Self.text(of: "/proc/sys/user/max_user_namespaces")
            return Finding(
                name, .missing, "\(error)\(most == "0" ? "; user.max_user_namespaces is 0" : "")",
                costs: "--userns host is the only choice: root inside is root outside",
                remedy: most == "0"
                    ? "sysctl -w user.max_user_namespaces=65536"
                    : "in a container of another engine, give it --privileged, and a filter that allows clone3")
        }
    }

    var timeNamespaces: Finding {
        if (try? Descriptor.open("/proc/self/ns/time", .readOnly)) != nil {
            return Finding("time namespaces", "there")
        }
        return Finding(
            "time namespaces", .degraded, "the kernel has none", costs: "a clock of the container's own is refused",
            remedy: "boot a kernel with CONFIG_TIME_NS")
    }

    var seccomp: Finding {
        let actions = Self.text(of: "/proc/sys/kernel/seccomp/actions_avail") ?? ""
        return Self.seccomp(actions: actions)
    }

    static func seccomp(actions: String) -> Finding {
        let there = actions.split(separator: " ").map(String.init)
        let lacking = ["allow", "errno", "kill_process", "log"].filter { !there.contains($0) }
        if lacking.isEmpty { return Finding("seccomp", actions) }
        return Finding(
            "seccomp", .missing,
            there.isEmpty ? "the kernel has no filters" : "no \(lacking.joined(separator: ", "))",
            costs: "system calls cannot be filtered: --security-opt seccomp=unconfined is the only choice",
            remedy: "boot a kernel with CONFIG_SECCOMP_FILTER")
    }

    var noNewPrivileges: Finding {
        let fields = Self.statusFields(Self.text(of: "/proc/self/status") ?? "")
        let filtered = fields["Seccomp"] == "2"
        guard fields["NoNewPrivs"] == "1" || filtered else {
            return Finding("this process", "no filter on it, free to gain privileges")
        }
        let found = (fields["NoNewPrivs"] == "1" ? ["no_new_privs is set"] : []) + (filtered ? ["under a filter"] : [])
        return Finding(
            "this process", .degraded, found.joined(separator: ", "),
            costs: "what is refused to it, no container can get; --security-opt no-new-privileges=false has no effect",
            remedy: "start minibox outside of what set it; in a container of another engine, give it --privileged, or "
                + "--security-opt seccomp=unconfined")
    }

    static func statusFields(_ text: String) -> [String: String] {
        var fields: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { fields[String(parts[0])] = String(parts[1].drop { $0 == "\t" || $0 == " " }) }
        }
        return fields
    }

    /// A procfs that is masked in part is all that a container with users of its own cannot be given.
    var kernelFiles: Finding {
        let covered = OuterContainer.coveredPaths((try? Descriptor.contents(of: "/proc/self/mountinfo")) ?? [])
        return Self.kernelFiles(covered)
    }

    static func kernelFiles(_ covered: [String]) -> Finding {
        if covered.isEmpty { return Finding("/proc", "nothing of it is masked") }
        return Finding(
            "/proc", .missing, "masked or read-only: \(covered.joined(separator: ", "))",
            costs: "the kernel refuses a /proc to containers with users of their own, and settings (--sysctl)",
            remedy: "give the outer container --privileged, or --security-opt systempaths=unconfined (docker) or "
                + "unmask=ALL (podman)")
    }

    var securityModules: Finding {
        guard let modules = Self.text(of: "/sys/kernel/security/lsm") else {
            return Finding("security modules", "not told: securityfs is not mounted")
        }
        let confining = modules.split(separator: ",").filter { ["apparmor", "selinux", "landlock"].contains($0) }
        return Finding(
            "security modules",
            modules
                + (confining.isEmpty ? "" : "; minibox uses none of them but AppArmor, where a profile is asked for"))
    }

    var nesting: Finding {
        var signs: [String] = []
        if CurrentProcess.isInUserNamespace { signs.append("in a user namespace") }
        if (try? CgroupTree.find())?.isNested == true { signs.append("in a cgroup namespace") }
        for file in OuterContainer.signs where (try? Descriptor.open(file, .path)) != nil {
            signs.append("there is \(file)")
        }
        return Finding("nesting", signs.isEmpty ? "not in a container" : signs.joined(separator: ", "))
    }
}
