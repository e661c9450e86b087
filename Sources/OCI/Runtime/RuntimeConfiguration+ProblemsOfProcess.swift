// SPDX-License-Identifier: Apache-2.0
internal import Words

extension RuntimeConfiguration.Process {
    /// The same as ``RuntimeConfiguration/problems()`` for a `process.json`; paths start at its top.
    public func problems() -> [ConfigurationProblem] {
        var list = ProblemList()
        judge(&list)
        return list.problems
    }

    func judge(_ list: inout ProblemList) {
        if cwd.isEmpty {
            list.error("cwd", "Cwd property must not be empty", hint: "write / or another directory")
        } else if !cwd.hasPrefix("/") {
            list.error("cwd", "Cwd must be an absolute path", hint: "write /\(cwd)")
        }
        if args.isEmpty { list.error("args", "args must not be empty", hint: "write a program") }
        list.each("env", env) { $0.judgeVariable(&$1) }
        if let umask = user.umask, umask > 0o777 {
            list.warning("user.umask", "only its last nine bits count", hint: "18 is octal 022")
        }
        if let capabilities { list.within("capabilities") { capabilities.judge(&$0) } }
        judgeLimits(&list)
        if let oomScoreAdj, !(-1000...1000 ~= oomScoreAdj) {
            list.error("oomScoreAdj", "it must be from -1000 to 1000")
        }
        if let scheduler { list.within("scheduler") { scheduler.judge(&$0) } }
        if let ioPriority, !(0...7 ~= ioPriority.priority) {
            list.error("ioPriority.priority", "it must be from 0 to 7")
        }
        if let execCPUAffinity {
            execCPUAffinity.initial.judgeList("execCPUAffinity.initial", &list)
            execCPUAffinity.final.judgeList("execCPUAffinity.final", &list)
        }
    }

    private func judgeLimits(_ list: inout ProblemList) {
        for (index, limit) in rlimits.enumerated() {
            if rlimits[..<index].contains(where: { $0.type == limit.type }) {
                list.error(
                    JSONPath("rlimits").index(index), "duplicated rlimit \(limit.type.rawValue)",
                    hint: "remove one of them")
            }
            if limit.soft > limit.hard {
                list.error(
                    JSONPath("rlimits").index(index).key("soft"), "it is higher than hard, which is \(limit.hard)")
            }
        }
    }
}

extension RuntimeConfiguration.Capabilities {
    /// Those of Linux 6.12, as linux/capability.h numbers them.
    public static let names = [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID",
        "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST",
        "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO",
        "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE",
        "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE",
        "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
        "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ]

    fileprivate func judge(_ list: inout ProblemList) {
        // Callers write the same names in each set: a name that was known once need not be looked for again.
        list.each("bounding", bounding, judgeName)
        list.each("effective", effective) { name, list in
            if !bounding.contains(name) { judgeName(name, &list) }
            if !permitted.contains(name), Self.names.contains(name) {
                list.error(JSONPath(), "\(JSON.string(name)) is not permitted", hint: "add it to permitted")
            }
        }
        list.each("permitted", permitted) { name, list in
            if !bounding.contains(name) { judgeName(name, &list) }
        }
        list.each("inheritable", inheritable) { name, list in
            if !bounding.contains(name) { judgeName(name, &list) }
        }
        list.each("ambient", ambient) { name, list in
            if !bounding.contains(name) { judgeName(name, &list) }
            // capabilities(7): the kernel does not do it, and runc goes on without.
            if !permitted.contains(name) || !inheritable.contains(name), Self.names.contains(name) {
                list.warning(
                    JSONPath(), "\(JSON.string(name)) cannot be made ambient",
                    hint: "add it to permitted and inheritable")
            }
        }
    }

    private func judgeName(_ name: String, _ list: inout ProblemList) {
        if Self.names.contains(name) { return }
        list.warning(
            JSONPath(), "unknown capability \(JSON.string(name).shortDescription) is ignored",
            hint: nearestWord(to: name, among: Self.names).map { "did you mean \"\($0)\"?" })
    }
}

extension RuntimeConfiguration.Scheduler {
    /// What sched_setattr(2) refuses.
    fileprivate func judge(_ list: inout ProblemList) {
        if !(-20...19 ~= nice) { list.error("nice", "invalid scheduler.nice: \(nice)", hint: "-20 to 19") }
        switch policy {
        case .firstInFirstOut, .roundRobin:
            if !(1...99 ~= priority) { list.error("priority", "it must be from 1 to 99") }
        case .iso:
            list.error("policy", "no kernel has SCHED_ISO", hint: "write SCHED_OTHER or another one")
        case .other, .batch, .idle, .deadline:
            if priority != 0 {
                list.error(
                    "priority", "scheduler.priority can only be specified for the policies SCHED_FIFO and SCHED_RR")
            }
        }
        if policy != .deadline {
            if runtime != 0 || deadline != 0 || period != 0 {
                list.error(
                    JSONPath(), "runtime, deadline and period can only be specified for the policy SCHED_DEADLINE")
            }
        } else if runtime == 0 || runtime > deadline || (period != 0 && deadline > period) {
            list.error(JSONPath(), "runtime may be at most deadline, and that at most period")
        }
    }
}

extension String? {
    /// A list of processors or memory nodes, if there is one.
    func judgeList(_ path: @autoclosure () -> JSONPath, _ list: inout ProblemList) {
        guard let text = self, NumberList(parsing: text) == nil else { return }
        list.error(path(), "\(JSON.string(text).shortDescription) is no list of numbers", hint: "write it like 0-3,7")
    }
}
