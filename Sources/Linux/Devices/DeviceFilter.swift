// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// An eBPF program that a cgroup asks before it lets a process open or make a device node.
///
/// It is the only fence around devices under cgroup v2: `BPF_PROG_TYPE_CGROUP_DEVICE` of `linux/bpf.h`, Linux 4.15.
public struct DeviceFilter: Hashable, Sendable {
    /// The instructions, each a `struct bpf_insn` in the memory order of this little-endian machine.
    public let instructions: [UInt64]

    /// A program that allows what one of `rules` allows and refuses the rest.
    ///
    /// Rules for the same devices count together, so `c 1:3 r` and `c 1:3 w` allow what `c 1:3 rw` allows.
    public init(allowing rules: [DeviceRule]) {
        var words: [UInt64] = [
            // The context is {access << 16 | kind, major, minor}, four bytes each, and r1 points to it.
            Self.load(2, offset: 0), Self.move(3, from: 2), Self.and(2, 0xffff), Self.shiftRight(3, 16),
            Self.load(4, offset: 4), Self.load(5, offset: 8),
        ]
        for rule in Self.merged(rules) {
            words += Self.test(rule)
            // The kernel refuses a program with instructions that are never reached.
            if rule == DeviceRule(.any, nil, nil, .all) {
                instructions = words
                return
            }
        }
        words += [Self.set(0, 0), Self.exit]
        instructions = words
    }

    private static func merged(_ rules: [DeviceRule]) -> [DeviceRule] {
        var result: [DeviceRule] = []
        for rule in rules where !rule.access.isEmpty {
            let same = result.firstIndex { $0.kind == rule.kind && $0.major == rule.major && $0.minor == rule.minor }
            if let same { result[same].access.formUnion(rule.access) } else { result.append(rule) }
        }
        return result
    }

    /// Answers 1 if the rule allows the access, else falls through.
    private static func test(_ rule: DeviceRule) -> [UInt64] {
        var checks: [(UInt64) -> UInt64] = []
        if rule.kind != .any { checks.append { jumpIfNot(2, UInt32(rule.kind.rawValue), $0) } }
        if let major = rule.major { checks.append { jumpIfNot(4, major, $0) } }
        if let minor = rule.minor { checks.append { jumpIfNot(5, minor, $0) } }
        if rule.access != .all {
            // Every bit that is asked for must be allowed: those that are not allowed must not be asked for.
            let rest = UInt32(DeviceRule.Access.all.subtracting(rule.access).rawValue)
            checks.append { _ in move(0, from: 3) }
            checks.append { _ in and(0, rest) }
            checks.append { jumpIfNot(0, 0, $0) }
        }
        let length = UInt64(checks.count + 2)
        var words: [UInt64] = []
        for (index, check) in checks.enumerated() { words.append(check(length - UInt64(index) - 1)) }
        return words + [set(0, 1), exit]
    }

    // struct bpf_insn: code 8 bits, destination 4, source 4, offset 16, immediate 32.
    private static func load(_ to: UInt64, offset: UInt64) -> UInt64 { 0x61 | to << 8 | 1 << 12 | offset << 16 }
    private static func move(_ to: UInt64, from: UInt64) -> UInt64 { 0xbc | to << 8 | from << 12 }
    private static func and(_ to: UInt64, _ bits: UInt32) -> UInt64 { 0x54 | to << 8 | UInt64(bits) << 32 }
    private static func shiftRight(_ to: UInt64, _ bits: UInt32) -> UInt64 { 0x74 | to << 8 | UInt64(bits) << 32 }
    private static func set(_ to: UInt64, _ value: UInt32) -> UInt64 { 0xb4 | to << 8 | UInt64(value) << 32 }
    /// A comparison of 32 bits (`BPF_JMP32`), so that a major number above 2^31 is not sign-extended.
    private static func jumpIfNot(_ register: UInt64, _ value: UInt32, _ offset: UInt64) -> UInt64 {
        0x56 | register << 8 | offset << 16 | UInt64(value) << 32
    }
    private static let exit: UInt64 = 0x95
}

extension DeviceFilter {
    /// Loads the program into the kernel; it lives as long as the descriptor or a cgroup holds it.
    ///
    /// Needs `CAP_SYS_ADMIN`. Before Linux 5.11 it counted against `RLIMIT_MEMLOCK`, which this leaves alone.
    public borrowing func load() throws(SystemError) -> Descriptor {
        let count = UInt32(instructions.count)
        return Descriptor(
            adopting: try unsafe instructions.withUnsafeBufferPointer { (buffer) throws(SystemError) in
                try check("bpf(BPF_PROG_LOAD)") {
                    unsafe mb_bpf_load_device_program(buffer.baseAddress, count, nil, 0)
                }
            })
    }

    /// Loads the program and lets the cgroup open at `cgroup` ask it, besides those that it or its parents ask already:
    /// a device must pass them all.
    public borrowing func attach(to cgroup: borrowing Descriptor) throws(SystemError) {
        let program = try load()
        let (group, loaded) = (cgroup.raw, program.raw)
        try check("bpf(BPF_PROG_ATTACH)") { mb_bpf_attach_device_program(group, loaded, allowMulti, 0) }
    }

    /// How many device programs are attached to the cgroup itself.
    public static func attachedCount(to cgroup: borrowing Descriptor) throws(SystemError) -> Int {
        let group = cgroup.raw
        var count: UInt32 = 0
        try check("bpf(BPF_PROG_QUERY)") { unsafe mb_bpf_count_device_programs(group, &count) }
        return Int(count)
    }
}

/// `BPF_F_ALLOW_MULTI`.
private let allowMulti: UInt32 = 1 << 1
