// SPDX-License-Identifier: Apache-2.0

/// An OCI runtime: what its commands do to the containers of a store.
///
/// Each command is an extension of its own, `Runtime+Kill.swift` and so on. They print nothing; what a command line says
/// of them is `minibox-runtime`'s.
public struct Runtime: Sendable {
    /// The version of the runtime specification that this follows.
    public static let specificationVersion = "1.3.0"

    /// Who makes the cgroups of containers.
    public enum CgroupManager: Hashable, Sendable {
        /// This runtime, by mkdir(2) in the cgroup2 file system.
        case cgroupfs
        /// Nobody: containers stay in the cgroup of their creator.
        case disabled
    }

    public let store: RuntimeStore
    public let cgroups: CgroupManager

    public init(store: RuntimeStore, cgroups: CgroupManager = .cgroupfs) {
        self.store = store
        self.cgroups = cgroups
    }
}
