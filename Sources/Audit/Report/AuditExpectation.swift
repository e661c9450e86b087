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
