// SPDX-License-Identifier: Apache-2.0

/// Why some bytes are not a JSON document, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Code: Hashable, Sendable {
        case unexpectedEnd
        /// Something else stood where this was expected.
        case expected(String)
        case badNumber
        case numberOutOfRange
        case badEscape
        case loneSurrogate
        case controlCharacter(UInt8)
        case notUTF8
        case tooDeep(limit: Int)
        case trailing
    }

    public let code: Code
    /// From 1.
    public let line: Int
    /// In characters (Unicode scalars), from 1.
    public let column: Int

    init(_ code: Code, at offset: Int, in bytes: [UInt8]) {
        self.code = code
        let place = JSONPosition(of: offset, in: bytes)
        line = place.line
        column = place.column
    }

    /// `3:14: expected ',' or '}'`.
    public var description: String { "\(line):\(column): \(reason)" }

    private var reason: String {
        switch code {
        case .unexpectedEnd: "the document ends in the middle"
        case .expected(let what): "expected \(what)"
        case .badNumber: "malformed number, write it like 12, -3 or 0.5e3"
        case .numberOutOfRange: "number out of range"
        case .badEscape: "malformed escape in a string"
        case .loneSurrogate: "half of a surrogate pair in a string"
        case .controlCharacter(let byte): "control character \(byte) in a string, write it as an escape"
        case .notUTF8: "not UTF-8"
        case .tooDeep(let limit): "nested deeper than \(limit)"
        case .trailing: "something follows the document"
        }
    }
}
