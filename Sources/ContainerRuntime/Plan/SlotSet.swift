// SPDX-License-Identifier: Apache-2.0

/// A set of slots, as a flag a number: a hashed set of a type of ours costs more to set up, once a process, than a plan
/// takes to validate.
struct SlotSet: Sendable {
    private var flags: [Bool] = []

    func contains(_ slot: Slot) -> Bool { slot.number < flags.count && flags[slot.number] }

    /// Adds a slot; false where it was there already.
    @discardableResult
    mutating func insert(_ slot: Slot) -> Bool {
        if contains(slot) { return false }
        while flags.count <= slot.number { flags.append(false) }
        flags[slot.number] = true
        return true
    }
}
