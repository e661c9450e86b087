// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The users and groups of an image: passwd(5) and group(5), as text.
public struct UserDatabase: Sendable {
    private struct User {
        var name: String
        var id: UInt32
        var group: UInt32
        var home: String?
    }
    private struct Group {
        var name: String
        var id: UInt32
        var members: [String]
    }
    private let users: [User]
    private let groups: [Group]

    /// Lines that are no entries, as those whose ids are no numbers, are passed over.
    public init(users: [UInt8], groups: [UInt8]) {
        self.users = Self.lines(users, fields: 4).compactMap { line in
            guard let id = Self.id(line[2]), let group = Self.id(line[3]) else { return nil }
            return User(name: line[0], id: id, group: group, home: line.count > 5 ? line[5] : nil)
        }
        self.groups = Self.lines(groups, fields: 3).compactMap { line in
            guard let id = Self.id(line[2]) else { return nil }
            let members = line.count > 3 ? line[3].split(separator: ",").map(String.init) : []
            return Group(name: line[0], id: id, members: members)
        }
    }

    /// By bytes: as characters, a line feed after a carriage return would be no line feed.
    private static func lines(_ bytes: [UInt8], fields: Int) -> [[String]] {
        bytes.split(separator: UInt8(ascii: "\n")).map { line in
            line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
        }.filter { $0.count >= fields && !$0[0].isEmpty }
    }

    /// Who `choice` is. Digits are an id, whatever the image calls its users (CVE-2016-3697); the whole of the text
    /// has to be one (CVE-2026-30892).
    func identity(of choice: UserChoice, additionalGroups: [String]) throws(StepError) -> Identity {
        let number = Self.id(choice.user)
        let entry = users.first { entry in number.map { entry.id == $0 } ?? (entry.name == choice.user) }
        guard let user = number ?? entry?.id else {
            throw StepError(cause: nil, detail: "there is no user \(choice.user) in the image's /etc/passwd")
        }
        var group = entry?.group ?? 0
        var others: [UInt32] = []
        if let wanted = choice.group {
            group = try groupID(wanted)
        } else if let name = entry?.name {
            // As initgroups(3), and only where no group was asked for.
            others = groups.filter { $0.members.contains(name) }.map(\.id)
        }
        for wanted in additionalGroups { others.append(try groupID(wanted)) }
        // The group itself is one of them: without it a process could leave it by a set-group-ID program, and get past
        // permissions that are denied to the group (CVE-2022-36109).
        var distinct = [group]
        for id in others where !distinct.contains(id) { distinct.append(id) }
        let home = entry?.home.flatMap { $0.isRooted ? $0 : nil }
        return Identity(
            user: user, group: group, groups: distinct,
            home: home ?? (user == 0 ? "/root" : "/"))
    }

    /// Who a container's program is where its image has these users.
    /// - Throws: ``UnknownName`` of a name that is in neither file.
    public func identity(of user: UserChoice, groups: [String]) throws(UnknownName) -> Identity {
        do throws(StepError) { return try identity(of: user, additionalGroups: groups) } catch {
            let names = [user.group ?? ""] + groups
            let isKnown = users.contains { $0.name == user.user } || Self.id(user.user) != nil
            throw isKnown
                ? .group(names.first { name in !name.isEmpty && (try? groupID(name)) == nil } ?? "") : .user(user.user)
        }
    }

    /// The home directory of the user with that number; nil where there is none.
    func home(of id: UInt32) -> String? {
        users.first { $0.id == id }?.home.flatMap { $0.isRooted ? $0 : nil }
    }

    /// Who owns a file that is given to `user`, and to `group` where there is one.
    ///
    /// Digits are an id, which need not be known, and its own group's where no group is given. A name's group is its
    /// primary one. Where `user` is empty, root.
    public func owner(user: String, group: String?) throws(UnknownName) -> FileOwner {
        var owner = FileOwner(user: 0, group: 0)
        if let number = Self.id(user) {
            owner = FileOwner(user: number, group: number)
        } else if !user.isEmpty {
            guard let entry = users.first(where: { $0.name == user }) else { throw .user(user) }
            owner = FileOwner(user: entry.id, group: entry.group)
        }
        guard let group, !group.isEmpty else { return owner }
        if let number = Self.id(group) {
            owner.group = number
        } else {
            guard let entry = groups.first(where: { $0.name == group }) else { throw .group(group) }
            owner.group = entry.id
        }
        return owner
    }

    /// The owner of a file, by numbers.
    public struct FileOwner: Hashable, Sendable {
        public var user: UInt32
        public var group: UInt32
        public init(user: UInt32, group: UInt32) {
            self.user = user
            self.group = group
        }
    }

    /// A name that is in neither file.
    public enum UnknownName: Error, Hashable, Sendable, CustomStringConvertible {
        case user(String)
        case group(String)

        /// `there is no user www in /etc/passwd`.
        public var description: String {
            switch self {
            case .user(let name): "there is no user \(name) in /etc/passwd"
            case .group(let name): "there is no group \(name) in /etc/group"
            }
        }
    }

    private func groupID(_ text: String) throws(StepError) -> UInt32 {
        if let number = Self.id(text) { return number }
        guard let group = groups.first(where: { $0.name == text }) else {
            throw StepError(cause: nil, detail: "there is no group \(text) in the image's /etc/group")
        }
        return group.id
    }

    /// The text as an id, if it is digits and nothing else. The highest number means "unchanged" to the kernel.
    private static func id(_ text: String) -> UInt32? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt32(text), number != .max else {
            return nil
        }
        return number
    }
}
