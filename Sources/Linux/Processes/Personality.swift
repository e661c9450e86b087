// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// What machine a program is shown: personality(2).
public enum Personality: UInt32, Hashable, Sendable, CaseIterable {
    /// PER_LINUX.
    case linux = 0
    /// PER_LINUX32: uname(2) says that the machine has 32 bits.
    case linux32 = 8

    /// The name in the runtime specification.
    public var name: String {
        switch self {
        case .linux: "LINUX"
        case .linux32: "LINUX32"
        }
    }

    public init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    /// Makes this the personality of the calling process, which survives exec.
    public func apply() throws(SystemError) {
        let domain = UInt(rawValue)
        try check("personality") { mb_personality(domain) }
    }

    /// The number of the calling process' personality, with its flags.
    public static func current() throws(SystemError) -> UInt32 {
        UInt32(bitPattern: try check("personality") { mb_personality(0xffff_ffff) })
    }
}
