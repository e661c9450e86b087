// SPDX-License-Identifier: Apache-2.0

/// Where in a document a value is: `linux.namespaces[2].type`.
public struct JSONPath: Hashable, Sendable, CustomStringConvertible {
    public enum Step: Hashable, Sendable {
        /// A member of an object.
        case key(String)
        /// An element of an array, from 0.
        case index(Int)
    }

    /// From the outside to the inside; none is the document itself.
    public var steps: [Step]

    public init(_ steps: [Step] = []) { self.steps = steps }

    /// The path of a member of what is here.
    public func key(_ key: String) -> JSONPath { JSONPath(steps + [.key(key)]) }

    /// The path of an element of what is here, from 0.
    public func index(_ index: Int) -> JSONPath { JSONPath(steps + [.index(index)]) }

    /// The path of this one below `step`.
    func inside(_ step: Step) -> JSONPath { JSONPath([step] + steps) }

    /// Keys that are not plain words are written in quotes: `linux.sysctl["net.ipv4.ip_forward"]`. The document itself
    /// is `the document`.
    public var description: String {
        if steps.isEmpty { return "the document" }
        var result = ""
        for step in steps {
            switch step {
            case .index(let index): result += "[\(index)]"
            case .key(let key) where Self.isPlain(key): result += result.isEmpty ? key : ".\(key)"
            case .key(let key): result += "[\(JSON.string(key))]"
            }
        }
        return result
    }

    private static func isPlain(_ key: String) -> Bool {
        guard let first = key.utf8.first, isLetter(first) else { return false }
        return key.utf8.allSatisfy { isLetter($0) || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || byte == UInt8(ascii: "_")
    }
}

extension JSONPath: ExpressibleByStringLiteral {
    /// Plain keys with dots between them: `linux.resources.memory`.
    public init(stringLiteral value: String) {
        self.init(value.split(separator: ".").map { .key(String($0)) })
    }
}
