// SPDX-License-Identifier: Apache-2.0

/// What `/proc/PID/status` says: proc_pid_status(5).
public struct ProcessStatus: Hashable, Sendable {
    private let lines: [[Substring]]

    /// Reads its bytes.
    public init(_ bytes: [UInt8]) {
        lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: ":", maxSplits: 1)
        }
    }

    /// What is behind `NAME:`, without the blanks before it.
    public func value(of name: String) -> String? {
        lines.first { $0.count == 2 && $0[0] == name }.map { line in
            String(line[1].drop { $0 == "\t" || $0 == " " })
        }
    }

    /// A set of capabilities, which is written as one number in hexadecimal digits.
    public func capabilities(_ name: String) -> CapabilitySet? {
        value(of: name).flatMap { UInt64($0, radix: 16) }.map(CapabilitySet.init(rawValue:))
    }
}
