// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
public import Images
internal import Linux

/// Containers and images of one machine, kept in two directories. It is no process: each command makes one.
///
///     /var/lib/minibox/   images/  containers/ID/  names/  volumes/NAME/  leases/  roles/NAME.json
///     /run/minibox/       containers/ID/  ids/  filters/  host/
public struct Engine: Sendable {
    /// Where the directories are.
    public struct Places: Hashable, Sendable {
        /// What outlives a boot.
        public var root: String
        /// What does not.
        public var runRoot: String
        public init(root: String = "/var/lib/minibox", runRoot: String = "/run/minibox") {
            self.root = root
            self.runRoot = runRoot
        }
    }

    public let places: Places
    /// The lease that what is made belongs to; nil for none.
    var lease: String?
    /// The command that it works for; nil where nothing of what it does is written into the audit log.
    public var invocation: Invocation?
    /// Whose doing it is, where that is not this process's.
    var actor: Actor?
    /// Whether leases are looked after: not by who ends one.
    var reapsLeases = true

    public init(places: Places) { self.places = places }

    /// The store of images.
    public func images() throws(ImageError) -> ImageStore {
        let root = places.root + "/images"
        ImageStore.removeAbandoned(in: root)
        return try ImageStore(root: root, lease: lease)
    }

    /// Takes away what commands left that were killed. Every command does it first.
    public func recover() {
        reap()
        volumes.reap()
        ImageStore.removeAbandoned(in: places.root + "/images")
    }

    /// The part of it that is about containers.
    func reap() {
        containers.reap(adopt: adopt)
        if reapsLeases { reapLeases() }
    }

    var containers: ContainerStore { ContainerStore(places: places, lease: lease) }

    /// The filters that were compiled before: what is slow about seccomp happens once.
    func seccompCache() throws(SystemError) -> SeccompCache {
        SeccompCache(in: try Descriptor.makeDirectories(places.runRoot + "/filters", mode: 0o700))
    }
}
