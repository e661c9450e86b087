// SPDX-License-Identifier: Apache-2.0
public import Linux
public import OCI

extension ContainerDevices {
    /// The rules of `linux.resources.devices`, in their order, and behind them what every container may use: as runc and
    /// crun have it, so that no list can take the null device away.
    /// - Throws: ``CgroupError/Code/limit`` for a rule that is none, by its place in the list.
    public static func rules(
        _ list: [RuntimeConfiguration.Resources.DeviceRule]
    ) throws(CgroupError) -> [DeviceRule] {
        var rules: [DeviceRule] = []
        for (place, rule) in list.enumerated() { rules.append(try DeviceRule(rule, at: place)) }
        return rules + ofEveryBundle
    }

    /// runc's `AllowedDevices`, and the console. `/dev/net/tun` was left out of it for one release, which took the
    /// network from VPNs in containers whose engines give no rule of their own.
    private static let ofEveryBundle = standard(makingNodes: true) + [DeviceRule(.character, 10, 200, .all)]
}

extension DeviceRule {
    fileprivate init(_ rule: RuntimeConfiguration.Resources.DeviceRule, at place: Int) throws(CgroupError) {
        let member = "devices[\(place)]"
        let kind: Kind =
            switch rule.type {
            case .all: .any
            case .character: .character
            case .block: .block
            }
        self.init(
            kind, try Self.number(rule.major, "\(member).major"), try Self.number(rule.minor, "\(member).minor"),
            try Self.access(rule.access, "\(member).access"), isAllowed: rule.allow)
    }

    private static func number(_ number: Int64?, _ member: String) throws(CgroupError) -> UInt32? {
        guard let number, number != -1 else { return nil }
        guard let result = UInt32(exactly: number) else {
            throw CgroupError(.limit, "\(member): \(number) is no number of a device: write -1 for all")
        }
        return result
    }

    private static func access(_ letters: String, _ member: String) throws(CgroupError) -> Access {
        var access: Access = []
        for letter in letters.utf8 {
            switch letter {
            case UInt8(ascii: "r"): access.insert(.read)
            case UInt8(ascii: "w"): access.insert(.write)
            case UInt8(ascii: "m"): access.insert(.makeNode)
            default: access = []
            }
            if access.isEmpty { break }
        }
        if access.isEmpty {
            throw CgroupError(.limit, "\(member): \"\(letters)\" is no access: write letters out of r, w and m")
        }
        return access
    }
}
