// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A machine with bridges, containers at them and a neighbour, made of network namespaces with ip(8). It needs the test host.
public final class TestNetwork {
    /// A network namespace.
    public struct Place: Hashable, Sendable {
        public let name: String
    }

    /// One that stands for a container: its only interface is `eth0`, the other end of which is a port of a bridge.
    public struct Container: Hashable, Sendable {
        public let place: Place
        public let port: String
        public let bridge: String
        public let hardware: String
        public let addresses: [String]
        /// What `firewall-test` takes.
        public var element: String { element() }

        /// With what it may, such as `unpinned`.
        public func element(_ words: String...) -> String {
            (["port", port, bridge, hardware] + addresses + words).joined(separator: ",")
        }
    }

    public enum Failure: Error {
        case failed([String], Outcome)
    }

    private static let environment = ProcessInfo.processInfo.environment
    private static let programs = TestMachine.top + "/.build/debug"
    private let name = "t" + String(UInt32.random(in: .min ... .max), radix: 16)
    private var places: [Place] = []
    private var servers: [RunningProgram] = []
    private var bridges: [String: String] = [:]
    /// The machine that containers run on. It forwards.
    public let host: Place

    public init() throws {
        host = Place(name: name)
        try make(host)
        try shell(
            host,
            "cd /proc/sys/net; echo 1 >ipv4/ip_forward; echo 1 >ipv6/conf/all/forwarding; echo 0 >ipv6/conf/default/accept_dad"
        )
    }

    deinit {
        for server in servers { server.stop() }
        for place in places { _ = try? run(["/usr/sbin/ip", "netns", "delete", place.name]) }
    }

    private func make(_ place: Place) throws {
        try run(["/usr/sbin/ip", "netns", "add", place.name])
        places.append(place)
        // Addresses are used at once, and asked for by nobody.
        try shell(
            place,
            "ip link set lo up; cd /proc/sys/net/ipv6/conf; echo 0 >all/accept_dad; echo 0 >default/accept_dad; echo 0 >default/router_solicitations"
        )
    }

    /// A bridge of the host, with addresses such as `10.1.0.1/24`.
    public func addBridge(_ bridge: String, _ addresses: [String], routesLoopback: Bool = true) throws {
        bridges[bridge] = addresses.joined(separator: " ")
        try shell(
            host,
            "ip link add \(bridge) type bridge mcast_snooping 0 no_linklocal_learn 1; "
                + addresses.map { "ip addr add \($0) dev \(bridge) nodad; " }.joined()
                + "ip link set \(bridge) up; echo \(routesLoopback ? 1 : 0) >/proc/sys/net/ipv4/conf/\(bridge)/route_localnet"
        )
    }

    /// A container at a bridge, whose first address of each family is its way out.
    public func addContainer(_ number: Int, at bridge: String, _ addresses: [String]) throws -> Container {
        let digits = String(number, radix: 16)
        let port = "mbv" + String(repeating: "0", count: 12 - digits.count) + digits
        let hardware = "02:42:00:00:00:" + (digits.count == 1 ? "0" : "") + digits
        let place = Place(name: "\(name)-\(number)")
        try make(place)
        try shell(
            host,
            "ip link add \(port) type veth peer name eth0 address \(hardware) netns \(place.name); "
                + "ip link set \(port) master \(bridge) up")
        var script = "ip link set eth0 up; "
        for address in addresses { script += "ip addr add \(address) dev eth0 nodad; " }
        script += Self.waits(for: "eth0")
        for gateway in (bridges[bridge] ?? "").split(separator: " ") {
            script += "ip route add default via \(gateway.prefix { $0 != "/" }); "
        }
        try shell(place, script)
        // A bridge passes on what comes by a port once that has a carrier.
        try shell(
            host,
            Self.waits(for: port)
                + "until read s </sys/class/net/\(port)/brport/state && [ $s = 3 ]; do sleep 0.01; done")
        return Container(
            place: place, port: port, bridge: bridge, hardware: hardware,
            addresses: addresses.map { String($0.prefix { $0 != "/" }) })
    }

    /// A machine beside the host, at the host's interface `out0`. It knows the ways to the host's networks.
    public func addNeighbour(_ addresses: [String], host hostAddresses: [String], routes: [String]) throws -> Place {
        let place = Place(name: "\(name)-out")
        try make(place)
        try shell(
            host,
            "ip link add out0 type veth peer name eth0 netns \(place.name); "
                + hostAddresses.map { "ip addr add \($0) dev out0 nodad; " }.joined() + "ip link set out0 up")
        try shell(
            place,
            addresses.map { "ip addr add \($0) dev eth0 nodad; " }.joined() + "ip link set eth0 up; "
                + Self.waits(for: "eth0") + routes.map { "ip route add \($0); " }.joined())
        return place
    }

    /// Waits until an interface can send: the kernel takes note of its other end some time after both are up.
    private static func waits(for link: String) -> String {
        "until read s </sys/class/net/\(link)/operstate && [ $s = up ]; do sleep 0.01; done; "
    }

    /// Runs a script of the shell there, which has to succeed.
    @discardableResult
    public func shell(_ place: Place, _ script: String) throws -> Outcome {
        try run(["/usr/sbin/ip", "netns", "exec", place.name, "/bin/sh", "-ec", script])
    }

    /// Runs `firewall-test` on the host.
    @discardableResult
    public func firewall(_ words: [String]) throws -> Outcome {
        try run(["/usr/sbin/ip", "netns", "exec", host.name, Self.programs + "/firewall-test"] + words)
    }

    /// The same, however it ends.
    public func tryFirewall(_ words: [String]) throws -> RunningProgram {
        try RunningProgram(
            ["/usr/sbin/ip", "netns", "exec", host.name, Self.programs + "/firewall-test"] + words,
            environment: Self.environment)
    }

    /// What `network-probe` says there.
    public func probe(_ place: Place, _ words: String...) throws -> String {
        try run(["/usr/sbin/ip", "netns", "exec", place.name, Self.programs + "/network-probe"] + words).text
    }

    /// Starts `network-probe` there, and waits until it is ready. It is ended with the network.
    @discardableResult
    public func start(_ place: Place, _ words: String...) throws -> RunningProgram {
        let program = try RunningProgram(
            ["/usr/sbin/ip", "netns", "exec", place.name, Self.programs + "/network-probe"] + words,
            environment: Self.environment)
        servers.append(program)
        guard program.waitForOutput("ready") else { throw Failure.failed(words, program.stop()) }
        return program
    }

    @discardableResult
    private func run(_ words: [String]) throws -> Outcome {
        let outcome = try RunningProgram(words, environment: Self.environment).wait(seconds: 60)
        guard outcome.status == 0 else { throw Failure.failed(words, outcome) }
        return outcome
    }
}
