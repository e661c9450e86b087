// SPDX-License-Identifier: Apache-2.0

/// One wall of a container, and how the kernel tells whether it stands.
///
/// A check is a pure function of what was read before, ``AuditSubject``, and never of a container's configuration: it says
/// the same of a process that another runtime has started, or that nobody has confined.
public struct AuditCheck: Sendable {
    /// How bad it is where the wall is open.
    public enum Severity: String, CaseIterable, Comparable, Sendable {
        case info, low, medium, high

        public static func < (left: Severity, right: Severity) -> Bool {
            guard let first = allCases.firstIndex(of: left), let second = allCases.firstIndex(of: right) else {
                return false
            }
            return first < second
        }
    }

    public enum Group: String, CaseIterable, Sendable {
        case namespaces, identity, privileges, files, processes, resources, network, secrets, record
    }

    /// What a check came to, with what the kernel said.
    public enum Verdict: Hashable, Sendable {
        case stands(String)
        case open(String)
        /// It cannot be told, and why.
        case untold(String)
    }

    /// `A17`: it stays the same for ever.
    public let id: String
    public let group: Group
    public let severity: Severity
    /// What the wall is, as a claim.
    public let claim: String
    /// What closes it: flags of `run`, as a rule.
    public let advice: String
    let judge: @Sendable (AuditSubject) -> Verdict

    init(
        _ id: String, _ group: Group, _ severity: Severity, _ claim: String, advice: String,
        _ judge: @escaping @Sendable (AuditSubject) -> Verdict
    ) {
        self.id = id
        self.group = group
        self.severity = severity
        self.claim = claim
        self.advice = advice
        self.judge = judge
    }

    /// All of them, by their ids.
    public static let all =
        (namespaces + identity + privileges + systemCalls + files + processes + resources + network + networkPlace
        + firewall + secrets + neighbours + ownFiles + elsewhere + record).sorted {
            $0.id < $1.id
        }
}
