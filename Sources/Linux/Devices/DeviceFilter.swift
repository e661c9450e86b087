// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// An eBPF program that a cgroup asks before it lets a process open or make a device node.
///
/// It is the only fence around devices under cgroup v2: `BPF_PROG_TYPE_CGROUP_DEVICE` of `linux/bpf.h`, Linux 4.15.
public struct DeviceFilter: Hashable, Sendable {
    /// The instructions, each a `struct bpf_insn` in the memory order of this little-endian machine.
    public let instructions: [UInt64]

    /// A program of these instructions, whoever wrote it.
    public init(instructions: [UInt64]) { self.instructions = instructions }

    /// A program that decides as `rules` do: see ``DeviceRule``.
    ///
    /// It goes through them from the last to the first with what is asked for in a register. A rule that fits the device
    /// answers if it refuses any of it, and takes away what it allows; when nothing is left, all of it is allowed.
    ///
    /// Rules that follow each other and decide about every access in the same way are sorted and asked together, a kind
    /// and a major number once: the kernel walks every branch of a program when it is loaded, and that is most of what a
    /// filter costs a container.
    public init(_ rules: [DeviceRule]) {
        var words: [UInt64] = [
            // The context is {access << 16 | kind, major, minor}, four bytes each, and r1 points to it.
            Self.load(2, offset: 0), Self.move(3, from: 2), Self.and(2, 0xffff), Self.shiftRight(3, 16),
            Self.load(4, offset: 4), Self.load(5, offset: 8),
        ]
        var together: [DeviceRule] = []
        for rule in Self.deciding(rules).reversed() {
            if let first = together.first, !rule.decides(like: first) {
                words += Self.test(together)
                together = []
            }
            // The kernel refuses a program with instructions that are never reached.
            if rule.covers(.everything) {
                if !together.isEmpty { words += Self.test(together) }
                instructions = words + Self.test(rule)
                return
            }
            if rule.access == .all { together.append(rule) } else { words += Self.test(rule) }
        }
        if !together.isEmpty { words += Self.test(together) }
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

    /// Answers, or goes on behind: of rules about every access that all allow or all refuse, in any order.
    private static func test(_ rules: [DeviceRule]) -> [UInt64] {
        guard rules.count > 1 else { return test(rules[0]) }
        var words: [UInt64] = []
        // Where the answer is jumped to from, and where the next kind is.
        var answers: [Int] = []
        let sorted = rules.sorted { $0.order < $1.order }
        var rest = sorted[...]
        while let kind = rest.first?.kind {
            let ofKind = rest.prefix { $0.kind == kind }
            rest = rest.dropFirst(ofKind.count)
            let skip = words.count
            if kind != .any { words.append(jumpIfNot(2, UInt32(kind.rawValue), 0)) }
            words += testMajors(ofKind, at: words.count, &answers)
            if kind != .any { aim(&words, skip, at: words.count) }
        }
        // Over the answer, which has two instructions.
        words.append(jump(2))
        for place in answers { aim(&words, place, at: words.count) }
        return words + [set(0, sorted[0].isAllowed ? 1 : 0), exit]
    }

    /// The part of one kind: it begins at `base`, and adds to `answers` where it jumps to the answer.
    private static func testMajors(
        _ rules: ArraySlice<DeviceRule>, at base: Int, _ answers: inout [Int]
    ) -> [UInt64] {
        var words: [UInt64] = []
        // Past the majors that are told apart, to the rules for any.
        var others: [Int] = []
        var rest = rules
        while let first = rest.first {
            let major = first.major
            let ofMajor = rest.prefix { $0.major == major }
            rest = rest.dropFirst(ofMajor.count)
            let skip = words.count
            if let major {
                words.append(jumpIfNot(4, major, 0))
            } else {
                for place in others { aim(&words, place, at: words.count) }
                others = []
            }
            if ofMajor.contains(where: { $0.minor == nil }) {
                answers.append(base + words.count)
                words.append(jump(0))
            } else {
                for rule in ofMajor {
                    answers.append(base + words.count)
                    words.append(jumpIf(5, rule.minor ?? 0, 0))
                }
                if major != nil, !rest.isEmpty {
                    others.append(words.count)
                    words.append(jump(0))
                }
            }
            if major != nil { aim(&words, skip, at: words.count) }
        }
        for place in others { aim(&words, place, at: words.count) }
        return words
    }

    /// Lets the jump at `place` lead to `target`.
    private static func aim(_ words: inout [UInt64], _ place: Int, at target: Int) {
        words[place] |= UInt64(target - place - 1) << 16
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
    private static func jump(_ offset: UInt64) -> UInt64 { 0x05 | offset << 16 }
    private static let exit: UInt64 = 0x95
}

extension DeviceRule {
    /// Whether the order of the two says nothing: both decide about every access, and in the same way.
    fileprivate func decides(like other: DeviceRule) -> Bool {
        access == .all && other.access == .all && isAllowed == other.isAllowed
    }

    /// By kind, major and minor number; those for any come behind.
    fileprivate var order: (UInt8, UInt64, UInt64) {
        (kind == .any ? .max : kind.rawValue, major.map(UInt64.init) ?? .max, minor.map(UInt64.init) ?? .max)
    }
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

    /// A program that the kernel has, as it runs it: bpf(2), BPF_OBJ_GET_INFO_BY_FD. Where the kernel shows no instructions,
    /// that is EACCES.
    public init(loaded identity: UInt32) throws(SystemError) {
        let program = Descriptor(
            adopting: try check("bpf(BPF_PROG_GET_FD_BY_ID)") { mb_bpf_open_program(identity) })
        let number = program.raw
        // The longest that the kernel takes from whom it trusts little: BPF_MAXINSNS.
        var words = [UInt64](repeating: 0, count: 4096)
        var size = UInt32(words.count * 8)
        try check("bpf(BPF_OBJ_GET_INFO_BY_FD)") {
            unsafe mb_bpf_program_instructions(number, &words, &size)
        }
        guard size > 0, Int(size) <= words.count * 8 else { throw SystemError("bpf(BPF_OBJ_GET_INFO_BY_FD)", .access) }
        instructions = Array(words.prefix(Int(size) / 8))
    }
}

/// `BPF_F_ALLOW_MULTI`.
private let allowMulti: UInt32 = 1 << 1
