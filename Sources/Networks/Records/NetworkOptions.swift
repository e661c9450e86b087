// SPDX-License-Identifier: Apache-2.0
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

    public init() {}

    private enum Key: String, CaseIterable {
        case icc, masquerade
        case hostAccess = "host-access"
        case metadata, antispoof, mtu
        case bridgeName = "bridge-name"

        init?(word: String) {
            switch word {
            case "com.docker.network.bridge.enable_icc": self = .icc
            case "com.docker.network.bridge.enable_ip_masquerade": self = .masquerade
            case "com.docker.network.driver.mtu": self = .mtu
            case "com.docker.network.bridge.name": self = .bridgeName
            default: self.init(rawValue: word)
            }
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
                    + Key.allCases.map(\.rawValue).joined(separator: ", "))
        }
        func isOn() throws(NetworkError) -> Bool {
            switch value {
            case "true", "on", "1", "yes", "open": true
            case "false", "off", "0", "no", "closed": false
            default: throw NetworkError(.invalid, text, "\(word) is on or off: write -o \(word)=on or -o \(word)=off")
            }
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
        }
    }

    /// As they are shown and written down, in the words of minibox: those alone that were chosen.
    public var all: [(key: String, value: String)] {
        func word(_ isOn: Bool) -> String { isOn ? "on" : "off" }
        var list: [(Key, String)] = []
        if let connectsContainers { list.append((.icc, word(connectsContainers))) }
        if !masquerades { list.append((.masquerade, "off")) }
        if reachesHost { list.append((.hostAccess, "on")) }
        if reachesMetadata { list.append((.metadata, "on")) }
        if !pinsAddresses { list.append((.antispoof, "off")) }
        if let maximumPacket { list.append((.mtu, "\(maximumPacket)")) }
        if let bridgeName { list.append((.bridgeName, bridgeName)) }
        return list.map { ($0.0.rawValue, $0.1) }
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
