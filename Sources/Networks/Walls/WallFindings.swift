// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What the kernel's rules say of one container, read back and held against what was written down of it.
public struct WallFindings: Hashable, Sendable {
    /// An end of it at a network.
    public struct Port: Hashable, Sendable {
        /// The host's end of its link.
        public var name: String
        /// As whom its frames may come.
        public var addresses: [InternetAddress]
        /// Elements of the rules that were written down and are not there, and those that are there besides: as nft(8) names
        /// sets and keys.
        public var missing: [String] = []
        public var more: [String] = []
        /// Whether its frames may come from anybody.
        public var isUnpinned = false
        /// Whether it reaches the metadata of a cloud, by itself or with all others on its bridge.
        public var reachesMetadata = false
    }

    /// Whether all rules are there.
    public var areWhole: Bool
    public var ports: [Port]
}

extension NetworkStore {
    /// Reads back what the kernel has of a container. In the network namespace that the rules are in.
    public func findings(of container: String) throws(NetworkError) -> WallFindings {
        let walls = walls(of: container)
        let firewall = try Firewall()
        guard try firewall.isIntact() else { return WallFindings(areWhole: false, ports: []) }
        let listed = try firewall.elements(of: [.macs, .pins4, .pins6, .unpinned, .metadata, .metadataPorts])
        return WallFindings(areWhole: true, ports: walls.ports.map { WallFindings.Port($0, among: listed) })
    }
}

extension WallFindings.Port {
    /// Holds a port against what the kernel lists.
    init(_ port: FirewalledPort, among listed: [FirewallListing]) {
        self.init(name: port.name, addresses: port.addresses + [port.hardware.linkLocal])
        let pins: Set<FirewallSet> = [.macs, .pins4, .pins6]
        let written = port.elements.filter { pins.contains($0.set) }
        let own = FirewallElement.Field.interface(port.name).bytes
        let found = listed.filter { $0.element.key.starts(with: own) }
        missing = written.filter { !found.contains($0.listed) }.map { "\($0.set)" }
        let known = Set(written.map(\.listed))
        more = found.filter { pins.contains($0.set) && !known.contains($0) }.map { listing in
            let key = listing.element.key.dropFirst(own.count)
            return "\(listing.set) \(Self.words(key, of: listing.set))"
        }
        isUnpinned = found.contains { $0.set == .unpinned }
        let bridge = FirewallElement.Field.interface(port.bridge).bytes
        reachesMetadata =
            found.contains { $0.set == .metadataPorts }
            || listed.contains { $0.set == .metadata && $0.element.key == bridge }
    }

    /// What follows the port's name in a key: a hardware address, and one of IP.
    private static func words(_ key: ArraySlice<UInt8>, of set: FirewallSet) -> String {
        let bytes = Array(key)
        guard bytes.count >= 8 else { return "" }
        let hardware = HardwareAddress(bytes: Array(bytes[..<6])).map(\.description) ?? ""
        return InternetAddress(bytes: Array(bytes[8...])).map { "\(hardware) \($0)" } ?? hardware
    }
}
