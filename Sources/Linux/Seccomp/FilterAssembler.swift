// SPDX-License-Identifier: Apache-2.0

/// One `struct sock_filter` of a seccomp program.
struct FilterInstruction {
    enum Test: UInt64 {
        case equal = 0x15
        case greater = 0x25
        case greaterOrEqual = 0x35
    }

    var word: UInt64

    private init(_ code: UInt64, _ operand: UInt32) { word = code | UInt64(operand) << 32 }

    static func load(_ offset: UInt32) -> FilterInstruction { .init(0x20, offset) }
    static func and(_ mask: UInt32) -> FilterInstruction { .init(0x54, mask) }
    static func answer(_ action: SeccompAction) -> FilterInstruction { .init(0x06, action.rawValue) }
    static func skip(_ count: Int) -> FilterInstruction { .init(0x05, UInt32(count)) }
    static func jump(_ test: Test, _ operand: UInt32) -> FilterInstruction { .init(test.rawValue, operand) }

    /// This comparison with its distances, at most 255 each.
    func jumping(_ ifTrue: Int, _ ifFalse: Int) -> FilterInstruction {
        var copy = self
        copy.word |= UInt64(ifTrue) << 16 | UInt64(ifFalse) << 24
        return copy
    }
}

/// A seccomp program that is written from its end, so that whatever is jumped to is there already.
///
/// A place is how many instructions stand behind the one that it names.
struct FilterAssembler {
    private var reversed: [FilterInstruction] = []
    /// Where the last copy of a decision stands.
    private var decisions: [[SeccompRule]: Int] = [:]

    var instructions: [UInt64] { reversed.reversed().map(\.word) }
    var count: Int { reversed.count }

    /// Puts instructions in front, and returns the place of the first.
    mutating func add(_ block: [FilterInstruction]) -> Int {
        reversed.append(contentsOf: block.reversed())
        return reversed.count - 1
    }

    /// The place of this decision: an earlier copy if the next instruction but one can still reach it.
    mutating func place(of decision: [SeccompRule], _ block: @autoclosure () -> [FilterInstruction]) -> Int {
        if let known = decisions[decision], reversed.count - known < 250 { return known }
        let place = add(block())
        decisions[decision] = place
        return place
    }

    /// Puts a comparison in front that leads to two places, by way of a longer jump where one is too far.
    mutating func branch(_ comparison: FilterInstruction, _ ifTrue: Int, _ ifFalse: Int) -> Int {
        let (first, second) = (near(ifTrue), near(ifFalse))
        return add([comparison.jumping(reversed.count - first - 1, reversed.count - second - 1)])
    }

    /// Makes what is put in front next go on at `place`.
    mutating func `continue`(at place: Int) {
        if place != reversed.count - 1 { _ = add([.skip(reversed.count - place - 1)]) }
    }

    private mutating func near(_ place: Int) -> Int {
        // One more instruction may come between, for the other place.
        if reversed.count - place < 255 { return place }
        return add([.skip(reversed.count - place - 1)])
    }
}
