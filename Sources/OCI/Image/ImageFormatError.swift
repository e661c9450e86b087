// SPDX-License-Identifier: Apache-2.0

/// Why a document or a name does not follow the image specification.
public struct ImageFormatError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Code: Hashable, Sendable {
        case badDigest
        case badReference
        case notJSON
        /// A member that must be there is missing, or is of another kind.
        case badMember
        case badPlatform
    }

    public let code: Code
    /// What was read: the digest, the reference, the document's kind.
    public let subject: String
    /// Why, and what to write instead.
    public let reason: String

    public init(_ code: Code, _ subject: String, _ reason: String) {
        self.code = code
        self.subject = subject
        self.reason = reason
    }

    /// `malformed reference "Debian": ...`.
    public var description: String {
        switch code {
        case .badDigest: "malformed digest \"\(subject)\": \(reason)"
        case .badReference: "malformed reference \"\(subject)\": \(reason)"
        case .notJSON, .badMember, .badPlatform: "malformed \(subject): \(reason)"
        }
    }
}

extension JSON {
    /// Reads a document of the image specification; `kind` names it in the error.
    init(document bytes: [UInt8], kind: String) throws(ImageFormatError) {
        do {
            self = try JSON(parsing: bytes)
        } catch {
            throw ImageFormatError(.notJSON, kind, "\(error)")
        }
        guard case .object = self else { throw ImageFormatError(.notJSON, kind, "it is no JSON object") }
    }

    /// The member `key` as `convert` reads it: nil where it is absent or null, an error where it is of another kind.
    func optional<T>(_ key: String, _ kind: String, _ convert: (JSON) -> T?) throws(ImageFormatError) -> T? {
        guard let member = self[key], !member.isNull else { return nil }
        guard let value = convert(member) else {
            throw ImageFormatError(.badMember, kind, "\"\(key)\" has the wrong type")
        }
        return value
    }

    /// The member `key` as `convert` reads it, which must be there.
    func required<T>(_ key: String, _ kind: String, _ convert: (JSON) -> T?) throws(ImageFormatError) -> T {
        guard let value = try optional(key, kind, convert) else {
            throw ImageFormatError(.badMember, kind, "\"\(key)\" is missing")
        }
        return value
    }

    /// The members as texts, if this is an object of strings only.
    var dictionary: [String: String]? {
        guard let object else { return nil }
        var result: [String: String] = [:]
        for (key, value) in object {
            guard let text = value.string else { return nil }
            result[key] = text
        }
        return result
    }

    /// The keys, sorted, if this is an object, as in `ExposedPorts` and `Volumes`, whose values are empty objects.
    var keySet: [String]? { object?.keys.sorted() }
}
