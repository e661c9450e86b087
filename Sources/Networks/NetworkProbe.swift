// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Whether this kernel has what networks are made of.
public enum NetworkProbe {
    /// Makes a bridge, a port of it and the rules in this process' network namespace, which has to be one that goes again.
    public static func tryOut() throws(NetworkError) {
        let bridge = "mb-probe"
        do throws(SystemError) {
            // An address that is nobody's: RFC 5737.
            try Bridge(
                name: bridge, addresses: [],
                hardwareAddress: HardwareAddress(of: InternetAddress(.v4, 0xC000_0201))
            ).make()
        } catch { throw lack("bridges", error) }
        do throws(SystemError) {
            let own = try Descriptor.open("/proc/self/ns/net", .readOnly)
            try NetworkPort(
                bridge: bridge, hostName: NetworkStore.newPortName(), name: "eth0",
                hardwareAddress: HardwareAddress(of: InternetAddress(.v4, 0xC000_0202)), isIsolated: true
            ).make(to: own)
        } catch { throw lack("pairs of interfaces (veth)", error) }
        try Firewall().restore { [] }
    }

    private static func lack(_ what: String, _ cause: SystemError) -> NetworkError {
        NetworkError(.kernel, what, "no \(what)", cause: cause)
    }
}
