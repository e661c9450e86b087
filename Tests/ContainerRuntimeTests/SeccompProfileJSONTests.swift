// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Testing

@testable import ContainerRuntime

@Suite struct SeccompProfileJSONTests {
    private static func profile(_ text: String) throws(SeccompProfileError) -> SeccompProfile {
        try SeccompProfile(parsing: Array(text.utf8))
    }

    private static let example = """
        {
          "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 13,
          "archMap": [
            {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X32"]},
            {"architecture": "SCMP_ARCH_S390X", "subArchitectures": ["SCMP_ARCH_S390"]}
          ],
          "syscalls": [
            {"names": ["read", "statx"], "action": "SCMP_ACT_ALLOW", "args": null, "comment": "", "includes": {},
             "excludes": {}},
            {"names": ["ptrace"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "4.8"}},
            {"names": ["mount"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_ADMIN", "CAP_CHOWN"]}},
            {"names": ["mount"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38, "excludes": {"caps": ["CAP_SYS_ADMIN"]}},
            {"names": ["arch_prctl"], "action": "SCMP_ACT_ALLOW", "includes": {"arches": ["amd64", "x32"]}},
            {"names": ["cacheflush"], "action": "SCMP_ACT_ALLOW", "includes": {"arches": ["arm64"]}},
            {"names": ["clone"], "action": "SCMP_ACT_ALLOW",
             "args": [{"index": 0, "value": 2114060288, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}]},
            {"names": ["personality"], "action": "SCMP_ACT_ALLOW",
             "args": [{"index": 0, "value": 0, "op": "SCMP_CMP_EQ"}, {"index": 0, "value": 8, "op": "SCMP_CMP_EQ"}]},
            {"name": "dup", "action": "SCMP_ACT_TRACE", "errnoRet": 7}
          ]
        }
        """

    @Test func readsDockersFormatAsRuncWould() throws {
        let profile = try Self.profile(Self.example)
        let rules = profile.rules(bounding: [.sysAdmin], kernel: KernelVersion(6, 1), native: .amd64)
        #expect(rules.architectures == [.amd64, .x86, .x32])
        let filter = try SeccompRanges.compile(rules)
        #expect(answer(filter, "read") == .allow)
        #expect(answer(filter, "read", on: .x32) == .allow)
        #expect(answer(filter, "close") == .errno(13))
        #expect(
            answer(filter, "mount") == .errno(13), "it lacks one of two capabilities, and has the one that excludes")
        #expect(answer(filter, "ptrace") == .allow)
        #expect(answer(filter, "arch_prctl") == .allow)
        #expect(answer(filter, "clone", [0x11]) == .allow)
        #expect(answer(filter, "clone", [0x1000_0000]) == .errno(13))
        #expect(answer(filter, "personality", [8]) == .allow, "two comparisons of one argument are alternatives")
        #expect(answer(filter, "personality", [9]) == .errno(13))
        #expect(answer(filter, "dup") == .trace(7))
        #expect(!rules.rules.contains { $0.names == ["cacheflush"] })
    }

    @Test func callsAboveAllThatAreNamedAreAbsent() throws {
        let profile = try Self.profile(Self.example)
        let filter = try SeccompRanges.compile(profile.rules(bounding: [], kernel: KernelVersion(4, 7), native: .amd64))
        #expect(answer(filter, "statx") == .allow, "the highest number that the profile names, 332")
        #expect(filter.answer(to: SystemCall(331))?.action == .errno(13))
        #expect(filter.answer(to: SystemCall(333))?.action == .errno(38))
        #expect(filter.answer(to: SystemCall(SeccompArchitecture.x32Bit | 331))?.action == .errno(13))
        #expect(filter.answer(to: SystemCall(SeccompArchitecture.x32Bit | 600))?.action == .errno(38))
        #expect(answer(filter, "mount") == .errno(38), "a rule with an error number of its own")
        #expect(answer(filter, "ptrace") == .errno(13), "the kernel is too old")
        let open = try Self.profile(
            #"{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_LOG"}]}"#)
        #expect(open.newerAction == nil)
    }

    @Test func aRuleWithoutArgumentsOverridesThoseWithSome() throws {
        let profile = try Self.profile(
            """
            {"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64"], "flags": ["SECCOMP_FILTER_FLAG_LOG"],
             "syscalls": [
               {"names": ["ioctl"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 1, "value": 5, "op": "SCMP_CMP_EQ"}]},
               {"names": ["ioctl"], "action": "SCMP_ACT_ALLOW"}]}
            """)
        let rules = profile.rules(bounding: [], kernel: KernelVersion(6, 1), native: .amd64)
        #expect(answer(try SeccompRanges.compile(rules), "ioctl", [0, 5]) == .allow)
        #expect(rules.architectures == [.amd64])
        #expect(rules.flags == .log)
        #expect(try SeccompRanges.compile(rules).flags == .log, "the filter is loaded with them")
    }

    @Test(arguments: [
        ("", "line 1"), ("[]", "the document: it must be an object"), ("{}", "defaultAction: it is required"),
        (#"{"defaultAction": "SCMP_ACT_ALOW"}"#, #""SCMP_ACT_ALOW" is no action"#),
        (#"{"defaultAction": "SCMP_ACT_NOTIFY"}"#, "no supervisor"),
        (
            #"{"defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 1}"#,
            "defaultErrnoRet: SCMP_ACT_ALLOW has no number"
        ),
        (#"{"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 70000}"#, "defaultErrnoRet"),
        (#"{"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/x"}"#, "listenerPath"),
        (#"{"defaultAction": "SCMP_ACT_ALLOW", "flags": ["X"]}"#, "flags"),
        (#"{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_Z80"]}"#, "SCMP_ARCH_Z80"),
        (#"{"defaultAction": "SCMP_ACT_ALLOW", "architectures": "X"}"#, "architectures: it must be an array"),
        (#"{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"action": "SCMP_ACT_LOG"}]}"#, "syscalls[0].names"),
        (#"{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["a"]}]}"#, "syscalls[0].action: it is required"),
        (#"{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["a"], "name": "b"}]}"#, "either name or names"),
        (
            #"{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["a"], "action": "SCMP_ACT_LOG", "args": [{"index": 6}]}]}"#,
            "syscalls[0].args[0].index"
        ),
        (
            #"{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["a"], "action": "SCMP_ACT_LOG", "args": [{"index": 0, "op": "=="}]}]}"#,
            "syscalls[0].args[0].op"
        ),
        (
            #"{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["a"], "action": "SCMP_ACT_LOG", "args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": -1}]}]}"#,
            "from 0 to 2^64-1"
        ),
        (
            #"{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["a"], "action": "SCMP_ACT_LOG", "includes": {"caps": ["X"]}}]}"#,
            #""X" is no capability"#
        ),
    ])
    func saysWhatIsWrongWithAProfile(_ text: String, _ words: String) {
        #expect { try Self.profile(text) } throws: { "\($0)".contains(words) && "\($0)".hasPrefix("cannot use the") }
    }
}
