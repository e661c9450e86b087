// SPDX-License-Identifier: Apache-2.0

/// The calls of a start that change what a container is, each with the step that was open when it was made.
struct SystemCallTrace {
    struct Call {
        /// As a plan names it: `fsmount`, `prctl PR_CAPBSET_DROP`, `uid_map`.
        var name: String
        /// nil where no step was open.
        var step: Int?
        var line: String
    }
    private(set) var calls: [Call] = []
    private(set) var faults: [String] = []

    /// Every call that mounts, makes or joins namespaces, maps ids, changes rights, filters, groups, names or nodes.
    static let watched: Set<String> = [
        "mount", "umount2", "pivot_root", "chroot", "open_tree", "move_mount", "fsopen", "fspick", "fsconfig",
        "fsmount",
        "mount_setattr", "clone", "clone3", "fork", "vfork", "unshare", "setns", "capset", "seccomp", "bpf",
        "setresuid",
        "setresgid", "setuid", "setgid", "setgroups", "setfsuid", "setfsgid", "sethostname", "setdomainname", "setsid",
        "umask", "mknodat", "mknod", "memfd_create", "execveat", "dup2", "keyctl",
    ]
    /// What only asks.
    private static let questions = ["PR_CAPBSET_READ", "PR_GET", "PR_SET_NAME", "PR_SET_VMA", "PR_CAP_AMBIENT_IS_SET"]

    /// Reads what `strace -f` wrote of a process that marks its steps.
    init(_ text: String) {
        var open: [Substring: Int] = [:]
        var running: Set<Substring> = []
        var seen: Set<Substring> = []
        var cloning: Int?
        var isStarted = false
        for line in text.split(separator: "\n") {
            guard let space = line.firstIndex(of: " ") else { continue }
            let process = line[..<space]
            let rest = line[space...].drop { $0 == " " }
            // A child begins in the step in which its parent cloned it.
            if seen.insert(process).inserted, let cloning { open[process] = cloning }
            if rest.hasPrefix("write("), let mark = Self.mark(rest) {
                isStarted = true
                if mark.begins {
                    if let other = open[process] { faults.append("step \(mark.step) begins within \(other)") }
                    open[process] = mark.step
                } else {
                    if open[process] != mark.step { faults.append("step \(mark.step) ends but was not open: \(line)") }
                    open[process] = nil
                }
                continue
            }
            guard isStarted, !running.contains(process), let name = Self.name(of: rest) else { continue }
            if name == "execve" {
                // From here on it is the container's program.
                running.insert(process)
                continue
            }
            if name.hasPrefix("clone") { cloning = open[process] }
            calls.append(Call(name: name, step: open[process], line: String(line)))
        }
    }

    private static func mark(_ call: Substring) -> (step: Int, begins: Bool)? {
        guard let quote = call.firstIndex(of: "\"") else { return nil }
        let words = call[call.index(after: quote)...].prefix { $0 != "\"" }.split(separator: " ")
        guard words.count == 3, words[0] == "step", let step = Int(words[1]) else { return nil }
        return (step, words[2] == "begin")
    }

    /// The name of a call that is watched, as a plan writes it; nil for any other.
    private static func name(of call: Substring) -> String? {
        guard let bracket = call.firstIndex(of: "(") else { return nil }
        let name = String(call[..<bracket])
        let arguments = call[call.index(after: bracket)...]
        switch name {
        case "execve": return name
        case "prctl":
            let option = String(arguments.prefix { $0 != "," && $0 != ")" })
            return questions.contains { call.contains($0) } ? nil : "prctl \(option)"
        case "openat", "open":
            for file in ["uid_map", "gid_map", "oom_score_adj", "cgroup.procs"] where arguments.contains("/\(file)\"") {
                return file
            }
            return nil
        case "mkdir", "mkdirat": return arguments.contains("kernel-test") ? name : nil
        default: return watched.contains(name) ? name : nil
        }
    }
}
