// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension ContainerSupervisor {
    /// Watches over a run that has begun.
    mutating func watchLaunched() throws(SystemError) {
        guard var made = launched.take() else { throw SystemError("clone3", .noChild) }
        let started = try made.kernel.takeStarted()
        launched = consume made
        try watch(started)
    }

    /// Watches over a program that runs.
    mutating func watch(_ started: consuming Started) throws(SystemError) {
        if let record {
            formerEndpoints = record.endpoints
            names = try engine.nameService(of: &started, record.name, record.endpoints, request)
            try names?.add(to: queue, as: Token.names)
            role = try engine.roleService(of: &started, record, request)
            try role?.add(to: queue, as: Token.role)
        }
        try queue.add(started.process.handle, as: Token.process, .reading)
        for slot in [Channel.input, Channel.output, Channel.errors, Channel.terminal] where started.streams.has(slot) {
            try started.streams.with(slot) { channel throws(SystemError) in try channel.setNonBlocking(true) }
        }
        self.started = consume started
        input = []
        (readsOutput, waitsForRoom) = (false, false)
        try readOutput(!commands.isBlocked)
        if request.hasTerminal, let size = terminalSize { resize(size) }
    }

    private static var outputs: [Int] { [Channel.output, Channel.errors, Channel.terminal] }

    /// Reads the container's output from now on, or leaves it where it is: what fills a pipe makes its writer wait.
    mutating func readOutput(_ reads: Bool) throws(SystemError) {
        guard reads != readsOutput else { return }
        readsOutput = reads
        for slot in Self.outputs { try changeOutput(slot, isRead: reads) }
    }

    private borrowing func changeOutput(_ slot: Int, isRead: Bool) throws(SystemError) {
        guard hasStream(slot) else { return }
        try withStream(slot) { channel throws(SystemError) in
            if isRead {
                try queue.add(channel, as: Token.stream + slot, .reading)
            } else {
                try queue.remove(channel)
            }
        }
    }

    borrowing func hasStream(_ slot: Int) -> Bool {
        switch started {
        case .some(let started): started.streams.has(slot)
        case nil: false
        }
    }

    borrowing func withStream(
        _ slot: Int, _ body: (borrowing Descriptor) throws(SystemError) -> Void
    ) throws(SystemError) {
        switch started {
        case .some(let started): try started.streams.with(slot, body)
        case nil: break
        }
    }

    /// Takes what the container has written, once: into the log, and to the commands that watch.
    mutating func carry(_ slot: Int) throws(SystemError) {
        _ = try carryOnce(slot)
        if commands.isBlocked { try readOutput(false) }
    }

    /// - Returns: whether there may be more.
    private mutating func carryOnce(_ slot: Int) throws(SystemError) -> Bool {
        guard hasStream(slot) else { return false }
        var packet: [UInt8] = []
        swap(&packet, &buffer)
        let header = LogFeed.headerSize
        if packet.isEmpty { packet = [UInt8](repeating: 0, count: header - 1 + ControlMessage.maximumSize) }
        defer { swap(&packet, &buffer) }
        var count = 0
        do throws(SystemError) {
            try withStream(slot) { channel throws(SystemError) in
                count = try channel.read(into: &packet, at: header, upTo: packet.count - header)
            }
        } catch {
            switch error.errno {
            case .again: return false
            // No process has the terminal open any more.
            case .inputOutput: break
            default: throw error
            }
        }
        guard count > 0 else {
            try closeOutput(slot)
            return false
        }
        let isError = slot == Channel.errors
        try writeLog(&packet, count, of: isError ? .error : .output)
        packet[header - 1] = (isError ? ControlMessage.Kind.errors : .output).rawValue
        for place in 0..<commands.count where commands.has(place) && commands.wish(of: place).contains(.output) {
            try send(packet[(header - 1)..<(header + count)], to: place)
        }
        return true
    }

    private mutating func closeOutput(_ slot: Int) throws(SystemError) {
        if readsOutput { try? changeOutput(slot, isRead: false) }
        started?.streams.close([slot])
    }

    /// Takes what is left when the program has ended. What processes that it left behind still write is theirs.
    mutating func drain() throws(SystemError) {
        for slot in Self.outputs {
            // A pipe holds 64 KiB, and may be made to hold a megabyte: pipe(7).
            var rest = 64
            while rest > 0, try carryOnce(slot) { rest -= 1 }
        }
    }

    private var inputSlot: Int { hasStream(Channel.terminal) ? Channel.terminal : Channel.input }

    /// Takes input for the container from a command.
    mutating func take(input bytes: ArraySlice<UInt8>) throws(SystemError) {
        guard hasStream(inputSlot) else { return }
        input += bytes
        try writeInput()
    }

    /// A command's input has ended: so does the container's, where the command started it. A terminal is told by its own
    /// character, ^D.
    mutating func endInput() throws(SystemError) {
        if hasStream(Channel.terminal) {
            try take(input: [4])
        } else if endsInput, input.isEmpty {
            started?.streams.close([Channel.input])
        } else if endsInput {
            closesInput = true
        }
    }

    /// Writes what there is room for. While some is left, commands are not asked for more.
    mutating func writeInput() throws(SystemError) {
        let slot = inputSlot
        while !input.isEmpty, hasStream(slot) {
            var written = 0
            do throws(SystemError) {
                try withStream(slot) { channel throws(SystemError) in written = try channel.writeSome(input[...]) }
                input.removeFirst(written)
            } catch {
                if error.errno == .again { break }
                // Nobody reads it any more.
                input = []
                if slot == Channel.input { started?.streams.close([slot]) }
            }
        }
        if input.isEmpty, closesInput {
            closesInput = false
            started?.streams.close([Channel.input])
        }
        try waitForRoom(!input.isEmpty)
    }

    private mutating func waitForRoom(_ waits: Bool) throws(SystemError) {
        guard waits != waitsForRoom else { return }
        waitsForRoom = waits
        // The terminal is in the queue already, for its output: its second direction is a descriptor of its own.
        if waits {
            var copy: Descriptor?
            try withStream(inputSlot) { channel throws(SystemError) in copy = try channel.duplicate() }
            if let made = copy.take() {
                try queue.add(made, as: Token.input, .writing)
                room = consume made
            }
        } else {
            room = nil
        }
        for place in 0..<commands.count { try listen(to: place) }
    }

    /// Gives the container's terminal the size of a command's.
    mutating func resize(_ size: TerminalSize) {
        terminalSize = size
        try? withStream(Channel.terminal) { terminal throws(SystemError) in try terminal.setTerminalSize(size) }
    }
}
