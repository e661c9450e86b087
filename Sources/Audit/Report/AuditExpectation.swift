// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What a container was started with: what the kernel says is held against it, and each difference is a finding of its own, A66.
public struct AuditExpectation: Sendable {
    public var id: String
    public var capabilities: CapabilitySet
    public var noNewPrivileges: Bool
    public var filter: SeccompFilter?
    public var namespaces: Namespaces
    public var hasCgroup: Bool
    public var isReadOnly: Bool
    public var maskedPaths: [String]
    public var readOnlyPaths: [String]
    /// What was written to files of its cgroup.
    public var limits: [String: String] = [:]
    /// As `--restart` was written, and whether that has an end; nil where that is not known.
    public var restart: (words: String, isBounded: Bool)?
    /// What the host's rules say of it; nil where that could not be read.
    public var firewall: FirewallView?
    /// What the store says of its image; nil where it is gone from there.
    public var image: ImageView?

    public init(
        id: String, capabilities: CapabilitySet, noNewPrivileges: Bool, filter: SeccompFilter?,
        namespaces: Namespaces, hasCgroup: Bool, isReadOnly: Bool, maskedPaths: [String], readOnlyPaths: [String]
    ) {
        self.id = id
        self.capabilities = capabilities
        self.noNewPrivileges = noNewPrivileges
        self.filter = filter
        self.namespaces = namespaces
        self.hasCgroup = hasCgroup
        self.isReadOnly = isReadOnly
        self.maskedPaths = maskedPaths
        self.readOnlyPaths = readOnlyPaths
    }

    /// What is otherwise than it was asked for, with how bad that is. A program may give up more than it had to.
    func differences(from subject: AuditSubject) -> [(severity: AuditCheck.Severity, words: String)] {
        namespaceDifferences(subject) + processDifferences(subject) + pathDifferences(subject)
            + limitDifferences(subject)
    }

    private func namespaceDifferences(
        _ subject: AuditSubject
    ) -> [(severity: AuditCheck.Severity, words: String)] {
        Namespaces.named.compactMap { kind, name in
            guard namespaces.isSuperset(of: kind), let own = subject.ownNamespaces[name],
                subject.namespaces[name] == own
            else { return nil }
            return (.high, "its \(name) namespace is the host's, and was to be its own")
        }
    }

    private func processDifferences(_ subject: AuditSubject) -> [(severity: AuditCheck.Severity, words: String)] {
        var found: [(severity: AuditCheck.Severity, words: String)] = []
        for member in subject.members {
            let sets = ["CapBnd", "CapPrm", "CapEff", "CapInh", "CapAmb"]
            let more = sets.reduce(into: CapabilitySet()) { set, name in
                set.formUnion(member.status.capabilities(name) ?? [])
            }.subtracting(capabilities)
            if !more.isEmpty { found.append((.high, "\(member.words) has \(more) besides")) }
            if noNewPrivileges, member.status.value(of: "NoNewPrivs") == "0" {
                found.append((.medium, "\(member.words) can gain rights: NoNewPrivs is 0"))
            }
            if let filter {
                switch member.filters {
                case .none: found.append((.high, "\(member.words) has no filter"))
                // The oldest is the one that it was started with; it may have added others.
                case .programs(let programs) where programs.first?.instructions != filter.instructions:
                    found.append((.high, "\(member.words) has another filter"))
                default: break
                }
            }
            if hasCgroup, let cgroup = member.cgroup, !cgroup.split(separator: "/").contains(Substring(id)) {
                found.append((.medium, "\(member.words) is in the cgroup \(cgroup)"))
            }
        }
        return found
    }

    private func pathDifferences(_ subject: AuditSubject) -> [(severity: AuditCheck.Severity, words: String)] {
        var found: [(severity: AuditCheck.Severity, words: String)] = []
        for path in maskedPaths {
            guard let place = subject.places[path], place != .hidden else { continue }
            found.append(
                (.medium, "\(path) was to be hidden, and \(place == .writable ? "can be written to" : "can be read")"))
        }
        for path in readOnlyPaths where subject.places[path] == .writable {
            found.append((.high, "\(path) was to be read-only, and can be written to"))
        }
        if isReadOnly, subject.mounts.last(where: { $0.point == "/" })?.isReadOnly == false {
            found.append((.medium, "its root was to be read-only, and can be written to"))
        }
        return found
    }

    /// Of the container's own cgroup, whichever below it its first process is in.
    private func limitDifferences(_ subject: AuditSubject) -> [(severity: AuditCheck.Severity, words: String)] {
        guard
            let kept = subject.cgroupLimits.first(where: { $0.key.split(separator: "/").last == Substring(id) })?.value
        else { return [] }
        return limits.sorted { $0.key < $1.key }.compactMap { file, asked in
            // A controller that the tree has not was said to be missing at the start.
            guard let value = kept[file], !Self.isSame(asked, value, inPages: file.hasPrefix("memory.")) else {
                return nil
            }
            return (.medium, "\(file) is \(value), and was to be \(asked)")
        }
    }

    /// The kernel counts memory in pages, and completes what is left out: `50000` of cpu.max is `50000 100000`.
    private static func isSame(_ asked: String, _ kept: String, inPages: Bool) -> Bool {
        let (words, others) = (asked.split(separator: " "), kept.split(separator: " "))
        return words.count <= others.count
            && zip(words, others).allSatisfy { one, other in
                guard let first = UInt64(one), let second = UInt64(other) else { return one == other }
                // Of 64 KiB at most.
                return first == second || inPages && first > second && first - second < 65536 && second % 4096 == 0
            }
    }
}

extension AuditCheck {
    /// A66, which is no claim about the kernel alone: it has a row for each difference.
    static let record: [AuditCheck] = [drift(.high)]

    static func drift(_ severity: Severity) -> AuditCheck {
        AuditCheck(
            "A66", .record, severity, "is as it was started",
            advice: "somebody has changed it since: end it, start it anew, and look who entered it ('minibox events')"
        ) { _ in .untold("minibox has no record of it") }
    }
}
