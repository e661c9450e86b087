// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import ContainerRuntime

@Suite("Users and groups of an image")
struct UserDatabaseTests {
    private static let users = """
        root:x:0:0:root:/root:/bin/sh
        app:x:1000:1000:app:/home/app:/bin/sh
        1:x:4242:4242:digits:/home/one:/bin/sh
        zero:x:0:7:second root:/zero:/bin/sh
        homeless:x:5:5::relative:/bin/sh
        short:x:6:6
        """
    private static let groups = """
        root:x:0:
        app:x:1000:
        staff:x:50:app,other
        audio:x:29:root,app
        1:x:777:
        empty:x:60
        """

    private func identity(
        _ user: String, _ group: String? = nil, more: [String] = [], users: String = Self.users,
        groups: String = Self.groups
    ) throws -> Identity {
        try UserDatabase(users: Array(users.utf8), groups: Array(groups.utf8))
            .identity(of: UserChoice(user: user, group: group), additionalGroups: more)
    }

    private func refusal(_ user: String, _ group: String? = nil, more: [String] = []) -> String? {
        do {
            _ = try identity(user, group, more: more)
            return nil
        } catch {
            return (error as? StepError)?.detail
        }
    }

    @Test("a name has the ids, groups and home of its entry")
    func name() throws {
        #expect(try identity("app") == Identity(user: 1000, group: 1000, groups: [1000, 50, 29], home: "/home/app"))
        #expect(try identity("root") == Identity(user: 0, group: 0, groups: [0, 29], home: "/root"))
    }

    @Test("a group that was asked for takes the place of all of the entry's")
    func group() throws {
        #expect(try identity("app", "staff") == Identity(user: 1000, group: 50, groups: [50], home: "/home/app"))
        #expect(try identity("app", "9") == Identity(user: 1000, group: 9, groups: [9], home: "/home/app"))
    }

    @Test("further groups come on top, each once, by name or number")
    func furtherGroups() throws {
        #expect(try identity("app", more: ["audio", "12", "12"]).groups == [1000, 50, 29, 12])
        #expect(try identity("4000", more: ["staff"]).groups == [0, 50])
    }

    @Test("digits are an id, whatever the image calls its users and groups")
    func digits() throws {
        #expect(try identity("1").user == 1)
        #expect(try identity("1").group == 0)
        #expect(try identity("1", "1").group == 1)
        #expect(try identity("app", more: ["1"]).groups == [1000, 50, 29, 1])
    }

    @Test("an id without an entry is itself, in group 0, at home in /")
    func unknownID() throws {
        #expect(try identity("4000") == Identity(user: 4000, group: 0, groups: [0], home: "/"))
        #expect(try identity("0", users: "", groups: "") == Identity(user: 0, group: 0, groups: [0], home: "/root"))
    }

    @Test("an id has the first entry of that id")
    func knownID() throws {
        #expect(try identity("0").home == "/root")
        #expect(try identity("1000") == identity("app"))
        #expect(try identity("zero").group == 7)
    }

    @Test("a home that is not absolute is none")
    func home() throws {
        #expect(try identity("homeless").home == "/")
        #expect(try identity("short").home == "/")
    }

    @Test(
        "what is no name and no whole id is refused, and never another user",
        arguments: [
            "nobody", "", " 0", "0 ", "-0", "+0", "+1", "0x0", "1e0", "4294967296", "4294967295", "1000 ", "٣", "root ",
            "ROOT",
            "0.0", "00x",
        ])
    func refuses(user: String) {
        #expect(refusal(user) == "there is no user \(user) in the image's /etc/passwd")
        #expect(refusal("app", user) == "there is no group \(user) in the image's /etc/group")
        #expect(refusal("app", more: [user]) == "there is no group \(user) in the image's /etc/group")
    }

    @Test("zeros before an id change nothing")
    func zeros() throws { #expect(try identity("01000") == identity("1000")) }

    @Test("lines that are no entries are passed over, and make nobody root")
    func garbage() throws {
        let users = """
            evil
            evil:x
            evil:x:
            evil:x:0
            evil:x:+0:0:::
            evil:x:-0:0:::
            evil:x::0:::
            evil:x:abc:0:::
            evil:x:0:abc:::
            evil:x:4294967295:0:::
            ::::
            :x:0:0:::
            #comment
            app:x:1000:1000:app:/home/app:/bin/sh
            """
        #expect(throws: StepError.self) { try identity("evil", users: users) }
        #expect(throws: StepError.self) { try identity("", users: users) }
        #expect(try identity("app", users: users).user == 1000)
        let groups = "evil:x:+0:app\nevil:x::app\nevil\nevil:x:-0:app\nstaff:x:50:,app,\n"
        #expect(try identity("app", groups: groups).groups == [1000, 50])
        #expect(throws: StepError.self) { try identity("app", "evil", groups: groups) }
    }

    @Test("carriage returns, missing line ends and bytes that are no text do not join lines")
    func bytes() throws {
        let users = "root:x:0:0:root:/root:/bin/sh\r\napp:x:1000:1000:app:/home/app:/bin/sh"
        #expect(try identity("app", users: users).user == 1000)
        let raw: [UInt8] = [0xFF, 0xFE, 0x0A] + Array("app:x:1000:1000:".utf8) + [0x80, 0x3A, 0x2F, 0x61]
        let database = UserDatabase(users: raw, groups: [0x00, 0x0A, 0xC3])
        #expect(try database.identity(of: UserChoice(user: "app"), additionalGroups: []).home == "/a")
    }

    @Test("the owner of a file is a number's own group, a name's primary one, or the group that is given")
    func owner() throws {
        let database = UserDatabase(users: Array(Self.users.utf8), groups: Array(Self.groups.utf8))
        func owner(_ user: String, _ group: String? = nil) throws -> [UInt32] {
            let owner = try database.owner(user: user, group: group)
            return [owner.user, owner.group]
        }
        #expect(try owner("app") == [1000, 1000])
        #expect(try owner("zero") == [0, 7])
        #expect(try owner("app", "audio") == [1000, 29])
        #expect(try owner("app", "70000") == [1000, 70000])
        // Digits are an id, also where a user or group is called so.
        #expect(try owner("1") == [1, 1])
        #expect(try owner("33", "1") == [33, 1])
        #expect(try owner("app", "") == [1000, 1000])
        #expect(try owner("", "audio") == [0, 29])
        #expect(throws: UserDatabase.UnknownName.user("nobody")) { try owner("nobody") }
        #expect(throws: UserDatabase.UnknownName.group("wheel")) { try owner("0", "wheel") }
        // The number that means "unchanged" to the kernel is no id.
        #expect(throws: UserDatabase.UnknownName.user("4294967295")) { try owner("4294967295") }
        #expect(throws: UserDatabase.UnknownName.user("-1")) { try owner("-1") }
    }
}
