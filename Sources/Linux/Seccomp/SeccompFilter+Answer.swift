// SPDX-License-Identifier: Apache-2.0

/// A system call as a filter sees it: `struct seccomp_data` of `linux/seccomp.h`, without the instruction pointer.
public struct SystemCall: Hashable, Sendable {
    /// ``SeccompArchitecture/auditValue``.
    public var architecture: UInt32
    public var number: UInt32
    /// Six of them.
    public var arguments: [UInt64]

    public init(_ number: UInt32, _ arguments: [UInt64] = [], on architecture: SeccompArchitecture = .native) {
        self.number = number
        self.architecture = architecture.auditValue
        self.arguments = (0..<6).map { arguments.indices.contains($0) ? arguments[$0] : 0 }
    }

    /// execveat(2) of this machine.
    public static var executeByDescriptor: SystemCall {
        #if arch(x86_64)
            SystemCall(322)
        #else
            SystemCall(281)
        #endif
    }

    /// The 32-bit word at this offset of the structure.
    fileprivate func word(at offset: UInt32) -> UInt32? {
        switch offset {
        case 0: return number
        case 4: return architecture
        case 8, 12: return 0
        case 16..<64 where offset % 4 == 0:
            let argument = arguments[Int(offset - 16) / 8]
            return UInt32(truncatingIfNeeded: offset % 8 == 0 ? argument : argument >> 32)
        default: return nil
        }
    }
}

extension SeccompFilter {
    /// What the kernel would do with `call`, and after how many instructions; nil where the program is malformed.
    ///
    /// It interprets the subset of classic BPF that seccomp takes (`kernel/seccomp.c`, `seccomp_check_filter`), without
    /// division, so that a filter can be examined without making the call.
    public func answer(to call: SystemCall) -> (action: SeccompAction, steps: Int)? {
        var accumulator: UInt32 = 0
        var scratch = [UInt32](repeating: 0, count: 16)
        var x: UInt32 = 0
        var position = 0
        var steps = 0
        while instructions.indices.contains(position) {
            let word = instructions[position]
            let operand = UInt32(truncatingIfNeeded: word >> 32)
            let (ifTrue, ifFalse) = (Int(word >> 16 & 0xff), Int(word >> 24 & 0xff))
            position += 1
            steps += 1
            func jump(_ holds: Bool) { position += holds ? ifTrue : ifFalse }
            switch UInt16(truncatingIfNeeded: word) {
            case 0x20:
                guard let loaded = call.word(at: operand) else { return nil }
                accumulator = loaded
            case 0x00: accumulator = operand
            case 0x01: x = operand
            case 0x02, 0x03, 0x60, 0x61:
                guard operand < 16 else { return nil }
                switch UInt16(truncatingIfNeeded: word) {
                case 0x02: scratch[Int(operand)] = accumulator
                case 0x03: scratch[Int(operand)] = x
                case 0x60: accumulator = scratch[Int(operand)]
                default: x = scratch[Int(operand)]
                }
            case 0x07: x = accumulator
            case 0x87: accumulator = x
            case 0x04: accumulator &+= operand
            case 0x14: accumulator &-= operand
            case 0x24: accumulator &*= operand
            case 0x44: accumulator |= operand
            case 0x54: accumulator &= operand
            case 0x64: accumulator <<= operand
            case 0x74: accumulator >>= operand
            case 0xa4: accumulator ^= operand
            case 0x84: accumulator = 0 &- accumulator
            case 0x05: position += Int(operand)
            case 0x15: jump(accumulator == operand)
            case 0x25: jump(accumulator > operand)
            case 0x35: jump(accumulator >= operand)
            case 0x45: jump(accumulator & operand != 0)
            case 0x1d: jump(accumulator == x)
            case 0x2d: jump(accumulator > x)
            case 0x3d: jump(accumulator >= x)
            case 0x4d: jump(accumulator & x != 0)
            case 0x06: return (SeccompAction(rawValue: operand), steps)
            case 0x16: return (SeccompAction(rawValue: accumulator), steps)
            default: return nil
            }
        }
        return nil
    }
}

extension SeccompFilter {
    /// Whether an answer of the program is to ask a supervisor.
    public var asksSupervisor: Bool {
        instructions.contains { word in
            UInt16(truncatingIfNeeded: word) == 0x06
                && UInt32(truncatingIfNeeded: word >> 32) & 0xffff_0000 == SeccompAction.notify.rawValue
        }
    }
}
