// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension ActionRecord {
    /// A line for people: `2026-11-21T10:02:03.123456789Z run web (image=busybox, uid=0, login=1000, ...) minibox run ...`.
    public var text: String {
        var words: [String] = []
        func add(_ key: String, _ value: String?) {
            if let value, !value.isEmpty { words.append("\(key)=\(Self.plain(value))") }
        }
        add("id", action.kind == .container ? String(action.id.prefix(12)) : nil)
        add("image", action.image)
        add("digest", action.digest)
        add("uid", "\(actor.user)")
        add("login", actor.loginUser.map { "\($0)" } ?? "none")
        add("sudo", actor.sudoUser)
        add("pid", "\(actor.process)")
        add("terminal", actor.terminal ?? "none")
        add("parents", actor.parents.map { "\($0.name):\($0.process)" }.joined(separator: "<"))
        add("differs", action.differences.keys.joined(separator: "+"))
        let subject = Self.plain(action.name.isEmpty ? action.id : action.name)
        let line = actor.words.map(Self.plain).joined(separator: " ")
        return
            "\(time.rfc3339) \(action.verb)\(subject.isEmpty ? "" : " \(subject)") (\(words.joined(separator: ", "))) "
            + line
    }

    /// A word as it is, or where it has more than such words have, as JSON writes it: nothing in it moves a cursor.
    private static func plain(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "_-./:=,@%+<".utf8.contains(byte)
            }
        }
        guard !isPlain || word.isEmpty else { return word }
        let text = JSON.string(word).description.unicodeScalars.map { scalar in
            // C1 and DEL, which JSON leaves as they are.
            (0x7F...0x9F).contains(scalar.value) ? "\\u00" + String(scalar.value, radix: 16) : String(scalar)
        }
        return text.joined()
    }

    /// Whether it passes the filters of `events`.
    public func passes(_ filters: [EventFilter]) -> Bool {
        var attributes = ["name": action.name, "image": action.image]
        if action.kind == .image { attributes["image"] = nil }
        return EventFilter.matches(
            filters,
            EngineEvent(kind: action.kind, action: action.verb, id: action.id, attributes: attributes, time: time))
    }
}
