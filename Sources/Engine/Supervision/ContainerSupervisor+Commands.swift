// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension ContainerSupervisor {
    /// Takes the commands that wait to be heard.
    mutating func acceptCommands() throws(SystemError) {
        do throws(SystemError) {
            while let connection = try listener.accept() { try welcome(connection) }
        } catch {
            // For want of descriptors or memory: others wait until a command has gone.
            isDeaf = true
            try queue.remove(listener.descriptor)
        }
    }

    /// Takes a command's connection over; what it has to say follows.
    mutating func welcome(_ connection: consuming Descriptor, wishing wish: Attachments.Wish = []) throws(SystemError) {
        let place = commands.add(connection, wishing: wish)
        try commands.with(place) { connection throws(SystemError) in
            try queue.add(connection, as: Token.firstCommand + place, .reading)
        }
    }

    /// Hears a command, and sends it what it did not take before.
    mutating func serve(_ event: EventQueue.Event, at place: Int) throws(SystemError) {
        guard commands.has(place) else { return }
        if event.isWritable, commands.isPending(place) {
            guard commands.flush(place) else { return try dismiss(place) }
            try listen(to: place)
            if !commands.isBlocked { try readOutput(true) }
        }
        if event.isReadable {
            try hear(place)
        } else if event.isClosed {
            try dismiss(place)
        }
    }

    /// Sends a packet to a command, which is forgotten where it is gone.
    mutating func send(_ packet: ArraySlice<UInt8>, to place: Int) throws(SystemError) {
        let waited = commands.isPending(place)
        guard commands.send(packet, to: place) else { return try dismiss(place) }
        if commands.isPending(place) != waited { try listen(to: place) }
    }

    mutating func send(_ message: ControlMessage, to place: Int) throws(SystemError) {
        try send(message.bytes[...], to: place)
    }

    /// Waits for what can be done with a command now.
    mutating func listen(to place: Int) throws(SystemError) {
        guard commands.has(place) else { return }
        var interest: EventQueue.Interest = []
        // A command that writes input is not heard while the container does not take it.
        if !(waitsForRoom && commands.wish(of: place).contains(.input)) { interest.insert(.reading) }
        if commands.isPending(place) { interest.insert(.writing) }
        try commands.with(place) { connection throws(SystemError) in
            try queue.change(connection, as: Token.firstCommand + place, interest)
        }
    }

    mutating func dismiss(_ place: Int) throws(SystemError) {
        commands.close(place)
        if isDeaf {
            isDeaf = false
            try queue.add(listener.descriptor, as: Token.listener, .reading)
        }
        if !commands.isBlocked { try readOutput(true) }
    }

    /// Reads one packet, and does what it says. What cannot be understood is a command of another version: it is let go.
    private mutating func hear(_ place: Int) throws(SystemError) {
        var packet: [UInt8] = []
        do throws(SystemError) {
            try commands.with(place) { connection throws(SystemError) in
                packet = try connection.read(upTo: ControlMessage.maximumSize)
            }
        } catch {
            if error.errno == .again { return }
            return try dismiss(place)
        }
        guard let message = ControlMessage(packet[...]) else { return try dismiss(place) }
        switch message {
        case .attach(let input): commands.add(input ? [.output, .input, .end] : [.output, .end], to: place)
        // Only from whoever has asked for it.
        case .input where !commands.wish(of: place).contains(.input): try dismiss(place)
        case .input(let bytes): try take(input: bytes[...])
        case .inputEnd: if commands.wish(of: place).contains(.input) { try endInput() }
        case .resize(let size): resize(size)
        case .wait: commands.add(.end, to: place)
        case .stop(let signal, let milliseconds):
            commands.add(.end, to: place)
            let isKill = signal == .kill && milliseconds == 0
            try handle(.stop(signal, grace: Self.nanoseconds(milliseconds)), by: isKill ? .kill : .stop)
            rememberStop()
        case .restart(let signal, let milliseconds):
            commands.add(.start, to: place)
            try handle(.restart(signal, grace: Self.nanoseconds(milliseconds)), by: .restart)
        case .signal(let signal):
            try handle(.signal(signal), by: .kill)
            try send(.done, to: place)
        case .remove(let volumes):
            commands.add(.end, to: place)
            isRemoved = true
            if volumes, let record { try? engine.writeOwnVolumes(record.mounts, of: container) }
            try handle(.stop(.kill, grace: 0), by: .kill)
        case .amend:
            try send(amend(), to: place)
        case .started, .failed, .warning, .output, .errors, .ended, .done: try dismiss(place)
        }
    }

    private static func nanoseconds(_ milliseconds: Int64) -> UInt64? {
        milliseconds < 0 ? nil : UInt64(milliseconds).multipliedReportingOverflow(by: 1_000_000).partialValue
    }

    /// Tells those who wait for it, and lets those go who wanted nothing else.
    mutating func tell(_ message: ControlMessage, toThoseWho wish: Attachments.Wish) throws(SystemError) {
        for place in 0..<commands.count where commands.has(place) && commands.wish(of: place).contains(wish) {
            try send(message, to: place)
        }
    }
}
