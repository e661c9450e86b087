// SPDX-License-Identifier: Apache-2.0

/// A cgroup to be made.
public struct NewCgroup: Hashable, Sendable {
    /// Its directory in the cgroup2 file system.
    public var path: String
    /// Controllers that limits need: those that cannot be passed down to it are an error.
    public var controllers: [String]
    /// What else there is, passed down as far as the cgroups above allow.
    public var further: [String]
    /// Whether one that is there already will do, as long as nothing is in it.
    public var takesExisting: Bool

    public init(path: String, controllers: [String] = [], further: [String] = [], takesExisting: Bool = false) {
        self.path = path
        self.controllers = controllers
        self.further = further
        self.takesExisting = takesExisting
    }
}
