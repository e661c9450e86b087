// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// An eBPF program that a cgroup asks before it lets a process open or make a device node.
///
/// It is the only fence around devices under cgroup v2: `BPF_PROG_TYPE_CGROUP_DEVICE` of `linux/bpf.h`, Linux 4.15.
public struct DeviceFilter: Hashable, Sendable {
    /// The instructions, each a `struct bpf_insn` in the memory order of this little-endian machine.
    public let instructions: [UInt64]

    /// A program that decides as `rules` do: see ``DeviceRule``.
    ///
    /// It goes through them from the last to the first with what is asked for in a register. A rule that fits the device
    /// answers if it refuses any of it, and takes away what it allows; when nothing is left, all of it is allowed.
    public init(_ rules: [DeviceRule]) {
        var words: [UInt64] = [
            // The context is {access << 16 | kind, major, minor}, four bytes each, and r1 points to it.
            Self.load(2, offset: 0), Self.move(3, from: 2), Self.and(2, 0xffff), Self.shiftRight(3, 16),
            Self.load(4, offset: 4), Self.load(5, offset: 8),
        ]
        for rule in Self.deciding(rules).reversed() {
            words += Self.test(rule)
            // The kernel refuses a program with instructions that are never reached.
            if rule.covers(.everything) {
                instructions = words
                return
            }
        }
        words += [Self.set(0, 0), Self.exit]
        instructions = words
    }

    /// The rules that decide about something: none that a later one covers, which a list of an engine's is full of.
    static func deciding(_ rules: [DeviceRule]) -> [DeviceRule] {
        var result: [DeviceRule] = []
        for rule in rules where !rule.access.isEmpty {
            result.removeAll { rule.covers($0) }
            result.append(rule)
        }
        // Nothing is allowed before the first rule that allows something.
        return Array(result.drop { !$0.isAllowed })
    }

    /// Answers, or goes on to the next rule.
    private static func test(_ rule: DeviceRule) -> [UInt64] {
        var checks: [(UInt64) -> UInt64] = []
        if rule.kind != .any { checks.append { jumpIfNot(2, UInt32(rule.kind.rawValue), $0) } }
        if let major = rule.major { checks.append { jumpIfNot(4, major, $0) } }
        if let minor = rule.minor { checks.append { jumpIfNot(5, minor, $0) } }
        if rule.access != .all {
            if rule.isAllowed {
                let rest = UInt32(DeviceRule.Access.all.subtracting(rule.access).rawValue)
                checks.append { _ in and(3, rest) }
                checks.append { jumpIfNot(3, 0, $0) }
            } else {
                checks.append { _ in move(0, from: 3) }
                checks.append { _ in and(0, UInt32(rule.access.rawValue)) }
                checks.append { jumpIf(0, 0, $0) }
            }
        }
        let length = UInt64(checks.count + 2)
        var words: [UInt64] = []
        for (index, check) in checks.enumerated() { words.append(check(length - UInt64(index) - 1)) }
        return words + [set(0, rule.isAllowed ? 1 : 0), exit]
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
    private static func jumpIf(_ register: UInt64, _ value: UInt32, _ offset: UInt64) -> UInt64 {
        0x16 | register << 8 | offset << 16 | UInt64(value) << 32
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

    /// The same in the place of those that the cgroup itself asks, as an earlier container in it left them.
    ///
    /// The new one is asked before the old ones go, so that at no time none is.
    public borrowing func replace(in cgroup: borrowing Descriptor) throws(SystemError) {
        let former = try Self.attached(to: cgroup)
        try attach(to: cgroup)
        let group = cgroup.raw
        for identity in former {
            let program = Descriptor(
                adopting: try check("bpf(BPF_PROG_GET_FD_BY_ID)") { mb_bpf_open_program(identity) })
            let loaded = program.raw
            try check("bpf(BPF_PROG_DETACH)") { mb_bpf_detach_device_program(group, loaded) }
        }
    }

    /// The kernel's numbers of the device programs that are attached to the cgroup itself.
    public static func attached(to cgroup: borrowing Descriptor) throws(SystemError) -> [UInt32] {
        let group = cgroup.raw
        // The kernel's limit is 64: BPF_CGROUP_MAX_PROGS.
        var identities = [UInt32](repeating: 0, count: 64)
        var count = UInt32(identities.count)
        try check("bpf(BPF_PROG_QUERY)") { unsafe mb_bpf_query_device_programs(group, &identities, &count) }
        return Array(identities.prefix(Int(count)))
    }
}

/// `BPF_F_ALLOW_MULTI`.
private let allowMulti: UInt32 = 1 << 1
