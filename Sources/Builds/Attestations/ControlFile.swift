// SPDX-License-Identifier: Apache-2.0

/// A file of paragraphs with `Field: value` lines and blank lines between, as dpkg (deb-control(5)) and, with fields of
/// one letter, apk have them.
struct ControlFile: Sequence, IteratorProtocol {
    /// The fields of a paragraph, as far as they are wanted.
    typealias Paragraph = [String: String]

    private let wanted: [(key: [UInt8], name: String)]
    private var rest: ArraySlice<UInt8>

    /// Reads those fields out of `bytes`; all others cost nothing but the way past them.
    init(_ bytes: [UInt8], fields: [String]) {
        wanted = fields.map { (Array($0.utf8) + [UInt8(ascii: ":")], $0) }
        rest = bytes[...]
    }

    /// The next paragraph that has any of the fields.
    mutating func next() -> Paragraph? {
        var result: Paragraph = [:]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            let line = rest[..<end]
            rest = rest[Swift.min(end + 1, rest.endIndex)...]
            if line.allSatisfy(Self.isBlank) {
                if !result.isEmpty { return result }
                continue
            }
            // What continues a field is never of those that are wanted.
            if let first = line.first, Self.isBlank(first) { continue }
            guard let field = wanted.first(where: { line.starts(with: $0.key) }) else { continue }
            let value = line.dropFirst(field.key.count).drop(while: Self.isBlank)
            result[field.name] = String(decoding: value, as: UTF8.self)
        }
        return result.isEmpty ? nil : result
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}
