// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import ContainerRuntime

@Suite struct SeccompStandardTests {
    private static let allow = SeccompAction.allow
    private static let refused = SeccompAction.errno(1)
    private static let absent = SeccompAction.errno(38)

    @Test func everyNameIsKnownAndStandsInOneGroupOnly() {
        let rules = standardRules(.named)
        #expect(rules.unknownNames == ["riscv_hwprobe"], "a call of RISC-V that is newer than this libseccomp")
        let unconditional = standardRules([]).rules.filter(\.comparisons.isEmpty).flatMap(\.names)
        let counts = Dictionary(unconditional.map { ($0, 1) }, uniquingKeysWith: +)
        #expect(counts.filter { $0.value > 1 }.keys.sorted() == ["clone3"], "it is answered before it is refused")
    }

    @Test func ordinaryCallsAreAllowedAndNewerOnesAbsent() throws {
        let filter = try SeccompRanges.compile(standardRules())
        for name in ["read", "execve", "openat2", "futex", "statx", "ptrace", "mseal", "landlock_restrict_self"] {
            #expect(answer(filter, name) == Self.allow, "\(name)")
        }
        for number in [336, 400, 467, 468, 469, 470, 471, 500, 512, 547, 1000, 0x3fff_ffff] as [UInt32] {
            #expect(filter.answer(to: SystemCall(number))?.action == Self.absent, "\(number)")
        }
        for number in [0, 59, 520] as [UInt32] {
            let call = SystemCall(number | SeccompArchitecture.x32Bit)
            #expect(filter.answer(to: call)?.action == Self.absent, "x32 \(number)")
        }
        #expect(answer(filter, "read", on: .x86) == Self.allow)
        #expect(filter.answer(to: SystemCall(0, on: .arm64))?.action == Self.absent)
    }

    @Test func dangerousCallsAreRefusedWhateverTheCapabilities() throws {
        for bounding in [CapabilitySet(), ContainerCapabilities.standard, .named] {
            let filter = try SeccompRanges.compile(standardRules(bounding))
            for architecture in [SeccompArchitecture.amd64, .x86] {
                for name in [
                    "add_key", "request_key", "keyctl", "io_uring_setup", "io_uring_enter", "io_uring_register",
                    "userfaultfd", "kexec_load", "swapon", "swapoff", "pivot_root", "move_pages", "migrate_pages",
                    "uselib", "ustat", "sysfs",
                ] { #expect(answer(filter, name, on: architecture) == Self.refused, "\(name)") }
            }
        }
    }

    @Test(
        arguments: [
            ("mount", CapabilitySet.sysAdmin), ("unshare", .sysAdmin), ("setns", .sysAdmin), ("fsopen", .sysAdmin),
            ("open_tree", .sysAdmin), ("lsm_list_modules", .sysAdmin), ("bpf", .sysAdmin), ("bpf", .bpf),
            ("perf_event_open", .sysAdmin), ("perf_event_open", .perfmon), ("syslog", .syslog),
            ("open_by_handle_at", .dacReadSearch), ("reboot", .sysBoot), ("init_module", .sysModule),
            ("finit_module", .sysModule), ("delete_module", .sysModule), ("acct", .sysPacct), ("kcmp", .sysPtrace),
            ("pidfd_getfd", .sysPtrace), ("process_madvise", .sysPtrace), ("iopl", .sysRawio), ("ioperm", .sysRawio),
            ("settimeofday", .sysTime), ("clock_settime", .sysTime), ("vhangup", .sysTtyConfig), ("mbind", .sysNice),
            ("set_mempolicy_home_node", .sysNice), ("chroot", .sysChroot),
        ] as [(String, CapabilitySet)])
    func aCallComesWithItsCapability(_ name: String, _ capability: CapabilitySet) throws {
        let without = try SeccompRanges.compile(standardRules([]))
        let with = try SeccompRanges.compile(standardRules(capability))
        #expect(answer(without, name) == Self.refused)
        #expect(answer(with, name) == Self.allow)
    }

    @Test func namespacesTakeACapability() throws {
        let filter = try SeccompRanges.compile(standardRules())
        #expect(answer(filter, "clone", [0x11]) == Self.allow)
        #expect(answer(filter, "clone", [0x3d0f00]) == Self.allow, "a thread")
        for flag in [0x2_0000, 0x400_0000, 0x800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000, 0x200_0000] as [UInt64] {
            #expect(answer(filter, "clone", [flag | 17]) == Self.refused, "\(flag)")
        }
        #expect(answer(filter, "clone3") == Self.absent)
        let admin = try SeccompRanges.compile(standardRules(.sysAdmin))
        #expect(answer(admin, "clone", [0x1000_0000]) == Self.allow)
        #expect(answer(admin, "clone3") == Self.allow)
    }

    @Test func onlyHarmlessAddressFamiliesMakeASocket() throws {
        let filter = try SeccompRanges.compile(standardRules(.named))
        for architecture in [SeccompArchitecture.amd64, .x86] {
            let allowed = (0..<100).filter { answer(filter, "socket", [UInt64($0)], on: architecture) == Self.allow }
            let gone = [12, 19, 20, 23, 25, 34, 37]
            #expect(allowed == (1...45).filter { ![38, 40].contains($0) && !gone.contains($0) })
        }
        for family in [38, 40] as [UInt64] {
            #expect(answer(filter, "socket", [family | 1 << 32]) == Self.refused)
        }
        #expect(answer(filter, "socketcall", [1], on: .x86) == Self.refused, "a family that no filter can see")
        #expect(answer(filter, "socketcall", [3], on: .x86) == Self.allow)
    }

    @Test func terminalInjectionIsRefusedWhateverTheUpperHalf() throws {
        let filter = try SeccompRanges.compile(standardRules(.named))
        for request in [0x5412, 0x541c, 0x5412 | 1 << 32, 0x541c | 0xffff_ffff << 32] as [UInt64] {
            #expect(answer(filter, "ioctl", [0, request]) == Self.refused)
        }
        for request in [0x5401, 0x5411, 0x5413, 0x541b, 0x541d, 0x5412 << 32] as [UInt64] {
            #expect(answer(filter, "ioctl", [0, request]) == Self.allow)
        }
    }

    @Test func onlyFivePersonalities() throws {
        let filter = try SeccompRanges.compile(standardRules(.named))
        for value in [0, 8, 0x20000, 0x20008, 0xffff_ffff] as [UInt64] {
            #expect(answer(filter, "personality", [value]) == Self.allow)
        }
        for value in [1, 9, 0x40000, 0x400000, 0x1_0000_0000, 0xffff_fffe, .max] as [UInt64] {
            #expect(answer(filter, "personality", [value]) == Self.refused)
        }
    }

    /// Where libseccomp leaves out nothing, as it does on i386 with `socket`.
    @Test(arguments: [[], ContainerCapabilities.standard, CapabilitySet.named])
    func theRangesAnswerAsLibseccompForEveryNumberAndEdgeArgument(_ bounding: CapabilitySet) throws {
        let rules = standardRules(bounding)
        let ranges = try SeccompRanges.compile(rules)
        let output = try SeccompCompiler.compile(rules)
        let edges: [UInt64] = [
            0, 1, 2, 8, 11, 12, 17, 38, 40, 45, 46, 0x5411, 0x5412, 0x541c, 0x541d, 0x2_0000, 0x2_0008, 0x2_0009,
            0x7e02_0000, 0x8000_0000, 0xffff_fffe, 0xffff_ffff, 0x1_0000_0000, 0x1_0000_0026, 0x1_0000_5412, .max,
        ]
        let native: [UInt32] = Array(0..<1024)
        var unlike: [SystemCall] = []
        for architecture in [SeccompArchitecture.amd64, .x86, .arm64] {
            var skipped: Set<UInt32> = []
            if architecture == .x86 {
                for name in output.leftOut {
                    if case .number(let number) = architecture.number(of: name) { skipped.insert(number) }
                }
            }
            for number in native + native.map({ $0 | SeccompArchitecture.x32Bit }) where !skipped.contains(number) {
                for edge in number < 512 ? edges : [0] {
                    let value = architecture == .x86 ? edge & 0xffff_ffff : edge
                    let call = SystemCall(number, [value, value], on: architecture)
                    if ranges.answer(to: call)?.action != output.filter.answer(to: call)?.action { unlike.append(call) }
                }
            }
        }
        #expect(unlike.isEmpty)
    }
}
