// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// How early a thread's reads and writes are served: ioprio_set(2).
public struct IOPriority: Hashable, Sendable {
    /// The classes, by the number of `linux/ioprio.h`.
    public enum Class: Int32, Hashable, Sendable, CaseIterable {
        case realTime = 1
        case bestEffort = 2
        case idle = 3

        /// The name in the runtime specification: `IOPRIO_CLASS_BE`.
        public var name: String {
            switch self {
            case .realTime: "IOPRIO_CLASS_RT"
            case .bestEffort: "IOPRIO_CLASS_BE"
            case .idle: "IOPRIO_CLASS_IDLE"
            }
        }

        public init?(name: String) {
            guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
            self = found
        }
    }

    public var `class`: Class
    /// 0, first, to 7, last.
    public var level: Int32

    public init(_ class: Class, level: Int32) {
        self.class = `class`
        self.level = level
    }

    /// Makes this the priority of the calling thread, which its children inherit.
    public func apply() throws(SystemError) {
        // IOPRIO_WHO_PROCESS 1, 0 the caller; the class stands above 13 bits of data.
        let value = `class`.rawValue << 13 | level
        try check("ioprio_set") { mb_ioprio_set(1, 0, value) }
    }

    /// That of the calling thread; nil where it has none of its own.
    public static func current() throws(SystemError) -> IOPriority? {
        let value = try check("ioprio_get") { mb_ioprio_get(1, 0) }
        return Class(rawValue: value >> 13).map { IOPriority($0, level: value & 7) }
    }
}
