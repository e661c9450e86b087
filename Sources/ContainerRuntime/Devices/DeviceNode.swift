// SPDX-License-Identifier: Apache-2.0
public import Linux

/// A node to make: a device, or a named pipe.
public struct DeviceNode: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable { case character, block, pipe }

    /// Below `/dev`, as in `null` or `net/tun`; with ``isElsewhere``, below the root.
    public var name: String
    public var isElsewhere: Bool
    public var kind: Kind
    /// Meaningless for a pipe.
    public var number: DeviceNumber
    public var permissions: UInt32
    /// Ids inside the container.
    public var user: UInt32
    public var group: UInt32

    public init(
        name: String, isElsewhere: Bool = false, kind: Kind = .character, number: DeviceNumber,
        permissions: UInt32 = 0o666, user: UInt32 = 0, group: UInt32 = 0
    ) {
        self.name = name
        self.isElsewhere = isElsewhere
        self.kind = kind
        self.number = number
        self.permissions = permissions
        self.user = user
        self.group = group
    }

    /// Absolute, in the container.
    public var path: String { (isElsewhere ? "/" : "/dev/") + name }

    /// Kind and permissions, as in `st_mode`.
    var mode: UInt32 {
        let format: UInt32 =
            switch kind {
            case .character: 0o020000
            case .block: 0o060000
            case .pipe: 0o010000
            }
        return format | permissions
    }
}
