// SPDX-License-Identifier: Apache-2.0

/// A package as the database of a package manager lists it.
public struct InstalledPackage: Hashable, Sendable {
    /// Whose database it is in; as a package URL names it.
    public enum Manager: String, Hashable, Sendable, Comparable {
        case apk, deb, rpm
        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }
    public var manager: Manager
    public var name: String
    /// As the manager compares it: of rpm `version-release`, without the epoch.
    public var version: String
    /// Of rpm alone; nil for 0.
    public var epoch: UInt32?
    public var architecture: String?
    /// What it was built from: the source package, of rpm the name of its file.
    public var source: String?
    /// nil for ``version``.
    public var sourceVersion: String?
    /// As the database writes it: of apk mostly an SPDX expression, of rpm often none.
    public var license: String?
    public var maintainer: String?
    public var homepage: String?

    public init(manager: Manager, name: String, version: String, architecture: String? = nil) {
        self.manager = manager
        self.name = name
        self.version = version
        self.architecture = architecture
    }

    /// What tells it from others: two layers that list the same have the same package.
    struct Identity: Hashable, Sendable, Comparable {
        let manager: Manager
        let name: String
        let version: String
        let epoch: UInt32
        let architecture: String

        static func < (left: Self, right: Self) -> Bool {
            (left.manager, left.name, left.version, left.epoch, left.architecture)
                < (right.manager, right.name, right.version, right.epoch, right.architecture)
        }
    }

    var identity: Identity {
        Identity(
            manager: manager, name: name, version: version, epoch: epoch ?? 0, architecture: architecture ?? "")
    }
}
