// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Linux
import Testing

@Suite struct ContainerDevicesTests {
    @Test func theStandardHasTerminalsAndNodesAndNoHardware() {
        let rules = ContainerDevices.standard(makingNodes: false).map(\.description)
        #expect(
            rules == [
                "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm", "c 1:8 rwm", "c 1:9 rwm", "c 5:0 rwm", "c 5:1 rwm", "c 5:2 rwm",
                "c 136:* rwm",
            ])
        #expect(ContainerDevices.standard(makingNodes: true).last?.description == "a *:* m")
    }

    @Test(arguments: ["c 10:200 rwm", "b 8:* r", "a *:* rwm", "c 0:4294967295 wm"])
    func aRuleIsReadAsItIsWritten(_ text: String) throws {
        #expect(try DeviceRule(parsing: text).description == text)
    }

    @Test(arguments: [
        "", "c", "c 1:3", "c 1 rwm", "x 1:3 r", "c 1:3 x", "c 1:3 rr", "c -1:3 r", "c 1:3:4 r", "c 1: r", "c +1:3 r",
        "c 4294967296:0 r", "c 1:3 r w",
    ])
    func aRuleThatIsNoneIsAnErrorThatShowsOne(_ text: String) {
        #expect { try DeviceRule(parsing: text) } throws: { "\($0)".contains("c 10:200 rwm") }
    }
}
