// SPDX-License-Identifier: Apache-2.0

extension AuditCheck {
    /// A56 and A57: what it does on its network.
    static let network: [AuditCheck] = [
        AuditCheck(
            "A56", .network, .medium, "no process sends or hears raw packets",
            advice: "leave out --cap-add NET_RAW; users ping without it"
        ) { subject in
            if subject.sharesNetwork { return .untold("it has the host's network") }
            return subject.rawSockets == 0
                ? .stands("no packet or raw sockets") : .open("\(subject.rawSockets) packet or raw sockets")
        },
        AuditCheck(
            "A57", .network, .low, "is no machine that people log in to", advice: "take 'minibox exec' instead of sshd"
        ) { subject in
            if subject.sharesNetwork { return .untold("it has the host's network") }
            let ports = Set(subject.listeners).sorted()
            if ports.contains(22) { return .open("something listens on port 22") }
            return .stands(
                ports.isEmpty ? "nothing listens" : "listens on \(ports.map(String.init).joined(separator: ", "))")
        },
    ]
}

extension AuditSubject {
    var sharesNetwork: Bool { namespaces["net"] == ownNamespaces["net"] }
}

extension AuditCheck {
    /// A62: what it was told.
    static let secrets: [AuditCheck] = [
        AuditCheck(
            "A62", .secrets, .medium, "was given no secret by its environment or its arguments",
            advice: "give secrets as files: --mount type=bind,ro, or --secret in a build"
        ) { subject in
            let found = subject.members.flatMap { member in
                member.variables.filter(isSecret).map { "\($0) of \(member.words)" }
                    + member.arguments.filter { argument in
                        let name = argument.split(separator: "=", maxSplits: 1)
                        return name.count == 2 && argument.hasPrefix("-") && isSecret(String(name[0]))
                    }.map { _ in "an argument of \(member.words)" }
            }
            return found.isEmpty
                ? .stands("no name that looks like one") : .open(Set(found).sorted().joined(separator: ", "))
        }
    ]

    /// Whether the name is one under which people keep what nobody is to know.
    static func isSecret(_ name: String) -> Bool {
        let words = name.uppercased().split { !$0.isLetter }
        return words.contains { word in
            ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "APIKEY", "CREDENTIALS", "PRIVATEKEY"].contains { word == $0 }
        }
            || words.last == "KEY"
                && words.contains { ["API", "ACCESS", "PRIVATE", "SECRET"].contains($0) }
    }
}
