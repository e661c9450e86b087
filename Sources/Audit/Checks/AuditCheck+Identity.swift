// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension AuditCheck {
    /// A09 to A12: who its processes are.
    static let identity: [AuditCheck] = [
        AuditCheck(
            "A09", .identity, .high, "no process is the host's root", advice: "--userns private, or --user"
        ) { subject in
            let roots = subject.members.filter { $0.users.contains(0) }
            return roots.isEmpty
                ? .stands("none of \(subject.members.count) has user 0 of the host")
                : .open("user 0 of the host: \(roots.list)")
        },
        AuditCheck(
            "A11", .identity, .low, "its program is no root inside either",
            advice: "--user NAME, or USER in its Dockerfile"
        ) { subject in
            guard let user = subject.first.users.first else { return .untold("the kernel does not show its user") }
            let inner = subject.users.lazy.compactMap { $0.inner(of: user) }.first ?? user
            return inner == 0 ? .open("\(subject.first.name) is user 0 inside") : .stands("user \(inner) inside")
        },
        AuditCheck(
            "A12", .identity, .high, "no process has a group of the host's that opens devices",
            advice: "leave out --group-add with numbers of the host's, or take --userns private"
        ) { subject in
            // Debian's: disk, kmem, shadow, adm, docker has no fixed one.
            let dangerous: [UInt32: String] = [6: "disk", 15: "kmem", 42: "shadow"]
            for member in subject.members {
                for group in member.groups {
                    if let name = dangerous[group] { return .open("\(member.words) has the host's group \(name)") }
                }
            }
            return .stands("none of disk, kmem and shadow")
        },
    ]
}

extension AuditSubject.Member {
    /// Real, effective, saved and file system's, as who looks sees them.
    var users: [UInt32] { numbers("Uid") }
    /// The same of groups, and the supplementary ones.
    var groups: [UInt32] { numbers("Gid") + numbers("Groups") }
    var words: String { "\(name) (\(id))" }

    private func numbers(_ name: String) -> [UInt32] {
        (status.value(of: name) ?? "").split { $0 == "\t" || $0 == " " }.compactMap { UInt32($0) }
    }
}

extension [AuditSubject.Member] {
    /// The first few of them.
    var list: String {
        prefix(4).map(\.words).joined(separator: ", ") + (count > 4 ? " and \(count - 4) more" : "")
    }
}
