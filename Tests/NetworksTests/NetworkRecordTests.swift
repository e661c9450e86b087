// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Testing

@testable import Networks

struct NetworkRecordTests {
    @Test(arguments: ["lab", "a", "A_b.c-9", "0", "bridge2"]) func aNameIsRead(_ text: String) throws {
        #expect(try NetworkName(text).description == text)
    }

    @Test(arguments: [
        "", "-a", ".a", "_a", "a b", "a/b", "a\n", "ä", "host", "none", "default", "container", "a:b",
        String(repeating: "x", count: 129),
    ]) func whatIsNoNameIsNot(_ text: String) {
        #expect(throws: NetworkError.self) { try NetworkName(text) }
    }

    @Test func optionsAreReadByBothTheirNames() throws {
        var options = NetworkOptions()
        for text in [
            "com.docker.network.bridge.enable_icc=false", "com.docker.network.bridge.enable_ip_masquerade=false",
            "host-access=on", "metadata=open", "antispoof=off", "com.docker.network.driver.mtu=1400",
            "bridge-name=br-lab",
        ] { try options.set(text) }
        #expect(options.connectsContainers == false && !options.masquerades && options.reachesHost)
        #expect(options.reachesMetadata && !options.pinsAddresses && options.maximumPacket == 1400)
        #expect(options.bridgeName == "br-lab")
        #expect(NetworkOptions(options.json) == options)
        #expect(NetworkOptions().all.isEmpty)
    }

    @Test(arguments: [
        ("size=3", "there is no option size"), ("icc", "icc is on or off"), ("icc=maybe", "icc is on or off"),
        ("mtu=67", "from 68 to 65535"), ("mtu=x", "from 68 to 65535"), ("bridge-name=", "of at most 15 characters"),
        ("bridge-name=a/b", "of at most 15 characters"), ("bridge-name=abcdefghijklmnop", "of at most 15 characters"),
    ]) func aBadOptionSaysWhatToWrite(_ text: String, _ reason: String) {
        var options = NetworkOptions()
        do throws(NetworkError) {
            try options.set(text)
            Issue.record("\(text) was taken")
        } catch {
            #expect("\(error)".contains(reason), "\(error)")
        }
    }

    @Test func aMacvlanIsBesideAnInterface() throws {
        var options = NetworkOptions()
        for text in ["parent=eth0", "macvlan_mode=private", "mtu=1400"] { try options.set(text) }
        #expect(options.parent == "eth0" && options.macvlanMode == .private)
        #expect(NetworkOptions(options.json) == options)
        try options.require(.macvlan)
        #expect(throws: NetworkError.self) { try options.require(.bridge) }
        #expect(throws: NetworkError.self) { try NetworkOptions().require(.macvlan) }
        try options.set("icc=on")
        #expect(throws: NetworkError.self) { try options.require(.macvlan) }
        #expect(throws: NetworkError.self) { try options.set("parent=a/b") }
        #expect(throws: NetworkError.self) { try options.set("macvlan-mode=none") }
    }

    @Test func aRecordIsReadAsItWasWritten() throws {
        let id = String(repeating: "a", count: 64)
        var network = Network(
            id: id, name: "lab", created: "2026-01-02T03:04:05Z",
            subnets: [
                Network.Subnet(
                    prefix: try #require(AddressPrefix("10.9.0.0/24")),
                    gateway: try #require(InternetAddress("10.9.0.1")),
                    range: AddressPrefix("10.9.0.128/25"), isChosen: true),
                Network.Subnet(
                    prefix: try #require(AddressPrefix("fd00::/64")), gateway: try #require(InternetAddress("fd00::1")),
                    isChosen: false),
            ], isInternal: true, labels: ["a": "b"])
        try network.options.set("mtu=1400")
        #expect(Network(network.json) == network)
        #expect(network.bridgeName == "mb-aaaaaaaaaaaa" && network.bridgeName.utf8.count == 15)
        #expect(network.bridge.addresses.map(\.description) == ["10.9.0.1/24", "fd00::1/64"])
        #expect(network.hasIPv6 && !network.isBuiltIn && network.connectsContainers)
        for key in ["id", "name", "subnets"] {
            var damaged = network.json
            damaged[key] = nil
            #expect(Network(damaged) == nil, "\(key)")
        }
    }

    @Test func thePoolsAreDockers() throws {
        var taken: [AddressPrefix] = []
        var found: [String] = []
        for _ in 0..<31 {
            let free = try SubnetPools.free(beside: taken)
            found.append("\(free)")
            taken.append(free)
        }
        #expect(found.first == "172.17.0.0/16" && found[14] == "172.31.0.0/16")
        #expect(found[15] == "192.168.0.0/20" && found[30] == "192.168.240.0/20")
        #expect(throws: NetworkError.self) { try SubnetPools.free(beside: taken) }
        #expect(
            try SubnetPools.free(beside: [#require(AddressPrefix("172.16.0.0/12"))]).description == "192.168.0.0/20")
        let local = try #require(SubnetPools.local(of: "0123456789abcdef"))
        #expect(local.description == "fd01:2345:6789:abcd::/64")
    }
}
