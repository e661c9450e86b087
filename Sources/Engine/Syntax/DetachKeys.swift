// SPDX-License-Identifier: Apache-2.0

/// The keys that leave a container alone without ending it: `--detach-keys`, `ctrl-p,ctrl-q` where nothing is said.
public struct DetachKeys: Hashable, Sendable {
    /// One byte a key.
    public let bytes: [UInt8]

    /// `ctrl-p,ctrl-q`.
    public static let standard = DetachKeys(bytes: [16, 17])

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Reads keys with commas between them: a character, or `ctrl-` and one of `a`-`z`, `@`, `[`, `\`, `]`, `^`, `_`.
    public init(parsing text: String) throws(SyntaxError) {
        var bytes: [UInt8] = []
        for key in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let byte = Self.byte(of: key) else {
                throw SyntaxError(text, "is no sequence of keys", "write for example ctrl-p,ctrl-q or a,ctrl-]")
            }
            bytes.append(byte)
        }
        self.bytes = bytes
    }

    private static func byte(of key: Substring) -> UInt8? {
        let name = Array(key.utf8)
        if name.count == 1, name[0] < 128 { return name[0] }
        guard name.count == 6, key.lowercased().hasPrefix("ctrl-") else { return nil }
        switch name[5] {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): return name[5] - UInt8(ascii: "a") + 1
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): return name[5] - UInt8(ascii: "A") + 1
        case UInt8(ascii: "@"): return 0
        case UInt8(ascii: "[")...UInt8(ascii: "_"): return name[5] - 64
        default: return nil
        }
    }
}

extension DetachKeys: CustomStringConvertible {
    /// As it is written.
    public var description: String {
        bytes.map { byte in
            switch byte {
            case 0: "ctrl-@"
            case 1...26: "ctrl-\(Character(UnicodeScalar(byte + 96)))"
            case 27...31: "ctrl-\(Character(UnicodeScalar(byte + 64)))"
            default: String(Character(UnicodeScalar(byte)))
            }
        }.joined(separator: ",")
    }
}

/// Finds the keys in what is typed, also where they come one by one.
struct DetachMatcher: Sendable {
    private let keys: [UInt8]
    private var matched = 0

    init(_ keys: DetachKeys) { self.keys = keys.bytes }

    /// Takes what was typed. What goes to the container is the answer: keys that may be the start of the sequence are kept
    /// back until the next one tells. nil from the moment that the sequence is whole.
    mutating func take(_ typed: ArraySlice<UInt8>) -> [UInt8]? {
        guard !keys.isEmpty else { return Array(typed) }
        var passed: [UInt8] = []
        for byte in typed {
            if byte == keys[matched] {
                matched += 1
                if matched == keys.count { return nil }
                continue
            }
            // What was kept back was typed after all; it may still have the sequence's start at its end.
            var kept = Array(keys[..<matched]) + [byte]
            matched = 0
            while !kept.isEmpty {
                if kept.count < keys.count, keys.starts(with: kept) {
                    matched = kept.count
                    break
                }
                passed.append(kept.removeFirst())
            }
        }
        return passed
    }
}
