// SPDX-License-Identifier: Apache-2.0

/// What a server wants to be shown (`WWW-Authenticate`, RFC 9110, 11.6.1).
public struct Challenge: Hashable, Sendable {
    /// In lower case: `basic`, `bearer`.
    public var scheme: String
    /// By their names in lower case; of duplicates the first.
    public var parameters: [String: String] = [:]

    /// The challenges of a header's value; what is malformed ends the list.
    public static func parse(_ header: String) -> [Challenge] {
        guard header.utf8.count <= 16384 else { return [] }
        var reader = ChallengeReader(rest: Array(header.utf8)[...])
        return reader.challenges()
    }
}

private struct ChallengeReader {
    var rest: ArraySlice<UInt8>

    mutating func challenges() -> [Challenge] {
        var result: [Challenge] = []
        skipCommas()
        while let scheme = token() {
            var challenge = Challenge(scheme: scheme.lowercased())
            let hasSpace = rest.first == 0x20
            skipSpace()
            if hasSpace { parameters(into: &challenge) }
            result.append(challenge)
            guard result.count < 16 else { break }
            skipCommas()
        }
        return result
    }

    /// Reads `name=value` while one follows; what follows a comma and is none is the next challenge.
    private mutating func parameters(into challenge: inout Challenge) {
        while true {
            let start = rest
            guard let name = token() else { return }
            skipSpace()
            guard rest.first == UInt8(ascii: "=") else {
                rest = start
                return
            }
            rest = rest.dropFirst()
            skipSpace()
            guard let value = rest.first == UInt8(ascii: "\"") ? quoted() : bare() else {
                // A token68, or its padding; or a value that nobody wrote.
                rest = rest.drop { $0 != UInt8(ascii: ",") }
                skipCommas()
                continue
            }
            if challenge.parameters[name.lowercased()] == nil { challenge.parameters[name.lowercased()] = value }
            let before = rest
            skipCommas()
            if rest.count == before.count { return }
        }
    }

    private mutating func token() -> String? {
        let bytes = rest.prefix { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            // tchar of RFC 9110, 5.6.2, and the slash of a token68.
            default: "!#$%&'*+-.^_`|~/".utf8.contains(byte)
            }
        }
        guard !bytes.isEmpty else { return nil }
        rest = rest.dropFirst(bytes.count)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A value that should have been quoted: servers leave the quotes of addresses and scopes out.
    private mutating func bare() -> String? {
        let bytes = rest.prefix { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "\"") }
        guard let first = bytes.first, first != UInt8(ascii: "=") else { return nil }
        rest = rest.dropFirst(bytes.count)
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func quoted() -> String? {
        var result: [UInt8] = []
        rest = rest.dropFirst()
        while let byte = rest.first {
            rest = rest.dropFirst()
            if byte == UInt8(ascii: "\"") { return String(decoding: result, as: UTF8.self) }
            if byte == UInt8(ascii: "\\"), let next = rest.first {
                result.append(next)
                rest = rest.dropFirst()
            } else {
                result.append(byte)
            }
        }
        return nil
    }

    private mutating func skipSpace() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 } }
    private mutating func skipCommas() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: ",") } }
}
