// SPDX-License-Identifier: Apache-2.0

/// What a program asks by the head of a request of HTTP/1.1, as far as it matters to who has one document: RFC 9112. What has
/// a body, or can be read in two ways, is refused.
public enum RoleRequest: Hashable, Sendable {
    /// More of it has to come.
    case unfinished
    case asks(path: String)
    case refused(RoleAnswer)

    static let mostBytes = 8192

    /// - Parameter bytes: what has come up to now.
    public init(_ bytes: [UInt8]) {
        guard let end = Self.end(of: bytes.prefix(Self.mostBytes)) else {
            self = bytes.count >= Self.mostBytes ? .refused(.tooLarge) : .unfinished
            return
        }
        // Each line is behind the one before and its CR LF.
        var lines: [ArraySlice<UInt8>] = []
        for line in bytes[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
            guard line.last == UInt8(ascii: "\r"), line.dropLast().allSatisfy({ $0 == 9 || 0x20..<0x7f ~= $0 }) else {
                self = .refused(.malformed)
                return
            }
            lines.append(line.dropLast())
        }
        guard let first = lines.first, Self.areRead(fields: lines.dropFirst()) else {
            self = .refused(.malformed)
            return
        }
        self = Self.reading(first)
    }

    /// Where the empty line ends that ends a head.
    private static func end(of bytes: ArraySlice<UInt8>) -> Int? {
        var start = bytes.startIndex
        while let next = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            // One without its CR is an end too: the head is refused then, and not waited for.
            if start == next || bytes[start..<next].elementsEqual([13]) { return next + 1 }
            start = next + 1
        }
        return nil
    }

    /// `GET PATH HTTP/1.1`
    private static func reading(_ line: ArraySlice<UInt8>) -> RoleRequest {
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3, words[1].first == UInt8(ascii: "/"), !words[1].contains(9),
            words[2].elementsEqual("HTTP/1.1".utf8) || words[2].elementsEqual("HTTP/1.0".utf8),
            !words[0].isEmpty, words[0].allSatisfy(isOfToken)
        else { return .refused(.malformed) }
        guard words[0].elementsEqual("GET".utf8) else { return .refused(.notAllowed) }
        return .asks(path: String(decoding: words[1], as: UTF8.self))
    }

    /// Whether they are `NAME: VALUE`, and none says that a body follows.
    private static func areRead(fields: ArraySlice<ArraySlice<UInt8>>) -> Bool {
        // The last one is the empty line.
        fields.dropLast().allSatisfy { field in
            guard let colon = field.firstIndex(of: UInt8(ascii: ":")), colon > field.startIndex,
                field[..<colon].allSatisfy(isOfToken)
            else { return false }
            switch String(decoding: field[..<colon], as: UTF8.self).lowercased() {
            case "transfer-encoding": return false
            case "content-length": return field[(colon + 1)...].filter { $0 != 0x20 && $0 != 9 } == [UInt8(ascii: "0")]
            default: return true
            }
        }
    }

    private static func isOfToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
