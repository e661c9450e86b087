// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A batch of elements, which is only made where the rules are there and of this version.
struct FirewallChange: Sendable {
    private(set) var batch: NetfilterBatch
    /// Which element each message is about.
    private(set) var elements: [Int: FirewallElement] = [:]

    /// Adds elements; of those to replace it first removes what is there.
    init(adding new: some Collection<FirewallElement>, replacing replaced: Set<FirewallElement> = []) {
        batch = NetfilterBatch(reserving: new.count + 2)
        batch.mark()
        for element in new {
            if replaced.contains(element) {
                batch.remove(element.encoded, from: element.set.rawValue, in: element.set.table)
            }
            elements[batch.subjects.count] = element
            batch.add(element.encoded, to: element.set.rawValue, in: element.set.table)
        }
    }

    /// The batches that make rules with elements in them. Where two elements are of one key, the first counts.
    static func making(_ rules: FirewallRules, with all: some Collection<FirewallElement>) -> [NetfilterBatch] {
        var keys: Set<FirewallElement> = []
        let elements = all.filter { keys.insert($0.place).inserted }
        var batch = NetfilterBatch(reserving: 128 + min(elements.count, Firewall.elementsOfBatch))
        var batches: [NetfilterBatch] = []
        rules.make(in: &batch)
        for (index, element) in elements.enumerated() {
            if index != 0, index % Firewall.elementsOfBatch == 0 {
                batches.append(batch)
                batch = NetfilterBatch(reserving: Firewall.elementsOfBatch)
            }
            batch.add(element.encoded, to: element.set.rawValue, in: element.set.table)
        }
        for part in rules.tables { batch.make(FirewallRules.markSet, in: part.table) }
        batch.mark()
        batches.append(batch)
        return batches
    }
}

extension NetfilterBatch {
    /// Fails where the rules are not there: of what is there already it changes nothing.
    fileprivate mutating func mark() {
        for table in [FirewallRules.routed, FirewallRules.bridged] {
            add(FirewallRules.markElement, to: FirewallRules.mark, in: table)
        }
    }
}
