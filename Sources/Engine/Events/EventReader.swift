// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// Reads the log of events from its beginning, and what is added to it, over the change from one file to the next.
struct EventReader: ~Copyable {
    private let directory: Descriptor
    /// What is read; nil where there was no file yet.
    private var file: Descriptor?
    private var inode: UInt64?
    /// The beginning of a line whose end has not been read.
    private var pending: [UInt8] = []

    init(_ directory: consuming Descriptor) { self.directory = directory }

    /// Events that were not read yet, the oldest first; none where there are none.
    mutating func next() throws(SystemError) -> [EngineEvent] {
        if file == nil, try !open(EventLog.formerName), try !open(EventLog.name) { return [] }
        while true {
            let events = try readPart()
            if !events.isEmpty { return events }
            // Nothing is added to a file once it has been renamed, so what it has after that is all.
            guard try inode(of: EventLog.name) != inode else { return [] }
            let last = try readPart()
            let missed = try inode(of: EventLog.formerName)
            if missed == inode || missed == nil {
                guard try open(EventLog.name) else { return last }
            } else {
                _ = try open(EventLog.formerName)
            }
            if !last.isEmpty { return last }
        }
    }

    /// Passes over everything that there is.
    mutating func skip() throws(SystemError) {
        while try !next().isEmpty {}
    }

    /// The events in the next part of the file that has any.
    private mutating func readPart() throws(SystemError) -> [EngineEvent] {
        var events: [EngineEvent] = []
        while events.isEmpty {
            guard let part = try file?.read(upTo: 1 << 16), !part.isEmpty else { break }
            var rest = part[...]
            while let end = rest.firstIndex(of: 0x0A) {
                let line = pending + rest[..<end]
                pending = []
                rest = rest[(end + 1)...]
                // What cannot be read was cut short by a full file system.
                if let json = try? JSON(parsing: line), let event = EngineEvent(json) { events.append(event) }
            }
            pending += rest
        }
        return events
    }

    private func inode(of name: String) throws(SystemError) -> UInt64? {
        do throws(SystemError) {
            return try directory.status(of: name).inode
        } catch {
            if error.errno == .noEntry { return nil }
            throw error
        }
    }

    private mutating func open(_ name: String) throws(SystemError) -> Bool {
        do throws(SystemError) {
            let opened = try directory.open(name, [.readOnly, .noFollow])
            inode = try opened.status().inode
            file = consume opened
            pending = []
            return true
        } catch {
            if error.errno == .noEntry { return false }
            throw error
        }
    }
}
