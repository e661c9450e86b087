// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Engine

@Suite struct DefaultNetworkTests {
    @Test func isTheBuiltInBridgeUnlessItIsSet() throws {
        #expect(try DefaultNetwork.choice(nil) == .network(.bridge))
        #expect(try DefaultNetwork.choice("") == .network(.bridge))
        #expect(try DefaultNetwork.choice("bridge") == .network(.bridge))
        #expect(try DefaultNetwork.choice("none") == .mode(.bare))
        #expect(try DefaultNetwork.choice("host") == .mode(.host))
        #expect(try DefaultNetwork.choice("lab") == .network(NetworkArgument(name: "lab")))
    }

    @Test(arguments: ["container:web", "a b", "/"]) func isNoOtherContainersNorAnythingElse(_ text: String) {
        let error = #expect(throws: SyntaxError.self) { try DefaultNetwork.choice(text) }
        #expect(
            error?.description
                == "'MINIBOX_NETWORK=\(text)' is no network for every container: set it to bridge, none, host or the name of a network"
        )
    }
}
