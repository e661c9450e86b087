// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Words

/// `--mount` of RUN with its variables expanded and nothing filled in.
struct MountRequest {
    enum Kind: String, CaseIterable { case bind, cache, tmpfs, secret, ssh }
    var kind = Kind.bind
    var from = ""
    var source = ""
    var target = ""
    var isReadOnly: Bool?
    var isRequired = false
    var size: UInt64?
    var id = ""
    var sharing: RunMount.Sharing?
    var mode: UInt32?
    var user: UInt32?
    var group: UInt32?
    /// `env`.
    var variable: String?
    /// The keys that are there, as they are called in messages.
    private(set) var keys: [String] = []

    /// The keys that mean something for any kind, and those that do for some.
    private static let common = ["type", "target"]
    private static func keys(of kind: Kind) -> [String] {
        switch kind {
        case .bind: ["from", "source", "readonly", "readwrite"]
        case .cache: ["id", "sharing", "from", "source", "readonly", "readwrite", "mode", "uid", "gid"]
        case .tmpfs: ["size", "readonly", "readwrite"]
        case .secret: ["id", "source", "env", "required", "readonly", "mode", "uid", "gid"]
        case .ssh: ["id", "required", "readonly", "mode", "uid", "gid"]
        }
    }
    private static let names = [
        "src": "source", "dst": "target", "destination": "target", "ro": "readonly", "rw": "readwrite",
    ]

    mutating func set(_ written: String, to value: String?) throws(BuildError) {
        let key = Self.names[written] ?? written
        keys.append(key)
        guard let value else {
            switch key {
            case "readonly": isReadOnly = true
            case "readwrite": isReadOnly = false
            case "required": isRequired = true
            default: throw BuildError(.syntax, "--mount: \(written) needs a value, write \(written)=VALUE")
            }
            return
        }
        func wrong(_ advice: String) -> BuildError {
            BuildError(.syntax, "--mount: \(written)=\(value) is wrong, \(advice)")
        }
        switch key {
        case "type":
            guard let kind = Kind(rawValue: value.lowercased()) else {
                let kinds = Kind.allCases.map(\.rawValue)
                let nearest = nearestWord(to: value.lowercased(), among: kinds).map { ", did you mean \($0)?" } ?? ""
                throw BuildError(
                    .syntax, "--mount: there is no type \(value)\(nearest) (\(kinds.joined(separator: ", ")))")
            }
            self.kind = kind
        case "from": from = value
        case "source": source = value
        case "target": target = value
        case "id": id = value
        case "env":
            guard !value.isEmpty, !value.utf8.contains(UInt8(ascii: "=")) else {
                throw wrong("write a variable's name")
            }
            variable = value
        case "readonly", "readwrite", "required":
            guard let isSet = Self.truth(value) else { throw wrong("write true or false") }
            switch key {
            case "readonly": isReadOnly = isSet
            case "readwrite": isReadOnly = !isSet
            default: isRequired = isSet
            }
        case "size":
            guard let count = try? ByteCount(parsing: value) else { throw wrong("write a size as in 64m") }
            size = count.bytes
        case "sharing":
            guard let sharing = RunMount.Sharing(rawValue: value.lowercased()) else {
                throw wrong("write shared, private or locked")
            }
            self.sharing = sharing
        case "mode":
            guard let mode = Self.number(value, radix: 8), mode <= 0o7777 else {
                throw wrong("write octal digits as in 0755")
            }
            self.mode = mode
        case "uid", "gid":
            guard let number = Self.number(value, radix: 10) else { throw wrong("write a number") }
            if key == "uid" { user = number } else { group = number }
        default:
            let known = Set(Kind.allCases.flatMap(Self.keys) + Self.common).sorted()
            let nearest = nearestWord(to: written, among: known).map { ", did you mean \($0)?" } ?? ""
            throw BuildError(.syntax, "--mount: there is no option \(written)\(nearest)")
        }
    }

    /// Refuses what the kind does not have.
    func check() throws(BuildError) {
        let allowed = Self.keys(of: kind) + Self.common
        if let key = keys.first(where: { !allowed.contains($0) }) {
            throw BuildError(
                .syntax,
                "--mount: \(key) means nothing for type=\(kind.rawValue), which has \(allowed.sorted().joined(separator: ", "))"
            )
        }
        if kind == .secret {
            guard !(source.isEmpty && target.isEmpty && id.isEmpty) else {
                throw BuildError(.syntax, "--mount: a secret needs an id, write type=secret,id=NAME")
            }
            guard source.isEmpty || id.isEmpty else {
                throw BuildError(.syntax, "--mount: source of a secret is its id, leave one of both out")
            }
        }
        if kind == .secret || kind == .ssh, isReadOnly == false {
            throw BuildError(.syntax, "--mount: a mount of type=\(kind.rawValue) cannot be written to")
        }
    }

    /// As Go reads a truth value.
    private static func truth(_ text: String) -> Bool? {
        switch text {
        case "1", "t", "T", "true", "TRUE", "True": true
        case "0", "f", "F", "false", "FALSE", "False": false
        default: nil
        }
    }

    private static func number(_ text: String, radix: Int) -> UInt32? {
        text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) ? UInt32(text, radix: radix) : nil
    }
}
