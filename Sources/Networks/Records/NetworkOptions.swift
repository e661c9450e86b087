// SPDX-License-Identifier: Apache-2.0
public import Linux
internal import OCI

/// What `network create -o` can say. Docker's names are read too.
public struct NetworkOptions: Hashable, Sendable {
    /// Whether its containers reach each other; nil for the network's own default: not on `bridge`, and on others they do.
    public var connectsContainers: Bool?
    /// Whether packets that leave it have the host's address.
    public var masquerades = true
    /// Whether its containers reach services of the host that listen on all addresses or on the bridge's.
    public var reachesHost = false
    /// Whether its containers reach the addresses at which clouds tell a machine its secrets: 169.254.0.0/16.
    public var reachesMetadata = false
    /// Whether a container can send only with the addresses that it was given.
    public var pinsAddresses = true
    /// The largest packet in bytes.
    public var maximumPacket: Int32?
    /// What the bridge is called on the host, where it was chosen.
    public var bridgeName: String?
    /// The interface of the host's beside which its containers are, and not at a bridge: a network of the driver macvlan.
    public var parent: String?
    public var macvlanMode = MacvlanInterface.Mode.bridge

    public init() {}

    private enum Key: String, CaseIterable {
        case icc, masquerade
        case hostAccess = "host-access"
        case metadata, antispoof, mtu
        case bridgeName = "bridge-name"
        case parent
        case macvlanMode = "macvlan-mode"

        /// Those that mean something without a bridge.
        var isOfMacvlan: Bool { [.parent, .macvlanMode, .mtu, .metadata].contains(self) }

        init?(word: String) {
            switch word {
            case "com.docker.network.bridge.enable_icc": self = .icc
            case "com.docker.network.bridge.enable_ip_masquerade": self = .masquerade
            case "com.docker.network.driver.mtu": self = .mtu
            case "com.docker.network.bridge.name": self = .bridgeName
            case "macvlan_mode": self = .macvlanMode
            default: self.init(rawValue: word)
            }
        }
    }

    /// Each key that there is, in the words of minibox.
    public static var keys: [String] { Key.allCases.map(\.rawValue) }

    /// What a word says that is on or off; nil for another.
    public static func isOn(_ word: String) -> Bool? {
        switch word {
        case "true", "on", "1", "yes", "open": true
        case "false", "off", "0", "no", "closed": false
        default: nil
        }
    }

    /// Takes one option as it was written, `KEY=VALUE`.
    public mutating func set(_ text: String) throws(NetworkError) {
        let place = text.utf8.firstIndex(of: UInt8(ascii: "=")) ?? text.endIndex
        let word = String(text[..<place])
        let value = place == text.endIndex ? "" : String(text[text.utf8.index(after: place)...])
        guard let key = Key(word: word) else {
            throw NetworkError(
                .invalid, word,
                "there is no option \(word) of a network: write one of "
                    + Self.keys.joined(separator: ", "))
        }
        func isOn() throws(NetworkError) -> Bool {
            if let isOn = Self.isOn(value) { return isOn }
            throw NetworkError(.invalid, text, "\(word) is on or off: write -o \(word)=on or -o \(word)=off")
        }
        switch key {
        case .icc: connectsContainers = try isOn()
        case .masquerade: masquerades = try isOn()
        case .hostAccess: reachesHost = try isOn()
        case .metadata: reachesMetadata = try isOn()
        case .antispoof: pinsAddresses = try isOn()
        case .mtu:
            // The least that IPv4 asks of a link (RFC 791), and the most that an interface takes.
            guard let size = Int32(value), (68...65535).contains(size) else {
                throw NetworkError(.invalid, text, "\(word) is a number of bytes from 68 to 65535")
            }
            maximumPacket = size
        case .bridgeName:
            guard (1...15).contains(value.utf8.count), value != ".", value != "..",
                value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") })
            else { throw NetworkError(.invalid, text, "\(word) is a name of an interface, of at most 15 characters") }
            bridgeName = value
        case .parent:
            guard NetworkDevice.isName(value) else {
                throw NetworkError(.invalid, text, "parent is an interface of this machine: 'ip link' lists them")
            }
            parent = value
        case .macvlanMode:
            guard let mode = MacvlanInterface.Mode(rawValue: value) else {
                throw NetworkError(.invalid, text, "\(word) is bridge, private, vepa or passthru")
            }
            macvlanMode = mode
        }
    }

    /// Holds them against the kind of network that they are for.
    func require(_ driver: NetworkDriver) throws(NetworkError) {
        switch driver {
        case .macvlan:
            guard parent != nil else {
                throw NetworkError(
                    .invalid, "parent", "a macvlan is beside an interface of this machine: add -o parent=INTERFACE")
            }
            if let other = chosen.first(where: { !$0.key.isOfMacvlan }) {
                throw NetworkError(
                    .invalid, other.key.rawValue,
                    "\(other.key.rawValue) is for bridges, and a macvlan has none: leave it out")
            }
        case .bridge, .host, .null:
            if let other = chosen.first(where: { $0.key == .parent || $0.key == .macvlanMode }) {
                throw NetworkError(
                    .invalid, other.key.rawValue, "\(other.key.rawValue) is for a macvlan: add -d macvlan")
            }
        }
    }

    /// As they are shown and written down, in the words of minibox: those alone that were chosen.
    public var all: [(key: String, value: String)] { chosen.map { ($0.key.rawValue, $0.value) } }

    private var chosen: [(key: Key, value: String)] {
        func word(_ isOn: Bool) -> String { isOn ? "on" : "off" }
        var list: [(key: Key, value: String)] = []
        if let connectsContainers { list.append((.icc, word(connectsContainers))) }
        if !masquerades { list.append((.masquerade, "off")) }
        if reachesHost { list.append((.hostAccess, "on")) }
        if reachesMetadata { list.append((.metadata, "on")) }
        if !pinsAddresses { list.append((.antispoof, "off")) }
        if let maximumPacket { list.append((.mtu, "\(maximumPacket)")) }
        if let bridgeName { list.append((.bridgeName, bridgeName)) }
        if let parent { list.append((.parent, parent)) }
        if macvlanMode != .bridge { list.append((.macvlanMode, macvlanMode.rawValue)) }
        return list
    }

    var json: JSON { .object(JSON.Object(all.map { ($0.key, JSON($0.value)) })) }

    init?(_ json: JSON) {
        self.init()
        for key in json.object?.keys ?? [] {
            guard let value = json[key]?.string else { return nil }
            do throws(NetworkError) { try set("\(key)=\(value)") } catch { return nil }
        }
    }
}
