// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Which kernel runs: uname(2).
public struct KernelRelease: Hashable, Sendable {
    /// As in `6.1.0-37-amd64`.
    public let release: String
    /// When and how it was built: `#1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1`.
    public let version: String

    public init(release: String, version: String) {
        self.release = release
        self.version = version
    }

    /// The kernel that runs this process.
    public static func current() throws(SystemError) -> KernelRelease {
        var names = utsname()
        try check("uname") { unsafe uname(&names) }
        func text<Field>(_ field: Field) -> String {
            unsafe withUnsafeBytes(of: field) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
        }
        return KernelRelease(release: text(names.release), version: text(names.version))
    }

    /// The first two numbers of the release; nil where it does not begin with two.
    public var numbers: (major: Int, minor: Int)? {
        let parts = release.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1].prefix { $0.isNumber }) else {
            return nil
        }
        return (major, minor)
    }

    /// Whether it is `major.minor` or later.
    public func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
        guard let numbers else { return false }
        return (numbers.major, numbers.minor) >= (major, minor)
    }
}
