// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension ProcessAttribute {
    var explanation: Explanation {
        switch self {
        case .personality(let personality):
            Explanation("show a machine of \(personality.name)", "personality", "nothing by itself")
        case .ioPriority(let priority):
            Explanation(
                "read and write with priority \(priority.level) of \(priority.class.name)", "ioprio_set",
                "the host's disks")
        case .scheduling(let scheduling):
            Explanation(
                "schedule as \(scheduling.policy.name)" + scheduling.details, "sched_setattr", "the host's processors")
        case .memoryPolicy(let policy):
            Explanation(
                "take memory by \(([policy.mode.name] + policy.flags.names).joined(separator: " "))"
                    + (policy.nodes.map { " from nodes \($0)" } ?? ""), "set_mempolicy", "the memory of other nodes")
        case .processors(let processors):
            Explanation("run on processors \(processors)", "sched_setaffinity", "the other processors")
        case .everyProcessor:
            Explanation(
                "run on every processor of the cgroup", "sched_setaffinity",
                "nothing by itself: what the caller is bound to does not count")
        case .label(let module, let label):
            Explanation(
                "execute the program as \(label) of \(module.rawValue)", "openat2, write attr",
                "whatever the policy of that label keeps it from")
        }
    }

    var document: StepDocument {
        switch self {
        case .personality(let personality): StepDocument("setPersonality", [("domain", JSON(personality.name))])
        case .ioPriority(let priority):
            StepDocument("setIOPriority", [("class", JSON(priority.class.name)), ("level", JSON(priority.level))])
        case .scheduling(let scheduling):
            StepDocument(
                "setScheduling",
                [
                    ("policy", JSON(scheduling.policy.name)), ("flags", JSON(scheduling.flags.names)),
                    ("nice", JSON(scheduling.nice)), ("priority", JSON(scheduling.priority)),
                    ("runtime", JSON(scheduling.runtime)), ("deadline", JSON(scheduling.deadline)),
                    ("period", JSON(scheduling.period)),
                ])
        case .memoryPolicy(let policy):
            StepDocument(
                "setMemoryPolicy",
                [
                    ("mode", JSON(policy.mode.name)), ("flags", JSON(policy.flags.names)),
                    ("nodes", policy.nodes.map { JSON($0.description) } ?? .null),
                ])
        case .processors(let processors):
            StepDocument("setProcessors", [("processors", JSON(processors.description))])
        case .everyProcessor: StepDocument("setProcessors", [("processors", "all")])
        case .label(let module, let label):
            StepDocument("setLabel", [("module", JSON(module.rawValue)), ("label", JSON(label))])
        }
    }

    /// What a person can do about an error that the kernel's word does not explain.
    func hint(for errno: Errno) -> String? {
        switch (self, errno) {
        case (.scheduling(let scheduling), .notPermitted):
            "\(scheduling.policy.name) needs CAP_SYS_NICE, and for a real-time policy a share of it for the cgroup"
        case (.scheduling(let scheduling), .invalid):
            "the kernel does not take these values of process.scheduler for \(scheduling.policy.name): sched_setattr(2)"
        case (.scheduling, .busy): "no processor has that much time left for SCHED_DEADLINE"
        case (.ioPriority, .notPermitted): "IOPRIO_CLASS_RT needs CAP_SYS_NICE"
        case (.memoryPolicy, .invalid):
            "the kernel does not take this linux.memoryPolicy: see set_mempolicy(2), and whether the nodes are there"
        case (.memoryPolicy, .noSystemCall), (.ioPriority, .noSystemCall): "this kernel is built without it"
        case (.processors(let processors), .invalid): "none of the processors \(processors) is the container's"
        case (.label(let module, let label), .noEntry):
            "\(module.rawValue) has no profile called \(label): load it first"
        case (.label(let module, _), .invalid):
            "\(module.rawValue) is not in force in this kernel, or knows no such label"
        default: nil
        }
    }
}

extension Scheduling {
    fileprivate var details: String {
        var words: [String] = []
        if nice != 0 { words.append("nice \(nice)") }
        if priority != 0 { words.append("priority \(priority)") }
        if runtime != 0 {
            words.append("\(runtime) ns in \(deadline) ns of every \(period == 0 ? deadline : period) ns")
        }
        words += flags.names
        return words.isEmpty ? "" : ": " + words.joined(separator: ", ")
    }
}

extension ProcessCapabilities {
    /// `bounding 14, permitted 14, effective 14, inheritable 0, ambient 0`.
    var words: String {
        [
            ("bounding", bounding), ("permitted", permitted), ("effective", effective), ("inheritable", inheritable),
            ("ambient", ambient),
        ].map { "\($0.0) \($0.1.numbers.count)" }.joined(separator: ", ")
    }

    var json: JSON {
        [
            "bounding": JSON(bounding.memberNames), "permitted": JSON(permitted.memberNames),
            "effective": JSON(effective.memberNames), "inheritable": JSON(inheritable.memberNames),
            "ambient": JSON(ambient.memberNames),
        ]
    }
}
