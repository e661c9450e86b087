// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// What the child says before it loads a filter that asks a supervisor: afterwards each call of its own may have to wait
/// for that very supervisor, which does not have the listener yet.
struct ListenerAnnouncement {
    /// The number that the listener will have in the child.
    var number: Int32

    /// N and the number (4 bytes, least significant first).
    var message: [UInt8] {
        var bytes = [ChildMessage.listener]
        for shift in stride(from: Int32(0), to: 32, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
        return bytes
    }

    static func number(in message: [UInt8]) -> Int32 {
        Int32(bitPattern: message.dropFirst().prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    }
}

extension LiveKernel {
    /// Loads a filter. Where it asks a supervisor, the parent is told first, which fetches the listener and hands it over.
    mutating func load(_ filter: FilterChoice) throws(SystemError) {
        guard var program = filter.program else { return }
        guard filter.listener != nil else {
            try program.load()
            return
        }
        program.flags.insert(.newListener)
        // TSYNC would need yet another flag, and there is one thread.
        program.flags.remove(.synchronizeThreads)
        guard let channel = socket.take() else { throw SystemError("seccomp", .brokenPipe) }
        let number = try channel.descriptor.nextNumber()
        try channel.send(ListenerAnnouncement(number: number).message)
        let opened = try program.load()
        // Until the supervisor has it: an exec would close it. The calls of this are already its business.
        let answer = try channel.descriptor.read(upTo: 1)
        socket = consume channel
        Descriptor.close(number: opened)
        guard opened == number, !answer.isEmpty else { throw SystemError("seccomp", .badDescriptor) }
    }

    /// In the parent: fetches the listener from the child, as soon as it is there, and hands it over with the state of
    /// the container: "The Container Process State" of the runtime specification.
    mutating func handListener(_ message: [UInt8]) throws(SystemError) {
        guard let choice = listener, let process = child.take() else { throw SystemError("pidfd_getfd", .noChild) }
        let connection = LocalConnection(holding: try table.take(Slot.listener.number))
        let fetched: Descriptor
        do throws(SystemError) {
            fetched = try Self.fetch(ListenerAnnouncement.number(in: message), from: process)
        } catch {
            child = consume process
            throw error
        }
        let id = process.id
        child = consume process
        try connection.send(choice.processState(process: id).bytes(), with: fetched)
        try socket?.send([1])
    }

    private static func fetch(_ number: Int32, from process: borrowing Process) throws(SystemError) -> Descriptor {
        var waited = 0
        while true {
            do throws(SystemError) {
                return try Descriptor.taken(number, from: process)
            } catch {
                // It is about to be made: between its word and the filter the child opens nothing.
                guard error.errno == .badDescriptor, waited < 10_000, try !process.hasEnded() else { throw error }
                Clock.sleep(milliseconds: 1)
                waited += 1
            }
        }
    }
}

extension ListenerChoice {
    /// What the supervisor reads beside the descriptor.
    func processState(process: Int32) -> JSON {
        var members: [(String, JSON)] = [
            ("ociVersion", .string(state.version)), ("fds", ["seccompFd"]), ("pid", JSON(process)),
        ]
        if let metadata { members.append(("metadata", .string(metadata))) }
        members.append(("state", state.json(status: "creating", process: process)))
        return .object(JSON.Object(members))
    }
}
