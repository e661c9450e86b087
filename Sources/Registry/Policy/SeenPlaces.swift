// SPDX-License-Identifier: Apache-2.0

/// Which origins are this machine's, decided by the addresses that connections had and never by a name: whoever owns a
/// name can let it mean this machine for a moment, and another one from then on.
public struct SeenPlaces: Hashable, Sendable {
    private var here: Set<String> = []
    private var elsewhere: Set<String> = []

    public init() {}

    /// A connection to the origin has that address at its other end; nil where it is not known. To be told before anything
    /// is read of it.
    public mutating func take(_ origin: String, _ address: IPAddress?) {
        if address?.reach == .loopback { here.insert(origin) } else { elsewhere.insert(origin) }
    }

    /// Whether each connection to the origin so far was one to this machine.
    public func isLocal(_ origin: String) -> Bool { here.contains(origin) && !elsewhere.contains(origin) }
}
