// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension AuditCheck {
    /// A19 to A21: what its installed filters let through. seccomp(2), ptrace(2).
    static let systemCalls: [AuditCheck] = [
        filtered(
            "A19", .medium, "its filter refuses the calls of whoever runs the machine",
            advice: "--cap-add or a profile of its own lets them through: leave it out, or write a smaller one"
        ) { filters, _ in
            let passed = CallCase.administration.filter { CallCase.isAllowed($0, by: filters) }
            return passed.isEmpty ? nil : passed.joined(separator: ", ")
        },
        filtered(
            "A20", .medium, "its filter refuses the calls by which containers were left",
            advice: "take the default profile, or one that 'minibox trace --profile' has learned"
        ) { filters, bounding in
            let passed = CallCase.all.filter {
                $0.capability.isSubset(of: bounding) && $0.answer(of: filters, on: .native)?.isAllowing ?? false
            }
            return passed.isEmpty ? nil : passed.map(\.words).joined(separator: ", ")
        },
        filtered(
            "A21", .high, "its filter refuses to 32-bit programs what it refuses to others",
            advice: "name i386 and x32 in the profile's archMap, or refuse them as a whole"
        ) { filters, bounding in
            guard let picture = SystemCallPicture(of: filters) else { return nil }
            var wider = picture.wider
            for architecture in SystemCallPicture.architectures.dropFirst() {
                wider += CallCase.all.filter { one in
                    guard one.capability.isSubset(of: bounding), let own = one.answer(of: filters, on: .native),
                        let foreign = one.answer(of: filters, on: architecture)
                    else { return false }
                    return foreign.isAllowing && !own.isAllowing
                }.map { "\($0.words) of \(architecture.label)" }
            }
            guard !wider.isEmpty else { return nil }
            return wider.prefix(6).joined(separator: ", ") + (wider.count > 6 ? " and \(wider.count - 6) more" : "")
        },
    ]

    /// A check of every different set of filters among the processes: what any of them lets through is open.
    private static func filtered(
        _ id: String, _ severity: Severity, _ claim: String, advice: String,
        _ find: @escaping @Sendable ([SeccompFilter], CapabilitySet) -> String?
    ) -> AuditCheck {
        AuditCheck(id, .privileges, severity, claim, advice: advice) { subject in
            let bounding = subject.first.status.capabilities("CapBnd") ?? []
            var untold: String?
            var seen: Set<[SeccompFilter]> = []
            for member in subject.members {
                switch member.filters {
                case .none: return .open("\(member.words) has no filter")
                case .untold(let reason): untold = untold ?? "\(member.words): \(reason)"
                case .programs(let programs):
                    guard seen.insert(programs).inserted else { continue }
                    if let found = find(programs, bounding) { return .open("\(member.words): \(found)") }
                }
            }
            if let untold { return .untold(untold) }
            let lengths = seen.map { $0.map { "\($0.instructions.count)" }.joined(separator: " and ") }.sorted()
            return .stands("the installed program has \(lengths.joined(separator: "; ")) instructions")
        }
    }
}
