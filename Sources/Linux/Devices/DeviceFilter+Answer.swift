// SPDX-License-Identifier: Apache-2.0

extension DeviceFilter {
    /// Whether the program lets through what is asked for, by running it; nil where it holds an instruction that programs
    /// about devices do without, as a call of the kernel's.
    ///
    /// The instructions are those of Documentation/bpf/standardization/instruction-set.rst that read the context, reckon in
    /// registers and jump forward: what runtimes and systemd write.
    public func allows(_ kind: DeviceRule.Kind, _ major: UInt32, _ minor: UInt32, _ access: DeviceRule.Access) -> Bool?
    {
        var machine = DeviceMachine(context: [
            UInt32(access.rawValue) << 16 | UInt32(kind.rawValue), major, minor,
        ])
        var next = 0
        // No program that the kernel takes goes on for longer: it has no way back.
        for _ in 0..<instructions.count {
            guard instructions.indices.contains(next) else { return nil }
            switch machine.step(instructions[next]) {
            case .next: next += 1
            case .jump(let offset) where offset >= 0: next += 1 + offset
            case .end(let answer): return answer & 1 == 1
            case .jump, .unknown: return nil
            }
        }
        return nil
    }
}

/// The registers of one run.
private struct DeviceMachine {
    enum Step {
        case next
        case jump(Int)
        case end(UInt64)
        case unknown
    }

    /// `struct bpf_cgroup_dev_ctx`: access and kind, major, minor.
    let context: [UInt32]
    private var registers = [UInt64](repeating: 0, count: 11)

    init(context: [UInt32]) { self.context = context }

    mutating func step(_ word: UInt64) -> Step {
        let code = UInt8(truncatingIfNeeded: word)
        let (to, from) = (Int(word >> 8 & 15), Int(word >> 12 & 15))
        let offset = Int(Int16(truncatingIfNeeded: word >> 16))
        // Sign-extended, as every immediate is.
        let immediate = UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: word >> 32)))
        guard to < 11, from < 11 else { return .unknown }
        let operand = code & 8 == 0 ? immediate : registers[from]
        switch code & 7 {
        case 1: return load(code, to, from, offset)
        case 4, 7: return reckon(code, to, operand)
        case 5, 6: return jump(code, registers[to], operand, offset)
        // BPF_ST | BPF_NOSPEC, which the kernel puts in.
        case 2 where code == 0xc2: return .next
        default: return .unknown
        }
    }

    /// BPF_LDX | BPF_MEM of the context, which r1 points to from the start and nothing else may.
    private mutating func load(_ code: UInt8, _ to: Int, _ from: Int, _ offset: Int) -> Step {
        let sizes: [UInt8: Int] = [0x61: 4, 0x69: 2, 0x71: 1]
        guard let size = sizes[code], from == 1, registers[1] == 0, offset >= 0, offset % 4 + size <= 4,
            offset / 4 < context.count
        else { return .unknown }
        let value = context[offset / 4] >> UInt32(offset % 4 * 8)
        registers[to] = UInt64(size == 4 ? value : value & (1 << UInt32(size * 8) - 1))
        return .next
    }

    private mutating func reckon(_ code: UInt8, _ to: Int, _ operand: UInt64) -> Step {
        let isWide = code & 7 == 7
        let (value, other) = isWide ? (registers[to], operand) : (registers[to] & 0xffff_ffff, operand & 0xffff_ffff)
        let bits: UInt64 = isWide ? 63 : 31
        let result: UInt64
        switch code >> 4 {
        case 0x0: result = value &+ other
        case 0x1: result = value &- other
        case 0x4: result = value | other
        case 0x5: result = value & other
        case 0x6: result = value << (other & bits)
        case 0x7: result = value >> (other & bits)
        case 0xa: result = value ^ other
        case 0xb: result = other
        default: return .unknown
        }
        // A register that points to the context is not reckoned with.
        registers[to] = isWide ? result : result & 0xffff_ffff
        return .next
    }

    private func jump(_ code: UInt8, _ register: UInt64, _ operand: UInt64, _ offset: Int) -> Step {
        let isWide = code & 7 == 5
        let (value, other) = isWide ? (register, operand) : (register & 0xffff_ffff, operand & 0xffff_ffff)
        let isTaken: Bool
        switch code >> 4 {
        case 0x0 where isWide: isTaken = true
        case 0x1: isTaken = value == other
        case 0x2: isTaken = value > other
        case 0x3: isTaken = value >= other
        case 0x4: isTaken = value & other != 0
        case 0x5: isTaken = value != other
        case 0x9 where isWide: return .end(registers[0])
        case 0xa: isTaken = value < other
        case 0xb: isTaken = value <= other
        default: return .unknown
        }
        return isTaken ? .jump(offset) : .next
    }
}
