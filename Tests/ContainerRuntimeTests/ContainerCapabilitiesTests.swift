// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Linux
import Testing

@Suite struct ContainerCapabilitiesTests {
    private static let all = CapabilitySet.named
    private static let standard = ContainerCapabilities.standard

    private static func resolve(
        add: [String] = [], drop: [String] = [], privileged: Bool = false, available: CapabilitySet = all
    ) throws(CapabilityError) -> CapabilitySet {
        try ContainerCapabilities(add: add, drop: drop, privileged: privileged).resolved(available: available)
    }

    @Test func theStandardIsElevenAndLacksWhatReachesOut() throws {
        #expect(Self.standard.numbers.count == 11)
        #expect(Self.standard.isDisjoint(with: [.netRaw, .mknod, .auditWrite, .sysAdmin, .netAdmin, .sysPtrace]))
        #expect(try Self.resolve() == Self.standard)
    }

    @Test func flagsMeanTheSameInAnyOrder() throws {
        #expect(
            try Self.resolve(add: ["net_raw"], drop: ["CAP_CHOWN"]) == Self.standard.subtracting(.chown).union(.netRaw))
        #expect(try Self.resolve(add: ["CHOWN"], drop: ["CHOWN"]).contains(.chown), "what is added stays")
        #expect(try Self.resolve(add: ["KILL", "NET_ADMIN"], drop: ["all"]) == [.kill, .netAdmin])
        #expect(try Self.resolve(drop: ["ALL"]) == [])
        #expect(try Self.resolve(add: ["ALL"]) == Self.all)
        #expect(try Self.resolve(add: ["ALL"], drop: ["SYS_ADMIN"]) == Self.all.subtracting(.sysAdmin))
        #expect(try Self.resolve(add: ["ALL"], drop: ["ALL"]) == Self.all)
        #expect(try Self.resolve(drop: ["ALL"], privileged: true) == Self.all)
    }

    @Test func whatTheHostLacksIsAnErrorOnlyWhereItWasNamed() throws {
        let poor = Self.all.subtracting([.sysResource, .chown])
        #expect(throws: CapabilityError(.unavailable, "CAP_SYS_RESOURCE")) {
            try Self.resolve(add: ["SYS_RESOURCE", "KILL"], available: poor)
        }
        #expect(try Self.resolve(add: ["ALL"], available: poor) == poor)
        #expect(try Self.resolve(privileged: true, available: poor) == poor)
        #expect(try Self.resolve(available: poor) == Self.standard.subtracting(.chown))
    }

    @Test(arguments: [["SYS_ADMN"], [""], ["CAP_"], ["CAP_CAP_KILL"]])
    func aNameThatIsNoneIsAnError(_ names: [String]) {
        #expect(throws: CapabilityError(.unknown, names[0])) { try Self.resolve(add: names) }
        #expect(throws: CapabilityError(.unknown, names[0])) { try Self.resolve(drop: names) }
    }
}
