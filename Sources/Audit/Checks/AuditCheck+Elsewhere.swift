// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension AuditCheck {
    /// A16, A50 and A63 to A65: what the kernel tells to the process itself alone, or does not know.
    static let elsewhere: [AuditCheck] = [
        AuditCheck(
            "A16", .privileges, .low, "keeps no capabilities when its user changes",
            advice: "--cap-drop SETPCAP: nobody changes the securebits then"
        ) { _ in .untold("the kernel tells securebits to the process itself alone: prctl(2), PR_GET_SECUREBITS") },
        AuditCheck(
            "A50", .secrets, .medium, "holds no keys of whoever started it",
            advice: "--security-opt keyring=private, or a filter that refuses keyctl(2), add_key(2) and request_key(2)"
        ) { subject in
            let calls = ["add_key", "keyctl", "request_key"]
            var passed: [String] = []
            for member in subject.members {
                switch member.filters {
                case .none: passed += calls
                case .programs(let programs): passed += calls.filter { CallCase.isAllowed($0, by: programs) }
                case .untold(let reason): return .untold("\(member.words): \(reason)")
                }
            }
            return passed.isEmpty
                ? .stands("its filter refuses add_key, keyctl and request_key")
                : .untold(
                    "its filter lets through \(Set(passed).sorted().joined(separator: ", ")), and the kernel tells a session's keyring to itself alone"
                )
        },
        AuditCheck(
            "A63", .record, .medium, "its layers hold what their digests say",
            advice: "'minibox system check --repair' mends a layer; NAME@sha256:... never means another image"
        ) { _ in .untold("minibox has no record of its image, and the kernel knows of none") },
        AuditCheck(
            "A64", .record, .medium, "its image holds no secrets, and nothing fetched unseen",
            advice: "'minibox image audit' names each with what closes it"
        ) { _ in .untold("minibox has no record of its image, and the kernel knows of none") },
        AuditCheck("A65", .record, .low, "is not started again without end", advice: "--restart on-failure:5") { _ in
            .untold("minibox has no record of it")
        },
    ]
}

extension AuditExpectation {
    /// What a check comes to of which the kernel alone does not tell: by the record of the engine; nil where that does not tell
    /// either.
    func verdict(of id: String, _ subject: AuditSubject) -> AuditCheck.Verdict? {
        switch id {
        case "A16":
            // Who has it changes them as it likes; keep-caps, which needs nothing, ends at the next execve(2): capabilities(7).
            let holders = subject.members.filter { member in
                ["CapBnd", "CapPrm"].contains { member.status.capabilities($0)?.contains(.setpcap) != false }
            }
            return holders.isEmpty
                ? .stands("minibox sets none, and nobody in it has SETPCAP to change them")
                : .untold("\(holders[0].words) may have SETPCAP, and the kernel tells them to itself alone: prctl(2)")
        case "A54", "A55", "A58":
            return subject.sharesNetwork ? nil : firewall?.verdict(of: id)
        case "A63", "A64": return image?.verdict(of: id)
        case "A65":
            guard let restart else { return nil }
            let words = "--restart \(restart.words), as minibox has it"
            return restart.isBounded ? .stands(words) : .open(words)
        default: return nil
        }
    }
}
