// SPDX-License-Identifier: Apache-2.0

/// Where the next page of a list is (RFC 8288): `Link: </v2/a/tags/list?last=x>; rel="next"`.
public enum LinkHeader {
    /// The reference with the relation `next`; nil where there is none.
    public static func next(in header: String) -> String? {
        guard header.utf8.count <= 16384 else { return nil }
        var rest = Array(header.utf8)[...]
        while let open = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[(open + 1)...]
            guard let close = rest.firstIndex(of: UInt8(ascii: ">")) else { return nil }
            let target = String(decoding: rest[..<close], as: UTF8.self)
            rest = rest[(close + 1)...]
            if isNext(parameters(of: &rest)) { return target }
        }
        return nil
    }

    /// What stands before the next link, which a comma outside of quotes begins.
    private static func parameters(of rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let start = rest
        var isQuoted = false
        while let byte = rest.first {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == UInt8(ascii: ","), !isQuoted { break }
            rest = rest.dropFirst()
        }
        return start[..<rest.startIndex]
    }

    private static func isNext(_ parameters: ArraySlice<UInt8>) -> Bool {
        var isQuoted = false
        let parts = parameters.split { byte in
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            return byte == UInt8(ascii: ";") && !isQuoted
        }
        for parameter in parts {
            let pieces = parameter.split(separator: UInt8(ascii: "="), maxSplits: 1)
            guard pieces.count == 2 else { continue }
            let name = String(decoding: pieces[0].filter { $0 != 0x20 }, as: UTF8.self).lowercased()
            let value = pieces[1].filter { $0 != UInt8(ascii: "\"") }
            if name == "rel", value.split(separator: 0x20).contains(where: { $0.elementsEqual("next".utf8) }) {
                return true
            }
        }
        return false
    }
}
