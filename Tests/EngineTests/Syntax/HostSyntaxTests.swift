// SPDX-License-Identifier: Apache-2.0
import Engine
import Testing

@Suite struct HostSyntaxTests {
    @Test(arguments: [
        ("a:10.0.0.1", "a:10.0.0.1"), ("a.b=10.0.0.1", "a.b:10.0.0.1"), ("a:::1", "a:::1"), ("a=::1", "a:::1"),
        ("a:[fe80::1]", "a:fe80::1"), ("a:2001:db8:0:1:2:3:4:5", "a:2001:db8:0:1:2:3:4:5"),
        ("a:::ffff:10.0.0.1", "a:::ffff:10.0.0.1"), ("a=::", "a:::"), ("a=fe80::", "a:fe80::"),
        ("a=1:2:3:4:5:6:10.0.0.1", "a:1:2:3:4:5:6:10.0.0.1"),
    ]) func readsNamesWithAddresses(text: String, expected: String) throws {
        #expect(try HostArgument(parsing: text).description == expected)
    }

    @Test(arguments: [
        "", "a", "a:", ":10.0.0.1", "a:10.0.0", "a:10.0.0.256", "a:010.0.0.1", "a:10.0.0.1.2", "a:1:2", "a=:::",
        "a=1::2::3",
        "a=12345::", "a=1:2:3:4:5:6:7:8:9", "a=g::", "a b:10.0.0.1", "a\n:10.0.0.1", "a=:1::",
        "a=1:2:3:4:5:6:7:10.0.0.1",
    ]) func refusesTheRest(text: String) { #expect(refusal(text, HostArgument.init(parsing:)) != nil) }

    @Test func saysThatGatewaysComeLater() {
        #expect(
            refusal("a:host-gateway", HostArgument.init(parsing:))
                == "'a:host-gateway' asks for the host's gateway: only run and create know it: write an address")
    }
}

@Suite struct ProcessorTimeSyntaxTests {
    @Test func readsPeriodsAndQuotas() throws {
        #expect(try CPUPeriod(parsing: "50000").microseconds == 50000)
        #expect(try CPUQuota(parsing: "25000") == .microseconds(25000))
        #expect(try CPUQuota(parsing: "-1") == .unlimited)
    }

    @Test(arguments: ["", "999", "1000001", "-1", "x"]) func refusesPeriods(text: String) {
        #expect(refusal(text, CPUPeriod.init(parsing:)) != nil)
    }
    @Test(arguments: ["", "999", "-2", "1.5"]) func refusesQuotas(text: String) {
        #expect(refusal(text, CPUQuota.init(parsing:)) != nil)
    }
}
