// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension AuditCheck {
    /// A10, A27, A38, A45 and A51: what it shares with other containers and with who started it.
    static let neighbours: [AuditCheck] = [
        AuditCheck(
            "A10", .identity, .medium, "shares no users of the host with another container",
            advice: "give each a range of its own in /etc/subuid: --userns private does"
        ) { subject in
            guard subject.namespaces["user"] != subject.ownNamespaces["user"] else {
                return .untold("its users are the host's")
            }
            return subject.sharedRanges.isEmpty
                ? .stands("its ranges are nobody else's")
                : .open(subject.sharedRanges.prefix(4).joined(separator: ", "))
        },
        AuditCheck(
            "A27", .files, .low, "cannot watch the host's processors by their temperature",
            advice: "leave out --privileged and --security-opt systempaths=unconfined"
        ) { subject in
            let there = AuditSubject.timingPaths.filter { subject.places[$0] != nil }
            if there.isEmpty { return .stands("this machine shows none") }
            let open = there.filter { subject.places[$0] != .hidden }
            return open.isEmpty ? .stands("hidden") : .open(open.joined(separator: ", "))
        },
        devicePrograms,
        AuditCheck(
            "A45", .resources, .medium, "every process is in the container's cgroup",
            advice: "somebody moved it, and its limits with it: end that process"
        ) { subject in
            guard let place = subject.cgroup else { return .untold("it is in no tree of cgroup v2") }
            // A cgroup below it is its own, and so is one beside the leaf that its first process is in.
            let isLeaf = place.split(separator: "/").count > 2
            let folder = isLeaf ? place.split(separator: "/").dropLast().map { "/" + $0 }.joined() : place
            let others = subject.members.filter { member in
                guard let path = member.cgroup else { return false }
                return path != place && !path.hasPrefix(place + "/") && !(isLeaf && path.hasPrefix(folder + "/"))
            }
            return others.isEmpty
                ? .stands("all of \(subject.members.count) in \(place)")
                : .open(others.map { "\($0.words) in \($0.cgroup ?? "?")" }.joined(separator: ", "))
        },
        AuditCheck(
            "A51", .processes, .medium, "its terminal is its own",
            advice: "take -t, which gives it a terminal of its own, or -d"
        ) { subject in
            let known = Set(subject.mounts.map(\.id))
            let shared = subject.first.files.filter {
                $0.number < 3 && ($0.link.hasPrefix("/dev/pts/") || $0.link.hasPrefix("/dev/tty"))
                    && !known.contains($0.mount)
            }
            return shared.isEmpty
                ? .stands("none of the host's")
                : .open(shared.map { "\($0.number) is \($0.link)" }.joined(separator: ", "))
        },
    ]
}

extension AuditSubject {
    /// What differs from one processor to the next is looked at once.
    static let timingPaths = ["/sys/devices/system/cpu/cpu0/thermal_throttle"]
}
