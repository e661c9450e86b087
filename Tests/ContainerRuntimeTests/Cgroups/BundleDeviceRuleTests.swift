// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Testing

@testable import ContainerRuntime

@Suite struct BundleDeviceRuleTests {
    private typealias Rule = RuntimeConfiguration.Resources.DeviceRule

    private func rules(_ list: [Rule]) throws(CgroupError) -> [String] {
        try ContainerDevices.rules(list).map(\.description)
    }

    @Test func whatEveryContainerMayUseComesLast() throws {
        let rules = try rules([
            Rule(allow: false, access: "rwm"), Rule(allow: true, type: .block, major: 8, access: "r"),
        ])
        #expect(rules.prefix(3) == ["deny a *:* rwm", "b 8:* r", "c 1:3 rwm"])
        for rule in ["c 5:2 rwm", "c 136:* rwm", "a *:* m", "c 10:200 rwm"] { #expect(rules.contains(rule)) }
    }

    @Test func aNumberIsAllOrOne() throws {
        #expect(try rules([Rule(allow: true, type: .character, major: -1, minor: 5, access: "mwr")])[0] == "c *:5 rwm")
    }

    @Test(arguments: [
        Rule(allow: true, access: ""), Rule(allow: true, access: "x"), Rule(allow: true, access: "rx"),
        Rule(allow: true, major: -2, access: "r"), Rule(allow: true, minor: 1 << 32, access: "r"),
    ])
    private func aRuleThatIsNoneIsRefused(_ rule: Rule) {
        let error = #expect(throws: CgroupError.self) { try rules([Rule(allow: true, access: "r"), rule]) }
        #expect(error?.description.hasPrefix("devices[1].") == true)
    }
}
