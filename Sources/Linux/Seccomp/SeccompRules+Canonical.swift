// SPDX-License-Identifier: Apache-2.0

extension SeccompRules {
    /// Every part of the rules that the program depends on, one after the other with its length: equal bytes only for
    /// equal rules. ``flags`` is none.
    ///
    /// Lengths and numbers are 32 bits, least significant byte first; values and masks 64.
    public var canonicalBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16_384)
        func add(_ number: UInt32) {
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
        func add(_ number: UInt64) {
            add(UInt32(truncatingIfNeeded: number))
            add(UInt32(truncatingIfNeeded: number >> 32))
        }
        func add(_ text: String) {
            add(UInt32(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        }
        add(defaultAction.rawValue)
        add(foreignAction.rawValue)
        add(newerAction == nil ? UInt32(0) : 1)
        add(newerAction?.rawValue ?? 0)
        add(UInt32(architectures.count))
        for architecture in architectures { add(architecture.rawValue) }
        add(UInt32(rules.count))
        for rule in rules {
            add(rule.action.rawValue)
            add(UInt32(rule.names.count))
            for name in rule.names { add(name) }
            add(UInt32(rule.comparisons.count))
            for comparison in rule.comparisons {
                add(UInt32(comparison.argument))
                add(UInt32(comparison.operator.rawValue))
                add(comparison.value)
                add(comparison.mask)
            }
        }
        return bytes
    }
}
