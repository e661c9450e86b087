// SPDX-License-Identifier: Apache-2.0

extension AuditCheck {
    /// A41 to A48: how much of the machine it can take. cgroup-v2.rst, getrlimit(2).
    static let resources: [AuditCheck] = [
        limit("A41", "memory.max", .medium, "cannot take all memory", "--memory SIZE"),
        limit("A42", "pids.max", .medium, "cannot start processes without end", "--pids-limit NUMBER"),
        limit("A43", "cpu.max", .low, "cannot take all processors", "--cpus NUMBER"),
        AuditCheck(
            "A44", .resources, .low, "cannot take all of a disk's time",
            advice: "--device-read-bps, --device-write-bps or --blkio-weight"
        ) { subject in
            let most = subject.cgroupFiles["io.max"]
            let weight = subject.cgroupFiles["io.weight"]
            if let most, !most.isEmpty, most != "\n" { return .stands("io.max is \(most.split(separator: "\n")[0])") }
            if let weight, weight.split(separator: "\n").first != "default 100", !weight.isEmpty {
                return .stands("io.weight is \(weight.split(separator: "\n")[0])")
            }
            guard most != nil || weight != nil else {
                return .untold("its cgroup has no io.max: the controller is not in the tree of cgroup v2")
            }
            return .open(most == nil ? "io.weight is as everybody's" : "io.max names no disk")
        },
        AuditCheck(
            "A46", .resources, .medium, "is in a cgroup that is not the host's root", advice: "start it by a runtime"
        ) { subject in
            guard let path = subject.cgroup else { return .untold("it is in no tree of cgroup v2") }
            return path == "/" || path == "/init.scope" ? .open(path) : .stands(path)
        },
        AuditCheck(
            "A47", .resources, .info, "never ran into a limit so far", advice: "minibox why and minibox stats tell more"
        ) { subject in
            let events = [("memory.events", "oom_kill"), ("pids.events", "max")].compactMap { file, key -> String? in
                guard let text = subject.cgroupFiles[file] else { return nil }
                let line = text.split(separator: "\n").first { $0.hasPrefix(key + " ") }
                guard let number = line?.split(separator: " ").last, number != "0" else { return nil }
                return "\(file): \(key) \(number)"
            }
            guard subject.cgroupFiles.keys.contains(where: { $0.hasSuffix(".events") }) else {
                return .untold("its cgroup has no controllers that tell")
            }
            return events.isEmpty
                ? .stands("no kill for memory, no refused process") : .open(events.joined(separator: ", "))
        },
        AuditCheck(
            "A48", .resources, .low, "has sane limits of its own", advice: "--ulimit nofile=1048576, --ulimit core=0"
        ) { subject in
            guard let files = subject.limits["Max open files"] else {
                return .untold("the kernel does not show its limits")
            }
            guard files != "unlimited", (UInt64(files) ?? .max) <= 1_048_576 else {
                return .open("open files: \(files)")
            }
            return .stands("open files: \(files)")
        },
    ]

    private static func limit(
        _ id: String, _ file: String, _ severity: Severity, _ claim: String, _ advice: String
    ) -> AuditCheck {
        AuditCheck(id, .resources, severity, claim, advice: advice) { subject in
            guard let value = subject.cgroupFiles[file]?.split(separator: "\n").first else {
                return .untold("its cgroup has no \(file): the controller is not in the tree of cgroup v2")
            }
            return value.hasPrefix("max") ? .open("\(file) is max") : .stands("\(file) is \(value)")
        }
    }
}
