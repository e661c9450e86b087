// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

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
}
