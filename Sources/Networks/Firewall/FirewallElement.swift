// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// One element of a set or map of the rules: what they know of a network, of a container or of a published port.
public struct FirewallElement: Hashable, Sendable, CustomStringConvertible {
    /// One field of a key or of a value.
    enum Field: Hashable, Sendable {
        case interface(String)
        case address(InternetAddress)
        case hardware(HardwareAddress)
        case transport(TransportProtocol)
        case port(UInt16)
    }

    public let set: FirewallSet
    let key: [Field]
    /// The last key of a range.
    let end: [Field]?
    /// What the map has for the key.
    private(set) var value: [Field]?

    init(_ set: FirewallSet, _ key: Field..., value: [Field]? = nil) {
        self.set = set
        self.key = key
        self.end = nil
        self.value = value
    }

    /// A subnet of a bridge.
    init(bridge: String, _ subnet: AddressPrefix) {
        set = subnet.address.family == .v4 ? .subnets4 : .subnets6
        key = [.interface(bridge), .address(subnet.first)]
        end = [.interface(bridge), .address(subnet.last)]
        value = nil
    }

    /// What the kernel has of it.
    var encoded: NetfilterElement {
        NetfilterElement(
            key: key.flatMap(\.bytes), end: end.map { $0.flatMap(\.bytes) }, value: value.map { $0.flatMap(\.bytes) })
    }

    /// As the kernel lists it.
    var listed: FirewallListing { FirewallListing(set: set, element: encoded) }

    /// What there is one of: the key without its value.
    var place: FirewallElement {
        var place = self
        place.value = nil
        return place
    }

    /// As a command of nft(8).
    public var description: String {
        func words(_ fields: [Field]) -> String { fields.map(\.description).joined(separator: " . ") }
        var key = words(key)
        if let end, let last = end.last { key += "-\(last)" }
        let value = value.map { " : " + words($0) } ?? ""
        return "add element \(set.table.family) \(set.table.name) \(set) { \(key)\(value) }"
    }
}

/// An element as the kernel lists it.
struct FirewallListing: Hashable, Sendable {
    let set: FirewallSet
    let element: NetfilterElement
}

extension FirewallElement.Field: CustomStringConvertible {
    /// In a key, where each field has a multiple of four bytes.
    var bytes: [UInt8] {
        switch self {
        case .interface(let name): Self.padded(Array(name.utf8.prefix(15)), to: 16)
        case .address(let address): address.bytes
        case .hardware(let address): Self.padded(address.bytes, to: 8)
        case .transport(let kind): [kind.rawValue, 0, 0, 0]
        case .port(let number): [UInt8(number >> 8), UInt8(truncatingIfNeeded: number), 0, 0]
        }
    }

    var description: String {
        switch self {
        case .interface(let name): "\"\(name)\""
        case .address(let address): "\(address)"
        case .hardware(let address): "\(address)"
        case .transport(let kind): "\(kind)"
        case .port(let number): "\(number)"
        }
    }

    private static func padded(_ bytes: [UInt8], to count: Int) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: count - bytes.count)
    }
}
