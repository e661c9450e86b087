// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

extension Flag {
    /// A switch of docker's that can have one value only here, written or not; it is not shown.
    ///
    /// - Parameters:
    ///   - reason: why, as the rest of a sentence that begins with `since`.
    ///   - advice: what to write instead.
    static func fixed(_ name: String, short: Character? = nil, _ only: Bool, _ reason: String, _ advice: String) -> Flag
    {
        let read: @Sendable (String?) throws(SyntaxError) -> Bool = { text throws(SyntaxError) in
            let value = try readBoolean(text ?? "true", of: text ?? "true")
            guard value == only else { throw SyntaxError("\(value)", "is not possible, since \(reason)", advice) }
            return value
        }
        return .optional(name, short: short, "true|false", reason, hidden: true, read) { _, _ in }
    }

    /// A flag of docker's that has a value and is for something that does not exist here; it is not shown.
    ///
    /// - Parameters:
    ///   - reason: why, as the rest of a sentence that begins with the value: `cannot be ...`.
    ///   - advice: what to write instead.
    static func refused(_ name: String, short: Character? = nil, _ reason: String, _ advice: String) -> Flag {
        let read: @Sendable (String) throws(SyntaxError) -> Never = { text throws(SyntaxError) in
            throw SyntaxError(text, reason, advice)
        }
        return .list(name, short: short, "VALUE", reason, hidden: true, read) { _, _ in }
    }
}
