// SPDX-License-Identifier: Apache-2.0

/// What the kernel does with a system call: one of the `SECCOMP_RET_*` of `seccomp(2)`, with its 16 bits of data.
public struct SeccompAction: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let killProcess = SeccompAction(rawValue: 0x8000_0000)
    public static let killThread = SeccompAction(rawValue: 0)
    /// The process gets SIGSYS.
    public static let trap = SeccompAction(rawValue: 0x0003_0000)
    /// A supervisor answers, over the descriptor that loading the filter gave.
    public static let notify = SeccompAction(rawValue: 0x7fc0_0000)
    public static let log = SeccompAction(rawValue: 0x7ffc_0000)
    public static let allow = SeccompAction(rawValue: 0x7fff_0000)
    /// The call fails with this error number.
    public static func errno(_ number: UInt16) -> SeccompAction { .init(rawValue: 0x0005_0000 | UInt32(number)) }
    /// A tracer is told, with this message; without one the call fails with ENOSYS.
    public static func trace(_ message: UInt16) -> SeccompAction { .init(rawValue: 0x7ff0_0000 | UInt32(message)) }
}

extension SeccompAction: CustomStringConvertible {
    /// `allow`, `errno 38`, `kill process`.
    public var description: String {
        switch self {
        case .killProcess: "kill process"
        case .killThread: "kill thread"
        case .notify: "notify"
        case .log: "log"
        case .allow: "allow"
        default:
            switch rawValue & 0xffff_0000 {
            case 0x0005_0000: "errno \(rawValue & 0xffff)"
            case 0x0003_0000: "trap"
            case 0x7ff0_0000: "trace \(rawValue & 0xffff)"
            default: "action \(rawValue)"
            }
        }
    }
}

/// A comparison of one argument of a system call, on all 64 bits and without a sign.
public struct SeccompComparison: Hashable, Sendable {
    public enum Operator: UInt8, Hashable, Sendable {
        case notEqual = 1
        case less, lessOrEqual, equal, greaterOrEqual, greater, maskedEqual
    }

    /// 0 to 5.
    public var argument: Int
    public var `operator`: Operator
    /// What the argument is compared with.
    public var value: UInt64
    /// For ``Operator/maskedEqual``: the bits that count, of the argument and of ``value``.
    public var mask: UInt64

    public init(_ argument: Int, _ operator: Operator, _ value: UInt64, mask: UInt64 = .max) {
        self.argument = argument
        self.operator = `operator`
        self.value = value
        self.mask = mask
    }
}

/// What happens to some system calls when all the comparisons hold; with none they always do.
public struct SeccompRule: Hashable, Sendable {
    /// Names as in section 2 of the manual; one that an architecture lacks has no effect there.
    public var names: [String]
    public var action: SeccompAction
    public var comparisons: [SeccompComparison]

    public init(_ names: [String], _ action: SeccompAction, where comparisons: [SeccompComparison] = []) {
        self.names = names
        self.action = action
        self.comparisons = comparisons
    }
}

/// A whole filter, before it is compiled: for each call the first rule that names it and holds decides.
public struct SeccompRules: Hashable, Sendable {
    /// The answer to a call that no rule decides.
    public var defaultAction: SeccompAction
    /// The answer to a call of an architecture that is not one of ``architectures``.
    public var foreignAction: SeccompAction
    /// The answer to a call with a number above all that the rules name; nil for ``defaultAction``.
    public var newerAction: SeccompAction?
    public var architectures: [SeccompArchitecture]
    public var rules: [SeccompRule]
    /// How the filter is loaded; the program does not depend on it.
    public var flags: SeccompFilter.Flags

    public init(
        defaultAction: SeccompAction, foreignAction: SeccompAction, newerAction: SeccompAction? = nil,
        architectures: [SeccompArchitecture], rules: [SeccompRule], flags: SeccompFilter.Flags = []
    ) {
        self.defaultAction = defaultAction
        self.foreignAction = foreignAction
        self.newerAction = newerAction
        self.architectures = architectures
        self.rules = rules
        self.flags = flags
    }
}
