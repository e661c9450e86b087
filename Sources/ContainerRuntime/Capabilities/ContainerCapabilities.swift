// SPDX-License-Identifier: Apache-2.0
public import Linux

/// The capabilities that a container asks for: `--cap-add`, `--cap-drop` and `--privileged`.
public struct ContainerCapabilities: Hashable, Sendable {
    /// Names, with or without `CAP_`, in any case, or `ALL`.
    public var add: [String]
    public var drop: [String]
    /// All that there are.
    public var privileged: Bool

    public init(add: [String] = [], drop: [String] = [], privileged: Bool = false) {
        self.add = add
        self.drop = drop
        self.privileged = privileged
    }

    /// What a container has without being asked: Docker's fourteen, less three.
    ///
    /// Not NET_RAW: it forges packets and answers ARP for its neighbours; `ping` needs it no more since Linux 3.0. Not
    /// MKNOD: a node is the first half of reaching a device. Not AUDIT_WRITE: it writes into the host's audit log.
    public static let standard: CapabilitySet = [
        // Own files, whoever they belong to: package managers and servers that drop their user.
        .chown, .dacOverride, .fowner, .fsetid, .setfcap,
        // Become another user, confine oneself further.
        .setgid, .setuid, .setpcap, .sysChroot,
        // Listen on ports below 1024, end processes of other users of the container.
        .netBindService, .kill,
    ]

    /// The bounding set of the container, out of what this process could give: `available`, its own bounding set.
    ///
    /// As with Docker the order of the flags means nothing: what is added is there even if it is dropped too, except that
    /// `--cap-add ALL` gives way to each capability that is dropped by name.
    public func resolved(available: CapabilitySet) throws(CapabilityError) -> CapabilitySet {
        if privileged { return available }
        let (added, addsAll) = try Self.parse(add)
        let (dropped, dropsAll) = try Self.parse(drop)
        if addsAll { return available.subtracting(dropped) }
        guard added.isSubset(of: available) else {
            throw CapabilityError(.unavailable, added.subtracting(available).description)
        }
        let kept = dropsAll ? [] : Self.standard.intersection(available).subtracting(dropped)
        return kept.union(added)
    }

    private static func parse(_ names: [String]) throws(CapabilityError) -> (CapabilitySet, all: Bool) {
        var set: CapabilitySet = []
        var all = false
        for name in names {
            if name.uppercased() == "ALL" || name.uppercased() == "CAP_ALL" {
                all = true
            } else if let capability = CapabilitySet(name: name) {
                set.formUnion(capability)
            } else {
                throw CapabilityError(.unknown, name)
            }
        }
        return (set, all)
    }
}

/// Why a container cannot have the capabilities that it asks for.
public struct CapabilityError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// No capability of that name.
        case unknown
        /// It is not in the bounding set of this process.
        case unavailable
    }

    public var code: Code
    /// The name, or the names.
    public var subject: String

    public init(_ code: Code, _ subject: String) {
        self.code = code
        self.subject = subject
    }

    public var description: String {
        switch code {
        case .unknown:
            "cannot use the capability \"\(subject)\": there is none of that name, write one of capabilities(7) or ALL"
        case .unavailable:
            "cannot give \(subject): the bounding set of this process lacks it, write ALL for what there is"
        }
    }
}
