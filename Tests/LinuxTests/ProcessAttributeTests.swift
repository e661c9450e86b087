// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@Suite struct NumberSetTests {
    @Test(arguments: [
        ("0", [0]), ("0-3,7", [0, 1, 2, 3, 7]), ("7,0-1,1", [0, 1, 7]), ("63-65", [63, 64, 65]), ("0, 2", [0, 2]),
    ]) func `a list names numbers`(list: String, numbers: [Int]) {
        #expect(NumberSet(list: list)?.numbers == numbers)
    }

    @Test(arguments: ["", ",", "1,", "-", "1-", "-1", "3-1", "a", "0x1", "1-2-3", "99999", "0-8192", "1 2", "+1"])
    func `what is no list is none`(list: String) {
        #expect(NumberSet(list: list) == nil)
    }

    @Test func `it is written as the kernel writes it`() {
        #expect(NumberSet([7, 0, 1, 2, 3, 9, 10]).description == "0-3,7,9-10")
        #expect(NumberSet(list: "4")?.description == "4")
    }
}

@Suite struct ProcessAttributeNameTests {
    @Test func `each name of the specification is read, and no other`() {
        for policy in Scheduling.Policy.allCases { #expect(Scheduling.Policy(name: policy.name) == policy) }
        #expect(Scheduling.Policy(name: "SCHED_NORMAL") == nil)
        #expect(Scheduling.Flags(name: "SCHED_FLAG_UTIL_CLAMP_MAX")?.rawValue == 0x40)
        #expect(Scheduling.Flags(name: "SCHED_FLAG_ALL") == nil)
        for mode in MemoryPolicy.Mode.allCases { #expect(MemoryPolicy.Mode(name: mode.name) == mode) }
        #expect(MemoryPolicy.Flags(name: "MPOL_F_STATIC_NODES")?.rawValue == 0x8000)
        #expect(IOPriority.Class(name: "IOPRIO_CLASS_NONE") == nil)
        #expect(Personality(name: "LINUX32") == .linux32)
        #expect(Personality(name: "linux") == nil)
    }

    @Test(arguments: ["eth0", "a", "veth-1234567890"]) func `a name of an interface is taken`(name: String) {
        #expect(NetworkDevice.isName(name))
    }

    @Test(arguments: ["", ".", "..", "a/b", "a b", "a:1", "sixteen-letters-", "a\n"])
    func `a name that no interface can have is not`(name: String) {
        #expect(!NetworkDevice.isName(name))
    }
}

@Suite struct NamespaceFileTests {
    @Test func `a namespace is opened by its path`() throws {
        _ = try NamespaceFile(at: "/proc/self/ns/net", kind: .network)
        _ = try NamespaceFile(ofThisProcess: .time)
    }

    @Test(arguments: ["/proc/self/ns/uts", "/proc/self/status", "/dev/null", "/"])
    func `what is no namespace of that kind is refused`(path: String) {
        let error = #expect(throws: SystemError.self) { _ = try NamespaceFile(at: path, kind: .network) }
        #expect(error?.errno == .invalid)
    }

    @Test func `CVE-2019-16884: what is written to procfs goes to a procfs`() throws {
        try ProcDirectory.verify(Descriptor.open("/proc", [.path, .directory]))
        for place in ["/", "/proc/self", "/sys"] {
            let error = #expect(throws: SystemError.self) {
                try ProcDirectory.verify(Descriptor.open(place, [.path, .directory]))
            }
            #expect(error?.errno == .crossDevice)
        }
    }
}
