// SPDX-License-Identifier: Apache-2.0

/// Devices that the processes of a cgroup may use or may not, and how.
///
/// Rules are a list: of those that fit a device, the last one that names an access decides about this access. What no
/// rule allows is refused.
public struct DeviceRule: Hashable, Sendable {
    public enum Kind: UInt8, Hashable, Sendable {
        case block = 1
        case character = 2
        case any = 0
    }

    /// The bits of `bpf_cgroup_dev_ctx.access_type`: `BPF_DEVCG_ACC_*` of `linux/bpf.h`.
    public struct Access: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let makeNode = Access(rawValue: 1)
        public static let read = Access(rawValue: 2)
        public static let write = Access(rawValue: 4)
        public static let all: Access = [.makeNode, .read, .write]
    }

    public var kind: Kind
    /// nil for every number.
    public var major: UInt32?
    /// nil for every number.
    public var minor: UInt32?
    public var access: Access
    public var isAllowed: Bool

    public init(
        _ kind: Kind, _ major: UInt32?, _ minor: UInt32?, _ access: Access, isAllowed: Bool = true
    ) {
        self.kind = kind
        self.major = major
        self.minor = minor
        self.access = access
        self.isAllowed = isAllowed
    }

    /// Every device, and every access.
    public static let everything = DeviceRule(.any, nil, nil, .all)

    /// Whether all that `other` is about is decided by this rule alone.
    public func covers(_ other: DeviceRule) -> Bool {
        (kind == .any || kind == other.kind) && (major == nil || major == other.major)
            && (minor == nil || minor == other.minor) && access.isSuperset(of: other.access)
    }
}

extension DeviceRule: CustomStringConvertible {
    /// As the device controller of cgroup v1 writes it: `c 1:3 rwm`, `a *:* rwm`; of what is refused, `deny b 8:* w`.
    public var description: String {
        let letter =
            switch kind {
            case .block: "b"
            case .character: "c"
            case .any: "a"
            }
        let numbers = [major, minor].map { $0.map(String.init) ?? "*" }.joined(separator: ":")
        return "\(isAllowed ? "" : "deny ")\(letter) \(numbers) \(access)"
    }
}

extension DeviceRule.Access: CustomStringConvertible {
    /// Some of `rwm`, in that order.
    public var description: String {
        (contains(.read) ? "r" : "") + (contains(.write) ? "w" : "") + (contains(.makeNode) ? "m" : "")
    }
}
