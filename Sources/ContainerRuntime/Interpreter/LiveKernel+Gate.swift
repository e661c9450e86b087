// SPDX-License-Identifier: Apache-2.0
public import Linux

extension LiveKernel {
    public mutating func perform(_ step: GateStep) throws(StepError) {
        if case .runHook(let hook) = step { return try hook.run(process: hostID) }
        do throws(SystemError) {
            switch step {
            case .runHook: break
            case .standStill: try waitAtGate()
            }
        } catch {
            throw StepError(error)
        }
    }

    /// Tells the parent, which writes that down and ends, and waits to be let go on.
    private mutating func waitAtGate() throws(SystemError) {
        if let channel = socket.take() {
            try channel.send([ChildMessage.waiting] + announcement.dropFirst())
            // A parent that was killed before has left nothing by which anybody would find this process.
            if try channel.descriptor.read(upTo: 1).isEmpty { throw SystemError("read", .brokenPipe) }
        }
        // From here on nobody listens at the other end.
        let byte = try table.take(Slot.gate.number).read(upTo: 1)
        if byte.isEmpty { throw SystemError("read", .brokenPipe) }
    }

    /// In the parent: leaves the child at the gate, now that everybody can find it there.
    public mutating func leaveAtGate() throws(SystemError) {
        try socket?.send([1])
        socket = nil
    }

    /// Both named pipes, open for reading and writing: so neither open waits for another process, and an end of file
    /// on the report means that nobody is left who would write one.
    mutating func makeGate(_ gate: GateConfiguration) throws(SystemError) {
        for (path, slot) in [(gate.fifo, Slot.gate), (gate.report, Slot.report)] {
            let slash = path.lastIndex(of: "/") ?? path.startIndex
            let directory = try Descriptor.open(String(path[..<slash]) + "/", [.directory])
            let name = String(path[path.index(after: slash)...])
            try directory.makeNode(name, mode: 0o010600)
            table.put(try directory.open(name, [.readWrite, .noFollow]), in: slot.number)
        }
    }
}

/// The other side of a gate.
public enum Gate {
    /// How a start through a gate ended.
    public enum Outcome: Sendable {
        /// The program runs.
        case started
        /// It does not: what its process said of that, for ``StepFailure/init(report:program:)``.
        case failed([UInt8])
    }

    /// Lets the process go on that waits at the gate, and waits until its program runs.
    /// - Returns: nil where nobody waits there.
    public static func open(_ gate: GateConfiguration) throws(SystemError) -> Outcome? {
        guard let report = try openIfThere(gate.report, .readOnly), let fifo = try openIfThere(gate.fifo, .writeOnly)
        else { return nil }
        try fifo.write([1])
        var message: [UInt8] = []
        while true {
            do throws(SystemError) {
                let bytes = try report.read(upTo: 4096)
                if bytes.isEmpty { break }
                message += bytes
            } catch {
                guard error.errno == .again else { throw error }
                var set = PollSet()
                _ = set.add(report, .reading)
                try set.wait()
            }
        }
        return message.isEmpty ? .started : .failed(message)
    }

    /// nil where there is no such pipe, or nobody at its other end: ENXIO, fifo(7).
    private static func openIfThere(_ path: String, _ access: OpenFlags) throws(SystemError) -> Descriptor? {
        do throws(SystemError) {
            return try Descriptor.open(path, [access, .nonBlocking, .noFollow])
        } catch {
            if error.errno == .noAddress || error.errno == .noEntry { return nil }
            throw error
        }
    }
}

extension StepFailure {
    /// What a process said that could not go on to `program`.
    public init(report: [UInt8], program: String) {
        if report.count == 4 {
            self.init(launcherReport: report, program: program)
        } else {
            self.init(message: report)
        }
    }
}
