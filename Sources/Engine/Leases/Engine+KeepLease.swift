// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Engine {
    /// Makes the process that waits for the end of a lease's owner, and then ends the lease. Where there is one already, it
    /// goes away again.
    func startKeeper(of owner: borrowing LeaseOwner) throws(EngineError) {
        let id = owner.id
        let supervision = try Supervision { socket in becomeKeeper(of: owner, socket) }
        var set = PollSet()
        let answer = set.add(supervision.socket.descriptor, .reading)
        _ = set.add(supervision.process.handle, .reading)
        try? set.wait(milliseconds: 10_000)
        let isThere = set.isReady(answer) && (try? supervision.socket.descriptor.read(upTo: 1).isEmpty) == false
        guard isThere || leases.isKept(id) else {
            throw EngineError(.start, "cannot make the process that keeps the lease")
        }
    }

    private func becomeKeeper(of owner: borrowing LeaseOwner, _ socket: consuming MessageSocket) -> Never {
        CurrentProcess.ignore(.brokenPipe)
        do {
            try CurrentProcess.closeDescriptors(except: socket.descriptor, owner.descriptor)
            try CurrentProcess.startSession()
            guard let lease = leases.keep(owner.id) else {
                // Another one was first, or nobody can be.
                if leases.isKept(owner.id) { try? socket.send([1]) }
                CurrentProcess.exitImmediately(0)
            }
            try socket.send([1])
            try CurrentProcess.letGoOfCaller()
            CurrentProcess.setCommandLine("minibox: \(owner.id)")
            _ = consume socket
            try owner.awaitEnd()
            withoutLeases.end(lease)
        } catch {
            CurrentProcess.exitImmediately(1)
        }
        CurrentProcess.exitImmediately(0)
    }

    /// Sees to leases whose keeper was killed: those whose owner has ended are ended, those of which that is not known are
    /// left, the others get another keeper. Every command does it first; where there are no leases it opens one directory.
    func reapLeases() {
        for name in leases.names() where !leases.isKept(name) {
            guard !name.hasPrefix(LeaseStore.endedPrefix) else {
                endElsewhere(name)
                continue
            }
            switch LeaseOwner.fate(of: name) {
            case .lives(let owner): try? startKeeper(of: owner)
            case .ended: endElsewhere(name)
            case .unknown: break
            }
        }
    }

    /// Ends a lease in a process of its own, and waits for it as long as a person would: what the lease has may be stuck.
    private func endElsewhere(_ name: String) {
        guard let ending = try? Supervision({ socket in becomeEnd(of: name, socket) }) else { return }
        var set = PollSet()
        let end = set.add(ending.process.handle, .reading)
        try? set.wait(milliseconds: 10_000)
        if set.isReady(end) { _ = try? ending.process.wait() }
    }

    private func becomeEnd(of name: String, _ socket: consuming MessageSocket) -> Never {
        CurrentProcess.ignore(.brokenPipe)
        do {
            try CurrentProcess.closeDescriptors(except: socket.descriptor)
            try CurrentProcess.startSession()
            try CurrentProcess.letGoOfCaller()
            CurrentProcess.setCommandLine("minibox: \(name)")
            if let lease = leases.keep(name) { withoutLeases.end(lease) }
        } catch {
            CurrentProcess.exitImmediately(1)
        }
        CurrentProcess.exitImmediately(0)
    }

    /// This engine for who ends a lease: it looks after no other, and makes nothing under one.
    private var withoutLeases: Engine {
        var engine = self
        engine.lease = nil
        engine.reapsLeases = false
        return engine
    }
}
