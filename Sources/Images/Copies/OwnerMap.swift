// SPDX-License-Identifier: Apache-2.0

/// Which owners of a container's files are which owners on the host.
public struct OwnerMap: Hashable, Sendable {
    /// A run of ids.
    public struct Extent: Hashable, Sendable {
        public let inside: UInt32
        public let outside: UInt32
        public let count: UInt32
        public init(inside: UInt32, outside: UInt32, count: UInt32) {
            self.inside = inside
            self.outside = outside
            self.count = count
        }
    }

    /// nil where they are the same.
    private let extents: (users: [Extent], groups: [Extent])?

    /// Who cannot be named: `/proc/sys/kernel/overflowuid`.
    public static let nobody: UInt32 = 65534
    /// The same on both sides.
    public static let same = OwnerMap()

    private init() { extents = nil }

    public init(users: [Extent], groups: [Extent]) { extents = (users, groups) }

    public static func == (left: OwnerMap, right: OwnerMap) -> Bool {
        left.extents?.users == right.extents?.users && left.extents?.groups == right.extents?.groups
    }
    public func hash(into hasher: inout Hasher) {
        hasher.combine(extents?.users)
        hasher.combine(extents?.groups)
    }

    /// Who owns inside what these own outside; nobody for who is not in the map.
    func inside(user: UInt32, group: UInt32) -> (user: UInt32, group: UInt32) {
        guard let extents else { return (user, group) }
        return (Self.inside(user, extents.users), Self.inside(group, extents.groups))
    }

    /// Who has to own outside what these are to own inside; nil where one of them is not in the map.
    func outside(user: UInt32, group: UInt32) -> (user: UInt32, group: UInt32)? {
        guard let extents else { return (user, group) }
        guard let user = Self.outside(user, extents.users), let group = Self.outside(group, extents.groups) else {
            return nil
        }
        return (user, group)
    }

    private static func inside(_ id: UInt32, _ extents: [Extent]) -> UInt32 {
        for extent in extents where id >= extent.outside && id - extent.outside < extent.count {
            return extent.inside + (id - extent.outside)
        }
        return nobody
    }

    private static func outside(_ id: UInt32, _ extents: [Extent]) -> UInt32? {
        for extent in extents where id >= extent.inside && id - extent.inside < extent.count {
            return extent.outside + (id - extent.inside)
        }
        return nil
    }
}
