// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import CSeccomp
internal import Glibc

/// Why libseccomp made no filter of some rules.
public struct SeccompError: Error, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// libseccomp refused a step.
        case refused
        /// The rules need an order that libseccomp's trees do not keep.
        case orderMatters
        /// The program is longer than the kernel takes.
        case tooLong
    }

    public var code: Code
    /// The step, or the system call, that it is about.
    public var subject: String
    public var errno: Errno?

    public init(_ code: Code, _ subject: String, _ errno: Errno? = nil) {
        self.code = code
        self.subject = subject
        self.errno = errno
    }

    /// `cannot compile the seccomp rules: seccomp_init: invalid argument`.
    public var description: String {
        let reason =
            switch code {
            case .refused: errno.map { "\(subject): \($0)" } ?? subject
            case .orderMatters: "\(subject) has rules whose order libseccomp does not keep, write disjoint ones"
            case .tooLong: "\(subject), the kernel takes \(SeccompFilter.longest)"
            }
        return "cannot compile the seccomp rules: \(reason)"
    }
}

/// Compiles rules through libseccomp, into its binary tree.
public enum SeccompCompiler {
    /// A program, and the names in the rules that it leaves to the default action, at least on one architecture.
    public struct Output: Hashable, Sendable {
        public var filter: SeccompFilter
        public var leftOut: [String]
    }

    /// The version of the linked library: 2.5.4 is 0x02_05_04.
    public static var libraryVersion: UInt64 {
        guard let version = unsafe seccomp_version()?.pointee else { return 0 }
        return UInt64(version.major) << 16 | UInt64(version.minor) << 8 | UInt64(version.micro)
    }

    /// The program of `rules`.
    ///
    /// Left out are names that libseccomp does not know, and on i386 rules with arguments for calls that also live
    /// behind `socketcall` or `ipc`. ``SeccompRanges`` has neither limit; this is what it is compared with.
    public static func compile(_ rules: SeccompRules) throws(SeccompError) -> Output {
        guard let first = rules.architectures.first else { throw SeccompError(.refused, "no architecture is named") }
        let context = try SeccompContext.make(rules, first)
        var leftOut = rules.unknownNames + (try context.add(rules.disjoint(on: first), first))
        for other in rules.architectures.dropFirst() {
            let more = try SeccompContext.make(rules, other)
            leftOut += try more.add(rules.disjoint(on: other), other).filter { !leftOut.contains($0) }
            try context.merge(more)
        }
        var filter = try context.export()
        filter.flags = rules.flags
        guard filter.instructions.count <= SeccompFilter.longest else {
            throw SeccompError(.tooLong, "the program has \(filter.instructions.count) instructions")
        }
        return Output(filter: filter, leftOut: leftOut)
    }
}

extension SeccompRules {
    /// The names, each once, that none of the architectures' tables knows.
    public var unknownNames: [String] {
        var found: [String] = []
        for rule in rules {
            for name in rule.names where !found.contains(name) {
                if architectures.allSatisfy({ $0.number(of: name) == .unknown }) { found.append(name) }
            }
        }
        return found
    }
}
