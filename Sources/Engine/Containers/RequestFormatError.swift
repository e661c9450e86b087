// SPDX-License-Identifier: Apache-2.0
public import OCI

/// Why some JSON is not what a user asked of a container: it was damaged, or a newer minibox wrote it.
public struct RequestFormatError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// Something of another type is where this belongs.
        case expected(String)
        /// A value that the command line would not take either.
        case value(SyntaxError)
        /// A member that this version does not know.
        case unknown
    }

    public let code: Code
    /// Where it is.
    public private(set) var path: JSONPath

    init(expected: String, found: JSON) {
        code = .expected("\(expected), not \(found.kind)")
        path = JSONPath()
    }

    init(_ error: SyntaxError) {
        code = .value(error)
        path = JSONPath()
    }

    init(unknown key: String) {
        code = .unknown
        path = JSONPath([.key(key)])
    }

    /// This error of the member `key`.
    func inside(_ key: String) -> Self {
        var error = self
        error.path = JSONPath([.key(key)] + path.steps)
        return error
    }

    /// This error of the element `index`.
    func inside(_ index: Int) -> Self {
        var error = self
        error.path = JSONPath([.index(index)] + path.steps)
        return error
    }

    /// `Mounts[2]: expected a text, not a number`.
    public var description: String {
        switch code {
        case .expected(let what): "\(path): expected \(what)"
        case .value(let error): "\(path): \(error)"
        case .unknown: "\(path): this version does not know it: use the one that made the container, or a newer one"
        }
    }
}

extension JSON {
    fileprivate var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a truth value"
        case .integer, .unsigned, .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
