// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Networks

@Suite("What the firewall knows")
struct FirewallElementTests {
    private func words(_ elements: [FirewallElement]) -> [String] {
        elements.map(\.description).map { $0.split(separator: " ").dropFirst(2).joined(separator: " ") }
    }

    @Test func ofANetworkIsItsBridge() throws {
        var network = FirewalledNetwork(
            bridge: "mb0",
            subnets: [try #require(AddressPrefix("172.17.0.1/16")), try #require(AddressPrefix("fd00::/64"))])
        #expect(
            words(network.elements) == [
                "inet minibox bridges { \"mb0\" }", "inet minibox selves { \"mb0\" . \"mb0\" }",
                "inet minibox subnets4 { \"mb0\" . 172.17.0.0-172.17.255.255 }",
                "inet minibox subnets6 { \"mb0\" . fd00::-fd00::ffff:ffff:ffff:ffff }",
                "inet minibox masqueraded { \"mb0\" }",
            ])
        let bare = network.elements
        network.isInternal = true
        network.isSeparate = true
        network.reachesMetadata = true
        network.isMasqueraded = false
        network.hostAccess = .ports([FirewalledNetwork.Port(.udp, 53)])
        #expect(
            words(network.elements.filter { !bare.contains($0) }) == [
                "inet minibox separate { \"mb0\" }", "inet minibox internal { \"mb0\" }",
                "inet minibox metadata { \"mb0\" }", "inet minibox hostports { \"mb0\" . udp . 53 }",
            ])
        network.hostAccess = .all
        #expect(words(network.elements).contains("inet minibox hostaccess { \"mb0\" }"))
    }

    private func port(_ name: String, _ digit: Int) throws -> FirewalledPort {
        FirewalledPort(
            name: name, bridge: "mb0", hardware: try #require(HardwareAddress("02:42:ac:11:00:0\(digit)")),
            addresses: [
                try #require(InternetAddress("172.17.0.\(digit)")), try #require(InternetAddress("fd00::\(digit)")),
            ])
    }

    @Test func ofAContainerIsWhoItMaySayToBe() throws {
        var port = try port("mbv000000000001", 2)
        #expect(
            words(port.elements) == [
                "bridge minibox macs { \"mbv000000000001\" . 02:42:ac:11:00:02 }",
                "bridge minibox pins4 { \"mbv000000000001\" . 02:42:ac:11:00:02 . 172.17.0.2 }",
                "bridge minibox pins6 { \"mbv000000000001\" . 02:42:ac:11:00:02 . fd00::2 }",
                "bridge minibox pins6 { \"mbv000000000001\" . 02:42:ac:11:00:02 . fe80::42:acff:fe11:2 }",
            ])
        port.isPinned = false
        port.isSeparate = true
        port.reachesMetadata = true
        port.reachesHost = true
        #expect(
            words(port.elements) == [
                "bridge minibox unpinned { \"mbv000000000001\" }", "bridge minibox apart { \"mbv000000000001\" }",
                "bridge minibox granted { \"mbv000000000001\" }",
                "bridge minibox metadata_ports { \"mbv000000000001\" }",
            ])
    }

    @Test func ofALinkIsEachDirectionByEachFamily() throws {
        let link = FirewalledLink(try port("mbv000000000001", 1), try port("mbv000000000002", 2))
        #expect(
            words(link.elements) == [
                "bridge minibox links { \"mbv000000000001\" . \"mbv000000000002\" }",
                "bridge minibox links { \"mbv000000000002\" . \"mbv000000000001\" }",
                "inet minibox links6 { fe80::42:acff:fe11:1 . fe80::42:acff:fe11:2 }",
                "inet minibox links6 { fe80::42:acff:fe11:2 . fe80::42:acff:fe11:1 }",
                "inet minibox links4 { 172.17.0.1 . 172.17.0.2 }", "inet minibox links4 { 172.17.0.2 . 172.17.0.1 }",
                "inet minibox links6 { fd00::1 . fd00::2 }", "inet minibox links6 { fd00::2 . fd00::1 }",
            ])
    }

    @Test(arguments: [
        (nil, "172.17.0.2", "ports4 { tcp . 8080 : 172.17.0.2 . 80 }"),
        ("0.0.0.0", "172.17.0.2", "ports4 { tcp . 8080 : 172.17.0.2 . 80 }"),
        ("127.0.0.1", "172.17.0.2", "ports4_at { 127.0.0.1 . tcp . 8080 : 172.17.0.2 . 80 }"),
        (nil, "fd00::2", "ports6 { tcp . 8080 : fd00::2 . 80 }"),
        ("2001:db8::1", "fd00::2", "ports6_at { 2001:db8::1 . tcp . 8080 : fd00::2 . 80 }"),
    ])
    func ofAPublishedPortIsOneElement(address: String?, target: String, expected: String) throws {
        let publication = FirewalledPublication(
            address: try address.map { try #require(InternetAddress($0)) }, .tcp, port: 8080,
            target: try #require(InternetAddress(target)), targetPort: 80)
        #expect(words([try #require(publication).element]) == ["inet minibox \(expected)"])
    }

    @Test func ofAPortOfTwoFamiliesIsNothing() throws {
        let four = try #require(InternetAddress("10.0.0.1"))
        let six = try #require(InternetAddress("fd00::2"))
        #expect(FirewalledPublication(address: four, .udp, port: 1, target: six, targetPort: 1) == nil)
    }

    @Test func fitsIntoTheSetThatItIsFor() throws {
        var network = FirewalledNetwork(
            bridge: "mb0",
            subnets: [try #require(AddressPrefix("10.0.0.0/8")), try #require(AddressPrefix("fd00::/8"))])
        network.isInternal = true
        network.isSeparate = true
        network.reachesMetadata = true
        network.hostAccess = .ports([FirewalledNetwork.Port(.sctp, 7)])
        var open = try port("mbv000000000001", 1)
        open.isPinned = false
        open.isSeparate = true
        open.reachesMetadata = true
        open.reachesHost = true
        let pinned = try port("mbv000000000002", 2)
        var elements = network.elements + open.elements + pinned.elements + FirewalledLink(open, pinned).elements
        network.hostAccess = .all
        elements += network.elements
        for address in open.addresses {
            for from in [nil, address] {
                let publication = FirewalledPublication(address: from, .tcp, port: 1, target: address, targetPort: 2)
                elements.append(try #require(publication).element)
            }
        }
        #expect(Set(elements.map(\.set)) == Set(FirewallSet.allCases))
        for element in elements {
            let encoded = element.encoded
            let width = element.set.key.reduce(0) { $0 + ($1.width + 3) & ~3 }
            #expect(encoded.key.count == width, "\(element)")
            #expect((encoded.end?.count ?? width) == width, "\(element)")
            #expect(element.set.hasRanges == (encoded.end != nil), "\(element)")
            #expect(
                (encoded.value?.count ?? 0) == element.set.value.reduce(0) { $0 + ($1.width + 3) & ~3 }, "\(element)")
        }
    }
}
