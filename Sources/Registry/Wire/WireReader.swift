// SPDX-License-Identifier: Apache-2.0
import OCI

/// Reads the members of one object of a line, each of which somebody has to ask for: both programs are of one build, so
/// a member that is not known is a mistake.
struct WireReader {
    private let subject: String
    private let members: JSON.Object
    private var isRead: Set<String> = []

    init(_ json: JSON, _ subject: String) throws(WireError) {
        guard case .object(let members) = json else { throw WireError(subject, "it is no JSON object") }
        self.members = members
        self.subject = subject
    }

    func failure(_ reason: String) -> WireError { WireError(subject, reason) }

    /// The member as `convert` reads it; nil where it is absent.
    mutating func optional<T>(_ key: String, _ convert: (JSON) -> T?) throws(WireError) -> T? {
        isRead.insert(key)
        guard let member = members[key] else { return nil }
        guard let value = convert(member) else { throw failure("\"\(key)\" is not what it should be") }
        return value
    }

    /// The member as `convert` reads it, which must be there.
    mutating func required<T>(_ key: String, _ convert: (JSON) -> T?) throws(WireError) -> T {
        guard let value = try optional(key, convert) else { throw failure("\"\(key)\" is missing") }
        return value
    }

    mutating func text(_ key: String) throws(WireError) -> String { try required(key) { $0.string } }

    mutating func word<T: RawRepresentable<String>>(_ key: String, as type: T.Type = T.self) throws(WireError) -> T {
        try required(key) { $0.string.flatMap(T.init(rawValue:)) }
    }

    /// A number of bytes.
    mutating func size(_ key: String) throws(WireError) -> Int64 {
        try required(key) { $0.int64.flatMap { $0 >= 0 ? $0 : nil } }
    }

    /// A single name in the staging directory.
    mutating func file(_ key: String = "file") throws(WireError) -> String {
        try required(key) { $0.string.flatMap { Self.isFileName($0) ? $0 : nil } }
    }

    mutating func digest(_ key: String = "digest") throws(WireError) -> Digest {
        try required(key) { $0.string.flatMap { try? Digest($0) } }
    }

    /// To be called when all has been read.
    func end() throws(WireError) {
        for key in members.keys where !isRead.contains(key) { throw failure("\"\(key)\" is not known") }
    }

    static func isFileName(_ text: String) -> Bool {
        !text.isEmpty && text != "." && text != ".." && text.utf8.count <= 255
            && text.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 >= 0x20 }
    }
}

/// Reads one line, which is one document.
func wireDocument(_ line: [UInt8], _ subject: String) throws(WireError) -> JSON {
    do { return try JSON(parsing: line) } catch { throw WireError(subject, "\(error)") }
}
