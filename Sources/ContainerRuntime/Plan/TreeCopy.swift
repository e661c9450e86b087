// SPDX-License-Identifier: Apache-2.0
public import Linux

/// A copy of one of the host's mounts, attached nowhere, and what is changed of it.
public struct TreeCopy: Hashable, Sendable {
    /// Absolute, on the host.
    public var path: String
    /// Whether the mounts below come along.
    public var isRecursive: Bool
    public var owners: Owners?
    /// Of the topmost mount.
    public var attributes: MountAttributeChange
    /// Of each mount.
    public var attributesBelow: MountAttributeChange
    /// In order; empty leaves it as it is, for a tree that is attached nowhere.
    public var propagation: [PropagationChange]
    /// What of it is copied, resolved inside of it; nil for all.
    public var subpath: String?

    /// Through which user namespace owners are shown.
    public struct Owners: Hashable, Sendable {
        public var namespace: Slot
        public var isRecursive: Bool
    }

    init(
        path: String, isRecursive: Bool, owners: Owners? = nil,
        attributes: MountAttributeChange = MountAttributeChange(),
        attributesBelow: MountAttributeChange = MountAttributeChange(), propagation: [PropagationChange] = [],
        subpath: String? = nil
    ) {
        self.subpath = subpath
        self.path = path
        self.isRecursive = isRecursive
        self.owners = owners
        self.attributes = attributes
        self.attributesBelow = attributesBelow
        self.propagation = propagation
    }
}
