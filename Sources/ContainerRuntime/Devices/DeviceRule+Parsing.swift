// SPDX-License-Identifier: Apache-2.0
public import Linux

extension DeviceRule {
    /// The rule as `--device-cgroup-rule` writes it: `c 10:200 rwm`, `b 8:* r`, `a *:* rwm`.
    public init(parsing text: String) throws(DeviceRuleError) {
        let fields = text.split(separator: " ")
        guard fields.count == 3, let kind = Kind(letter: fields[0]), let access = Access(letters: fields[2]) else {
            throw DeviceRuleError(subject: text)
        }
        let numbers = fields[1].split(separator: ":", omittingEmptySubsequences: false)
        guard numbers.count == 2, let major = Self.number(numbers[0]), let minor = Self.number(numbers[1]) else {
            throw DeviceRuleError(subject: text)
        }
        self.init(kind, major, minor, access)
    }

    /// A number, or no number for `*`; nil for anything else.
    private static func number(_ text: Substring) -> UInt32?? {
        if text == "*" { return .some(nil) }
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let number = UInt32(text) else { return nil }
        return .some(number)
    }
}

extension DeviceRule.Kind {
    fileprivate init?(letter: Substring) {
        switch letter {
        case "a": self = .any
        case "b": self = .block
        case "c": self = .character
        default: return nil
        }
    }
}

extension DeviceRule.Access {
    /// Letters out of `rwm`, at least one, each at most once; nil for anything else.
    public init?(letters: some StringProtocol) {
        self = []
        for letter in letters {
            let one: DeviceRule.Access
            switch letter {
            case "r": one = .read
            case "w": one = .write
            case "m": one = .makeNode
            default: return nil
            }
            guard insert(one).inserted else { return nil }
        }
        if isEmpty { return nil }
    }
}

/// A device rule that is none.
public struct DeviceRuleError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was written.
    public var subject: String

    public var description: String {
        "cannot use the device rule \"\(subject)\": write a type, numbers and access, as in \"c 10:200 rwm\" or \"b 8:* r\""
    }
}
