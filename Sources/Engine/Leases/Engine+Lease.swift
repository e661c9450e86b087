// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Images
internal import Linux
public import OCI

/// Keeps a lease from ending while something is given a name under it. Given up by going out of scope.
public struct LeaseHold: ~Copyable {
    fileprivate var gate: LeaseGate?
}

extension Engine {
    var leases: LeaseStore { LeaseStore(places: places) }

    /// The engine whose containers, volumes and names of images go when the owner of a lease ends, whatever way, also
    /// where the process that waits for that end is killed.
    public func leased(by argument: LeaseArgument) throws(EngineError) -> Engine {
        let owner = try LeaseOwner(argument)
        try leases.make(owner.id)
        var engine = self
        engine.lease = owner.id
        if !leases.isKept(owner.id) { try startKeeper(of: owner) }
        return engine
    }

    /// Has this process ended with the lease, as it makes things for long.
    public func enterCommand() throws(EngineError) {
        guard let lease, let start = ProcessTimes.start(of: CurrentProcess.id) else { return }
        _ = try leases.enter(.command(CurrentProcess.id, start: start), of: lease)
    }

    /// Takes this process out of the lease again.
    public func leaveCommand() {
        guard lease != nil, let start = ProcessTimes.start(of: CurrentProcess.id) else { return }
        leases.forget(.command(CurrentProcess.id, start: start))
    }

    /// Writes down names that an image is about to be given: they go with the lease, where there is one.
    public func hold(names: [ImageReference]) throws(EngineError) -> LeaseHold {
        var hold = LeaseHold()
        guard let lease, !names.isEmpty else { return hold }
        let store: ImageStore
        do { store = try images() } catch { throw EngineError(.store, "cannot open the store of images", cause: error) }
        for name in names {
            let former = try? store.resolve(name).id
            hold.gate = try leases.enter(.image(name.canonical, former: former.map { "\($0)" }), of: lease)
        }
        return hold
    }
}
