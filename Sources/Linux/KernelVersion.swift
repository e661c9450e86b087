// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// The version of a kernel, as far as features depend on it: `6.18`.
public struct KernelVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var major: Int
    public var minor: Int

    public init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// The version at the start of a release, as in `6.1.0-18-amd64`, or nil.
    public init?(release: some StringProtocol) {
        let parts = release.split(separator: ".", maxSplits: 2)
        guard parts.count > 1, let major = Int(parts[0]), major >= 0 else { return nil }
        guard let minor = Int(parts[1].prefix { $0.isNumber && $0.isASCII }) else { return nil }
        self.init(major, minor)
    }

    /// The running kernel's.
    public static func running() throws(SystemError) -> KernelVersion {
        var names = utsname()
        try check("uname") { unsafe uname(&names) }
        let release = unsafe withUnsafeBytes(of: names.release) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        guard let version = KernelVersion(release: release) else { throw SystemError("uname", .invalid) }
        return version
    }

    public static func < (one: KernelVersion, other: KernelVersion) -> Bool {
        (one.major, one.minor) < (other.major, other.minor)
    }

    public var description: String { "\(major).\(minor)" }
}
