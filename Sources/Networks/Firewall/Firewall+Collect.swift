// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Firewall {
    /// Whether the rules are there, and are those of this program, with all of their chains.
    public borrowing func isIntact() throws(NetworkError) -> Bool {
        do throws(NetfilterError) {
            for part in FirewallRules.all.tables {
                guard try socket.has(set: FirewallRules.mark, in: part.table) else { return false }
                let counts = try socket.rules(of: part.table)
                guard part.chains.allSatisfy({ counts[$0.name, default: 0] == $0.rules.count }) else { return false }
            }
            return true
        } catch {
            if error.isOfAnotherGeneration || error.isMissing { return false }
            throw Self.refused(error)
        }
    }

    /// What is in some sets, all as it was at one moment; nothing where the rules are gone.
    borrowing func elements(of sets: [FirewallSet]) throws(NetworkError) -> [FirewallListing] {
        for _ in 0..<Self.patience {
            do throws(NetfilterError) {
                let generation = try socket.generation()
                var listed: [FirewallListing] = []
                for set in sets {
                    listed += try socket.elements(of: set.rawValue, in: set.table).map {
                        FirewallListing(set: set, element: $0)
                    }
                }
                if try socket.generation() == generation { return listed }
            } catch {
                if error.isMissing { return [] }
                if !error.isOfAnotherGeneration { throw Self.refused(error) }
            }
        }
        throw Self.unrest
    }

    /// Removes elements that are there; the others are gone already.
    public borrowing func remove(_ elements: [FirewallElement]) throws(NetworkError) {
        let unwanted = Set(elements.map(\.listed))
        try sweep(Set(elements.map(\.set))) { () throws(NetworkError) in { unwanted.contains($0) } }
    }

    /// Lets the kernel forget what was sent over protocols that have no end of their own and is still led to a container. What it
    /// cannot forget ends by itself.
    public borrowing func forget(ledBy publications: [FirewalledPublication]) {
        for publication in publications where publication.transport == .udp {
            _ = try? socket.forget(
                .answered(by: publication.target, port: publication.targetPort), of: publication.transport.rawValue)
        }
    }

    /// Lets it forget what was sent to ports in vain before they led anywhere, and would go on so.
    public borrowing func forget(sentBefore publications: [FirewalledPublication]) {
        for publication in publications where publication.transport == .udp {
            _ = try? socket.forget(
                .unanswered(publication.target.family, port: publication.port), of: publication.transport.rawValue)
        }
    }

    /// Removes what belongs to nobody, and says how many elements that were.
    ///
    /// What is recorded before it is added is never removed: `live` is asked after the kernel was.
    @discardableResult
    public borrowing func collect(live: () throws(NetworkError) -> [FirewallElement]) throws(NetworkError) -> Int {
        try sweep(Set(FirewallSet.allCases)) { () throws(NetworkError) in
            let kept = Set(try live().map(\.listed))
            return { !kept.contains($0) }
        }
    }

    /// Removes elements of `sets` that `choose` chooses, in batches that are made only where nobody changed anything meanwhile:
    /// a port may have been given to another container since it was listed.
    @discardableResult
    private borrowing func sweep(
        _ sets: Set<FirewallSet>, choose: () throws(NetworkError) -> (FirewallListing) -> Bool
    ) throws(NetworkError) -> Int {
        var removed = 0
        for _ in 0..<Self.patience {
            var failure: NetfilterError?
            var generation: UInt32 = 0
            var listed: [FirewallListing] = []
            do throws(NetfilterError) {
                generation = try socket.generation()
                for set in sets {
                    listed += try socket.elements(of: set.rawValue, in: set.table).map {
                        FirewallListing(set: set, element: $0)
                    }
                }
            } catch {
                failure = error
            }
            let chosen = listed.filter(try choose())
            if failure == nil {
                if chosen.isEmpty { return removed }
                var batch = NetfilterBatch(reserving: min(chosen.count, Self.elementsOfBatch))
                for old in chosen.prefix(Self.elementsOfBatch) {
                    batch.remove(old.element, from: old.set.rawValue, in: old.set.table)
                }
                do throws(NetfilterError) {
                    try socket.commit(batch, generation: generation)
                    removed += batch.subjects.count
                    if chosen.count <= Self.elementsOfBatch { return removed }
                } catch {
                    failure = error
                }
            }
            guard let failure else { continue }
            // The rules are gone, and all elements with them.
            if failure.isMissing { return removed }
            if !failure.isOfAnotherGeneration { throw Self.refused(failure) }
        }
        throw Self.unrest
    }
}
