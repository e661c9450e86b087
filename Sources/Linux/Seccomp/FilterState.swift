// SPDX-License-Identifier: Apache-2.0

/// The machine that runs classic BPF, between two instructions: bpf(4) of the BSDs, `kernel/seccomp.c`.
struct FilterState: Hashable {
    /// A word of 32 bits, which is unknown where it comes of an argument that is.
    enum Word: Hashable {
        case known(UInt32)
        case unknown
    }

    enum Outcome {
        case next
        /// It hangs on what is unknown at which of the two places it goes on.
        case either(Int, Int)
        /// It may answer with 0, and go on otherwise.
        case nextOrZero
        case answer(Word)
        case malformed
    }

    var position = 0
    private var accumulator = Word.known(0)
    private var index = Word.known(0)
    /// The sixteen words of memory, as far as something was stored there.
    private var memory: [UInt32: Word] = [:]

    /// The size of `struct seccomp_data`.
    private static let size: UInt32 = 64

    /// Does the instruction at ``position``.
    mutating func step(in program: [UInt64], _ load: (UInt32) -> Word?) -> Outcome {
        guard program.indices.contains(position) else { return .malformed }
        let word = program[position]
        let code = UInt16(truncatingIfNeeded: word)
        let operand = UInt32(truncatingIfNeeded: word >> 32)
        position += 1
        switch code & 0x07 {
        case 0x00, 0x01: return loading(code, operand, load)
        case 0x02, 0x03:
            // BPF_ST and BPF_STX.
            guard code < 4, operand < 16 else { return .malformed }
            memory[operand] = code == 2 ? accumulator : index
            return .next
        case 0x04: return arithmetic(code, operand)
        case 0x05: return jump(code, operand, Int(word >> 16 & 0xff), Int(word >> 24 & 0xff))
        case 0x06:
            // BPF_RET of a constant, or of the accumulator.
            return code == 0x06 ? .answer(.known(operand)) : code == 0x16 ? .answer(accumulator) : .malformed
        default:
            // BPF_MISC: TAX and TXA.
            guard code == 0x07 || code == 0x87 else { return .malformed }
            if code == 0x07 { index = accumulator } else { accumulator = index }
            return .next
        }
    }

    private mutating func loading(_ code: UInt16, _ operand: UInt32, _ load: (UInt32) -> Word?) -> Outcome {
        let value: Word?
        switch code {
        case 0x20: value = load(operand)
        case 0x00, 0x01: value = .known(operand)
        // The kernel refuses a program that reads what it has not stored.
        case 0x60, 0x61: value = memory[operand]
        case 0x80, 0x81: value = .known(Self.size)
        default: value = nil
        }
        guard let value else { return .malformed }
        if code & 1 == 0 { accumulator = value } else { index = value }
        return .next
    }

    private mutating func arithmetic(_ code: UInt16, _ operand: UInt32) -> Outcome {
        let right: Word = code & 0x08 == 0 ? .known(operand) : index
        let kind = code & 0xf0
        if code == 0x84 {
            if case .known(let value) = accumulator { accumulator = .known(0 &- value) }
            return .next
        }
        // Only BPF_NEG has one form alone; a modulo seccomp does not take.
        guard code & 0xff00 == 0, kind <= 0x70 || kind == 0xa0 else { return .malformed }
        guard case .known(let value) = right else {
            accumulator = .unknown
            // By zero, perhaps.
            return kind == 0x30 ? .nextOrZero : .next
        }
        if kind == 0x30, value == 0 {
            // The kernel refuses a constant; of the index the program answers with 0 (`bpf_convert_filter`).
            return code & 0x08 == 0 ? .malformed : .answer(.known(0))
        }
        if code & 0x08 == 0, kind == 0x60 || kind == 0x70, value > 31 { return .malformed }
        guard case .known(let left) = accumulator else {
            // Whatever it is, no bit of it is left.
            accumulator = kind == 0x50 && value == 0 ? .known(0) : .unknown
            return .next
        }
        accumulator = .known(Self.result(kind, left, value))
        return .next
    }

    private static func result(_ kind: UInt16, _ left: UInt32, _ right: UInt32) -> UInt32 {
        switch kind {
        case 0x00: left &+ right
        case 0x10: left &- right
        case 0x20: left &* right
        case 0x30: left / right
        case 0x40: left | right
        case 0x50: left & right
        // By the lowest five bits, as the kernel's own interpreter and processors do.
        case 0x60: left &<< right
        case 0x70: left &>> right
        default: left ^ right
        }
    }

    private mutating func jump(_ code: UInt16, _ operand: UInt32, _ ifTrue: Int, _ ifFalse: Int) -> Outcome {
        if code == 0x05 {
            position += Int(operand)
            return .next
        }
        guard [0x15, 0x25, 0x35, 0x45].contains(code & ~0x08) else { return .malformed }
        if ifTrue == ifFalse {
            position += ifTrue
            return .next
        }
        guard case .known(let left) = accumulator,
            case .known(let right) = code & 0x08 == 0 ? .known(operand) : index
        else { return .either(position + ifTrue, position + ifFalse) }
        let holds =
            switch code & 0xf0 {
            case 0x10: left == right
            case 0x20: left > right
            case 0x30: left >= right
            default: left & right != 0
            }
        position += holds ? ifTrue : ifFalse
        return .next
    }
}
