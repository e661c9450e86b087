// SPDX-License-Identifier: Apache-2.0

extension WebAddress {
    /// The address that `reference` means in an answer from this one: `Location`, `Link` (RFC 3986, 5.2).
    public func resolving(_ reference: String) throws(WebAddressError) -> WebAddress {
        let bytes = Array(reference.utf8)
        if Self.hasScheme(bytes) { return try WebAddress(reference) }
        if bytes.starts(with: "//".utf8) { return try WebAddress("\(scheme.rawValue):\(reference)") }
        let own = Array(path.utf8)
        var text = reference
        if bytes.first == UInt8(ascii: "?") {
            text = path + reference
        } else if bytes.isEmpty || bytes.first == UInt8(ascii: "#") {
            text = path + (query.map { "?\($0)" } ?? "")
        } else if bytes.first != UInt8(ascii: "/") {
            let folder = own.lastIndex(of: UInt8(ascii: "/")).map { own[...$0] } ?? []
            text = String(decoding: folder, as: UTF8.self) + reference
        }
        var result = try WebAddress(origin + text)
        result.path = Self.withoutDots(result.path)
        return result
    }

    /// Letters, digits, `+`, `-` and `.` up to a colon.
    private static func hasScheme(_ bytes: [UInt8]) -> Bool {
        for byte in bytes {
            switch byte {
            case UInt8(ascii: ":"): return true
            case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"): return false
            default: continue
            }
        }
        return false
    }

    /// The path without `.` and `..`, which never lead above `/` (RFC 3986, 5.2.4).
    private static func withoutDots(_ path: String) -> String {
        let parts = path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        var result: [Substring.UTF8View.SubSequence] = []
        for part in parts {
            if part.elementsEqual("..".utf8) {
                _ = result.popLast()
            } else if !part.elementsEqual(".".utf8) {
                result.append(part)
            }
        }
        let endsOpen = parts.last.map { $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) } ?? false
        return result.map { "/" + String(Substring($0)) }.joined() + (endsOpen || result.isEmpty ? "/" : "")
    }

    /// With these names and values after the question mark, besides those that are there.
    public func adding(_ items: [(String, String)]) -> WebAddress {
        guard !items.isEmpty else { return self }
        var result = self
        let more = formEncoded(items)
        result.query = query.map { $0.isEmpty ? more : "\($0)&\(more)" } ?? more
        return result
    }
}

/// `a=b&c=d`, with all but letters, digits and `-._~` percent-encoded.
public func formEncoded(_ items: [(String, String)]) -> String {
    items.map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" }.joined(separator: "&")
}

/// With all but letters, digits and `-._~` as percent signs and two digits (RFC 3986, 2.3).
func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var result: [UInt8] = []
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            result.append(byte)
        default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: result, as: UTF8.self)
}
