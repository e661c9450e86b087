// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@Suite struct CapabilityTests {
    @Test func everyNumberHasItsNameAndItsStatic() {
        #expect(CapabilitySet.names.count == 41)
        #expect(CapabilitySet(name: "CAP_CHOWN") == .chown)
        #expect(CapabilitySet.sysAdmin.numbers == [21])
        #expect(CapabilitySet.checkpointRestore.memberNames == ["CAP_CHECKPOINT_RESTORE"])
        for (number, name) in CapabilitySet.names.enumerated() {
            #expect(CapabilitySet(name: name)?.numbers == [number])
        }
    }

    @Test func namesAreTakenInAnyCaseWithOrWithoutThePrefix() {
        #expect(CapabilitySet(name: "net_raw") == .netRaw)
        #expect(CapabilitySet(name: "cap_Net_Raw") == .netRaw)
        #expect(CapabilitySet(name: "NETRAW") == nil)
        #expect(CapabilitySet(name: "") == nil)
    }

    @Test func describesTheMembersInTheOrderOfTheirNumbers() {
        #expect(CapabilitySet([.kill, .chown]).description == "CAP_CHOWN,CAP_KILL")
        #expect(CapabilitySet().description == "none")
        #expect(CapabilitySet(number: 50).description == "CAP_50")
    }

    @Test func readsTheSetsThatTheKernelShows() throws {
        let sets = try ProcessCapabilities.current()
        #expect(sets.bounding == ProcessCapabilities.boundingOfCaller())
        #expect(sets.permitted.isSuperset(of: sets.effective))
        #expect(ProcessCapabilities.knownToKernel().isSuperset(of: sets.bounding))
        #expect(ProcessCapabilities.knownToKernel().isSuperset(of: .checkpointRestore))
        let status = try #require(lines(of: "/proc/thread-self/status"))
        func value(_ key: String) -> UInt64? {
            status.first { $0.hasPrefix(key) }.flatMap {
                UInt64($0.dropFirst(key.count + 1).filter(\.isHexDigit), radix: 16)
            }
        }
        #expect(value("CapBnd") == sets.bounding.rawValue)
        #expect(value("CapEff") == sets.effective.rawValue)
        #expect(value("CapInh") == sets.inheritable.rawValue)
        #expect(value("CapAmb") == sets.ambient.rawValue)
    }

    @Test(.enabled(if: isRoot, "needs root"))
    func whatIsDroppedIsGoneFromAllFiveSets() async {
        await #expect(processExitsWith: .success) {
            let kept: CapabilitySet = [.chown, .setpcap, .netBindService]
            try ProcessCapabilities.bound(to: kept)
            try ProcessCapabilities.set(effective: [.chown], permitted: kept, inheritable: [.netBindService])
            try ProcessCapabilities.setAmbient([.netBindService])
            let sets = try ProcessCapabilities.current()
            #expect(
                sets
                    == ProcessCapabilities(
                        effective: [.chown], permitted: kept, inheritable: [.netBindService], bounding: kept,
                        ambient: [.netBindService]))
        }
    }

    @Test(.enabled(if: isRoot, "needs root"))
    func aCapabilityThatWasGivenUpCannotBeTakenBack() async {
        await #expect(processExitsWith: .success) {
            try ProcessCapabilities.set(effective: [], permitted: [.chown], inheritable: [])
            #expect(throws: SystemError.self) {
                try ProcessCapabilities.set(effective: [.kill], permitted: [.chown, .kill], inheritable: [])
            }
            #expect(throws: SystemError.self) { try ProcessCapabilities.bound(to: []) }
        }
    }
}
