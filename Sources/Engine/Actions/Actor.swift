// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// Who does something, as the kernel says it of the command's process.
public struct Actor: Hashable, Sendable {
    /// A process above the command's.
    public struct Parent: Hashable, Sendable {
        public var process: Int32
        /// Its program's name, of at most 15 bytes: proc_pid_stat(5), `comm`.
        public var name: String
    }

    /// The real user.
    public var user: UInt32
    /// Who logged in, whatever they became since; nil where nobody did: proc_pid_loginuid(5).
    public var loginUser: UInt32?
    /// What sudo says, which anybody who is root can set; nil where it says nothing.
    public var sudoUser: String?
    public var process: Int32
    /// As `pts/3`; nil where the process has none.
    public var terminal: String?
    /// The nearest first.
    public var parents: [Parent] = []
    /// The command's line, without what may be secret.
    public var words: [String] = []

    /// How far up is looked.
    private static let mostParents = 16
    /// How much of a line is kept, in bytes.
    private static let mostBytes = 8 << 10

    /// This process.
    static func current(words: [String]) -> Actor {
        var actor = Actor(user: CurrentProcess.user, process: CurrentProcess.id)
        if let bytes = try? Descriptor.open("/proc/self/loginuid", .readOnly).read(upTo: 16),
            let login = UInt32(String(decoding: bytes, as: UTF8.self)), login != .max
        {
            actor.loginUser = login
        }
        actor.sudoUser = Environment.value(of: "SUDO_UID").map { String($0.prefix(16)) }
        var above = 0 as Int32
        if let own = Place(of: actor.process) {
            (above, actor.terminal) = (own.parent, own.terminal)
        }
        while above > 0, actor.parents.count < mostParents, let place = Place(of: above) {
            actor.parents.append(Parent(process: above, name: place.name))
            above = place.parent
        }
        var room = mostBytes
        for word in words {
            room -= word.utf8.count
            guard room > 0 else {
                actor.words.append("…")
                break
            }
            actor.words.append(word)
        }
        return actor
    }

    /// Where a process stands: proc_pid_stat(5).
    struct Place: Equatable {
        var name: String
        var parent: Int32
        var terminal: String?

        init?(of process: Int32) {
            guard let bytes = try? Descriptor.open("/proc/\(process)/stat", .readOnly).read(upTo: 1024) else {
                return nil
            }
            self.init(bytes)
        }

        init?(_ bytes: [UInt8]) {
            // The name is in parentheses, and may have some itself.
            guard let open = bytes.firstIndex(of: UInt8(ascii: "(")),
                let close = bytes.lastIndex(of: UInt8(ascii: ")")),
                open < close
            else { return nil }
            let fields = bytes[(close + 1)...].split(separator: UInt8(ascii: " "), maxSplits: 5)
            guard fields.count > 4, let parent = Int32(String(decoding: fields[1], as: UTF8.self)),
                let terminal = Int32(String(decoding: fields[4], as: UTF8.self))
            else { return nil }
            name = String(decoding: bytes[(open + 1)..<close], as: UTF8.self)
            self.parent = parent
            self.terminal = terminal == 0 ? nil : ProcessRow.terminalName(UInt32(bitPattern: terminal))
        }
    }
}

extension Actor {
    func write(to object: inout JSON.Object) {
        object["uid"] = JSON(user)
        object["loginUID"] = loginUser.map { JSON($0) } ?? .null
        if let sudoUser { object["sudoUID"] = .string(sudoUser) }
        object["pid"] = JSON(process)
        object["terminal"] = terminal.map(JSON.string) ?? .null
        object["parents"] = .array(parents.map { ["pid": JSON($0.process), "name": .string($0.name)] })
        object["arguments"] = JSON(words)
    }

    init?(_ json: JSON) {
        guard let user = json["uid"]?.uint32, let process = json["pid"]?.whole(as: Int32.self) else { return nil }
        self.init(user: user, process: process)
        loginUser = json["loginUID"]?.uint32
        sudoUser = json["sudoUID"]?.string
        terminal = json["terminal"]?.string
        parents = (json["parents"]?.array ?? []).compactMap { parent in
            guard let process = parent["pid"]?.whole(as: Int32.self), let name = parent["name"]?.string else {
                return nil
            }
            return Parent(process: process, name: name)
        }
        words = json["arguments"]?.strings ?? []
    }
}
