// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A resource that setrlimit(2) bounds.
public struct Resource: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The `RLIMIT_` number.
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// The names that `--ulimit` and the OCI specification use, by number.
    public static let names = [
        "cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile", "memlock", "as", "locks", "sigpending",
        "msgqueue", "nice", "rtprio", "rttime",
    ]

    public init?(name: String) {
        guard let index = Self.names.firstIndex(of: name) else { return nil }
        rawValue = Int32(index)
    }

    public static let openFiles = Resource(rawValue: 7)
    public static let processes = Resource(rawValue: 6)
    /// Bytes of private memory that can be written to.
    public static let data = Resource(rawValue: 2)
    /// Bytes of what a crash leaves behind.
    public static let core = Resource(rawValue: 4)

    public var description: String {
        Self.names.indices.contains(Int(rawValue)) ? Self.names[Int(rawValue)] : "resource \(rawValue)"
    }
}

/// A soft and a hard limit; `UInt64.max` is none.
public struct ResourceLimit: Hashable, Sendable {
    public let soft: UInt64
    public let hard: UInt64
    public init(soft: UInt64, hard: UInt64) {
        self.soft = soft
        self.hard = hard
    }

    /// The limit of this process: getrlimit(2).
    public static func current(_ resource: Resource) throws(SystemError) -> ResourceLimit {
        var values: [UInt64] = [0, 0]
        try check("prlimit") { unsafe mb_prlimit(resource.rawValue, nil, &values) }
        return ResourceLimit(soft: values[0], hard: values[1])
    }

    /// Makes this the limit of the calling process: setrlimit(2).
    public func apply(to resource: Resource) throws(SystemError) {
        let values = [soft, hard]
        try check("setrlimit") { unsafe mb_prlimit(resource.rawValue, values, nil) }
    }

    /// Gives the process `id` this hard limit, and leaves its soft one where that is lower: prlimit(2).
    public func raise(_ resource: Resource, of id: Int32) throws(SystemError) {
        var values: [UInt64] = [0, 0]
        try check("prlimit") { unsafe mb_prlimit_of(id, resource.rawValue, nil, &values) }
        values[0] = min(values[0], hard)
        values[1] = hard
        try check("prlimit") { unsafe mb_prlimit_of(id, resource.rawValue, values, nil) }
    }
}
