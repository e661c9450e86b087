// SPDX-License-Identifier: Apache-2.0

/// What a network is made of.
public enum NetworkDriver: String, CaseIterable, Sendable {
    /// A bridge of the host's, with walls around each port.
    case bridge
    /// An interface of the host's, beside which containers are on its link.
    case macvlan
}

extension Network {
    public var driver: NetworkDriver { options.parent == nil ? .bridge : .macvlan }
}
