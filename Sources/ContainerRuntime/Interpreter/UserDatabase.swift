// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The users and groups of an image: passwd(5) and group(5), as text.
struct UserDatabase: Sendable {
    private let users: [[Substring]]
    private let groups: [[Substring]]

    init(users: [UInt8], groups: [UInt8]) {
        self.users = Self.lines(users)
        self.groups = Self.lines(groups)
    }

    private static func lines(_ bytes: [UInt8]) -> [[Substring]] {
        guard !bytes.isEmpty else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            .map { $0.split(separator: ":", omittingEmptySubsequences: false) }
    }

    /// Who `choice` is. Digits are an id, whatever the image calls its users (CVE-2016-3697); the whole of the text
    /// has to be one (CVE-2026-30892).
    func identity(of choice: UserChoice, additionalGroups: [String]) throws(StepError) -> Identity {
        let number = id(choice.user)
        let entry = users.first { line in
            guard line.count >= 4 else { return false }
            return number.map { UInt32(line[2]) == $0 } ?? (line[0] == choice.user)
        }
        guard let user = number ?? entry.flatMap({ UInt32($0[2]) }) else {
            throw StepError(cause: nil, detail: "there is no user \(choice.user) in the image's /etc/passwd")
        }
        let name = entry.map { $0[0] }
        var group = entry.flatMap { UInt32($0[3]) } ?? 0
        var others: [UInt32] = []
        if let wanted = choice.group {
            group = try groupID(wanted)
        } else if let name {
            // As initgroups(3), and only where no group was asked for.
            others = groups.compactMap { line in
                line.count >= 4 && line[3].split(separator: ",").contains(name) ? UInt32(line[2]) : nil
            }
        }
        for wanted in additionalGroups { others.append(try groupID(wanted)) }
        var seen: Set<UInt32> = []
        let home = entry.flatMap { $0.count > 5 && $0[5].hasPrefix("/") ? String($0[5]) : nil }
        return Identity(
            user: user, group: group, groups: others.filter { seen.insert($0).inserted },
            home: home ?? (user == 0 ? "/root" : "/"))
    }

    private func groupID(_ text: String) throws(StepError) -> UInt32 {
        if let number = id(text) { return number }
        guard let line = groups.first(where: { $0.count >= 3 && $0[0] == text }), let number = UInt32(line[2]) else {
            throw StepError(cause: nil, detail: "there is no group \(text) in the image's /etc/group")
        }
        return number
    }

    /// The text as an id, if it is digits and nothing else. The highest number means "unchanged" to the kernel.
    private func id(_ text: String) -> UInt32? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt32(text), number != .max else {
            return nil
        }
        return number
    }
}
