// SPDX-License-Identifier: Apache-2.0

/// A run of ids: `count` ids from `inside` on are those from `outside` on of the parent user namespace.
public struct IDExtent: Hashable, Sendable, CustomStringConvertible {
    public let inside: UInt32
    public let outside: UInt32
    public let count: UInt32
    public init(inside: UInt32, outside: UInt32, count: UInt32) {
        self.inside = inside
        self.outside = outside
        self.count = count
    }
    /// A line of `/proc/PID/uid_map`: user_namespaces(7).
    public var description: String { "\(inside) \(outside) \(count)" }
}

/// Which ids of a user namespace are which ids outside of it.
public struct IDMap: Hashable, Sendable {
    /// Of users; at most 340, the kernel's limit.
    public let extents: [IDExtent]
    /// Of groups, as many.
    public let groupExtents: [IDExtent]

    /// The same map for users and groups.
    public init(extents: [IDExtent]) { self.init(users: extents, groups: extents) }

    public init(users: [IDExtent], groups: [IDExtent]) {
        extents = users
        groupExtents = groups
    }

    /// The user outside that is `id` inside, or nil where it is not in the map.
    public func outside(of id: UInt32) -> UInt32? { Self.outside(of: id, in: extents) }

    /// The group outside that is `id` inside, or nil where it is not in the map.
    public func outside(ofGroup id: UInt32) -> UInt32? { Self.outside(of: id, in: groupExtents) }

    private static func outside(of id: UInt32, in extents: [IDExtent]) -> UInt32? {
        for extent in extents where id >= extent.inside && id - extent.inside < extent.count {
            return extent.outside + (id - extent.inside)
        }
        return nil
    }

    /// The contents of `/proc/PID/uid_map`.
    public var text: String { extents.map { "\($0)\n" }.joined() }

    /// The contents of `/proc/PID/gid_map`.
    public var groupText: String { groupExtents.map { "\($0)\n" }.joined() }
}
