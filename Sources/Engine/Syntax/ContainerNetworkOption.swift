// SPDX-License-Identifier: Apache-2.0
internal import Networks
internal import Words

/// `--network-opt`: what one container may on its networks, where others on them may not.
public enum ContainerNetworkOption: Hashable, Sendable, CustomStringConvertible {
    /// Whether it reaches services of the machine. Without it that is what each network says.
    case hostAccess(Bool)

    private static let hostAccessKey = "host-access"

    /// Reads `host-access=on` or `host-access=off`.
    public init(parsing text: String) throws(SyntaxError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts[0] == Self.hostAccessKey else {
            let advice =
                NetworkOptions.keys.contains(parts[0])
                ? "it belongs to a network, 'minibox network create -o': write host-access=on"
                : nearestWord(to: parts[0], among: [Self.hostAccessKey]).map { "did you mean \($0)?" }
                    ?? "write host-access=on"
            throw SyntaxError(text, "is no option of a container on its networks", advice)
        }
        guard parts.count == 2, let isOn = NetworkOptions.isOn(parts[1]) else {
            throw SyntaxError(text, "says neither on nor off", "write host-access=on or host-access=off")
        }
        self = .hostAccess(isOn)
    }

    var key: String {
        switch self {
        case .hostAccess: Self.hostAccessKey
        }
    }

    public var description: String {
        switch self {
        case .hostAccess(let isOn): "\(key)=\(isOn ? "on" : "off")"
        }
    }
}

extension [ContainerNetworkOption] {
    /// The same, each key once.
    public func eachOnce() throws(SyntaxError) -> [ContainerNetworkOption] {
        var keys: Set<String> = []
        for option in self where !keys.insert(option.key).inserted {
            throw SyntaxError("\(option)", "is said twice", "write --network-opt \(option.key)= once")
        }
        return self
    }
}

extension ContainerRequest {
    /// Whether it reaches services of the machine; nil for what its networks say.
    var hostAccess: Bool? {
        for case .hostAccess(let isOn) in networkOptions { return isOn }
        return nil
    }
}
