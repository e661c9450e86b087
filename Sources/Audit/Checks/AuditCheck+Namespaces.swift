// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension AuditCheck {
    /// A01 to A08: what it has for itself. namespaces(7).
    static let namespaces: [AuditCheck] = [
        own("A01", "pid", .high, "sees and signals its own processes alone", "--pid host was given: leave it out"),
        own("A02", "mnt", .high, "has mounts of its own", "start it as a container"),
        own(
            "A03", "net", .high, "has a network of its own", "--network host was given: take bridge, none or a network"),
        own("A04", "ipc", .medium, "has shared memory and queues of its own", "--ipc host was given: leave it out"),
        own("A05", "uts", .low, "has a host name of its own", "--uts host was given: leave it out"),
        own("A06", "cgroup", .low, "sees its own cgroup alone", "--cgroupns host was given: leave it out"),
        AuditCheck(
            "A07", .namespaces, .high, "root inside is nobody outside",
            advice: "--userns host was given: leave it out, or take --userns private"
        ) { subject in
            guard let own = subject.ownNamespaces["user"], let its = subject.namespaces["user"] else {
                return .untold("the kernel does not show its user namespace")
            }
            if own == its { return .open("it is in the user namespace of the host") }
            let ranges = subject.users.map { "\($0.inside)+\($0.count) is \($0.outside)" }.joined(separator: ", ")
            return subject.users.contains { $0.outside == 0 }
                ? .open("the host's root is one of its users: \(ranges)") : .stands(ranges)
        },
        AuditCheck(
            "A08", .namespaces, .info, "has clocks of its own",
            advice: "nothing hangs on it but what a program measures"
        ) { subject in
            guard let own = subject.ownNamespaces["time"], let its = subject.namespaces["time"] else {
                return .untold("this kernel has no time namespaces")
            }
            return own == its ? .untold("it has the host's, as containers have") : .stands("time:[\(its)]")
        },
    ]

    private static func own(
        _ id: String, _ kind: String, _ severity: Severity, _ claim: String, _ advice: String
    ) -> AuditCheck {
        AuditCheck(id, .namespaces, severity, claim, advice: advice) { subject in
            guard let own = subject.ownNamespaces[kind], let its = subject.namespaces[kind] else {
                return .untold("the kernel does not show its \(kind) namespace")
            }
            return own == its ? .open("\(kind):[\(its)] is the host's") : .stands("\(kind):[\(its)]")
        }
    }
}
