// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Engine

/// What one container may on its networks.
@Suite struct NetworkSyntaxTests {
    @Test(arguments: [
        ("host-access=on", true), ("host-access=true", true), ("host-access=1", true), ("host-access=off", false),
        ("host-access=false", false),
    ]) func readsWhatItMay(text: String, isOn: Bool) throws {
        #expect(try ContainerNetworkOption(parsing: text) == .hostAccess(isOn))
        #expect(ContainerNetworkOption.hostAccess(isOn).description == "host-access=\(isOn ? "on" : "off")")
    }

    @Test(arguments: [
        ("host-access", "says neither on nor off: write host-access=on or host-access=off"),
        ("host-access=", "says neither on nor off"), ("host-access=ajar", "says neither on nor off"),
        ("host-acess=on", "did you mean host-access?"), ("icc=on", "it belongs to a network"),
        ("", "is no option of a container on its networks: write host-access=on"),
        ("com.docker.network.endpoint.ifname=x", "is no option of a container on its networks: write host-access=on"),
    ]) func refusesOthers(text: String, words: String) {
        #expect(refusal(text, ContainerNetworkOption.init(parsing:))?.contains(words) == true)
    }

    @Test func saysEachOnce() throws {
        #expect(try [.hostAccess(true)].eachOnce() == [ContainerNetworkOption.hostAccess(true)])
        #expect(throws: SyntaxError.self) {
            try [ContainerNetworkOption.hostAccess(true), .hostAccess(false)].eachOnce()
        }
    }
}
