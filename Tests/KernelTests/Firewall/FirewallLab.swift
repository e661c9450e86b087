// SPDX-License-Identifier: Apache-2.0
import TestSupport

/// A machine with two networks, two containers in one and one in the other, and a neighbour.
struct FirewallLab {
    let network: TestNetwork
    let (a1, a2, b1): (TestNetwork.Container, TestNetwork.Container, TestNetwork.Container)
    let out: TestNetwork.Place
    var host: TestNetwork.Place { network.host }
    static let subnetsOfA = "mba,10.1.0.0/24,fd01::/64"
    static let subnetsOfB = "mbb,10.2.0.0/24,fd02::/64"

    /// - Parameters:
    ///   - bridgesAsk: whether bridges ask the rules of IP about what they pass on, as on machines with kubernetes or docker.
    ///   - network, container: what the first of either may, such as `internal` and `unpinned`.
    ///   - more: further elements.
    init(
        bridgesAsk: Bool = false, network words: String = "", container: [String] = [], _ more: String...
    ) throws {
        network = try TestNetwork()
        try network.shell(
            network.host,
            "cd /proc/sys/net/bridge 2>/dev/null || exit 0; for i in ip ip6; do echo \(bridgesAsk ? 1 : 0) >bridge-nf-call-${i}tables; done"
        )
        try network.addBridge("mba", ["10.1.0.1/24", "fd01::1/64"])
        try network.addBridge("mbb", ["10.2.0.1/24", "fd02::1/64"])
        a1 = try network.addContainer(1, at: "mba", ["10.1.0.2/24", "fd01::2/64"])
        a2 = try network.addContainer(2, at: "mba", ["10.1.0.3/24", "fd01::3/64"])
        b1 = try network.addContainer(3, at: "mbb", ["10.2.0.2/24", "fd02::2/64"])
        out = try network.addNeighbour(
            ["192.0.2.2/24", "2001:db8::2/64", "169.254.169.254/32"], host: ["192.0.2.1/24", "2001:db8::1/64"],
            routes: ["10.0.0.0/8 via 192.0.2.1", "fd00::/8 via 2001:db8::1"])
        try network.shell(host, "ip route add 169.254.169.254 via 192.0.2.2")
        let first = ([a1.element] + container).joined(separator: ",")
        let second = container.contains("separate") ? a2.element("separate") : a2.element
        try network.firewall(
            [
                "restore", "--", "network,\(Self.subnetsOfA)\(words.isEmpty ? "" : "," + words)",
                "network,\(Self.subnetsOfB)", first, second, b1.element,
            ] + more)
    }

    /// Answers at port 80 of both families, with that word.
    func serve(_ place: TestNetwork.Place, _ word: String, port: String = "80") throws {
        try network.start(place, "serve", "tcp", "0.0.0.0", port, word)
        try network.start(place, "serve", "tcp", "::", port, word)
    }

    /// What comes back from there.
    func ask(
        _ place: TestNetwork.Place, _ address: String, _ port: Int = 80, _ kind: String = "tcp", patience: Int = 30000
    ) throws -> String {
        try network.probe(place, "ask", kind, address, "\(port)", "\(patience)")
    }

    /// The same of what is dropped.
    func askInVain(_ place: TestNetwork.Place, _ address: String, _ port: Int = 80) throws -> String {
        try ask(place, address, port, patience: 300)
    }
}
