// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Several files, of which the last is written to. All of this is done by whoever has the lock.
extension ActionLog {
    /// The files that are full, by the number of their last record, the oldest first.
    static func former(in place: borrowing Descriptor) throws(SystemError) -> [Int] {
        let prefix = "\(name)."
        return try place.names().map(\.description).compactMap { file in
            file.hasPrefix(prefix) ? Int(file.dropFirst(prefix.utf8.count)) : nil
        }.filter { $0 > 0 }.sorted()
    }

    /// Makes a full log an older file. What is too many of these is dropped by the head, and goes once that is written.
    /// - Returns: whether there is none now, and the next record begins one.
    func begin(after head: inout ActionHead) throws(SystemError) -> Bool {
        let place = try Descriptor.open(directory, [.readOnly, .directory])
        var former = try Self.former(in: place).filter { [dropped = head.dropped] in $0 > dropped }
        // One of that name has other records.
        guard head.count > head.dropped, former.last ?? 0 < head.count else { return false }
        try place.rename(Self.name, to: "\(Self.name).\(head.count)")
        head.size = 0
        former.append(head.count)
        if former.count > formerFiles {
            let last = former[former.count - formerFiles - 1]
            (head.dropped, head.droppedHash) = (last, Self.lastHash(of: last, in: place))
        }
        return true
    }

    /// Goes on where a command was killed between making a full log an older file and writing the head. Only then is there a
    /// file whose last record is not before the head's: the head is about the log, whose records come after all others.
    func resume(_ head: inout ActionHead) throws(SystemError) {
        let place = try Descriptor.open(directory, [.readOnly, .directory])
        guard let last = try Self.former(in: place).last, last >= head.count else { return }
        let file = try place.open("\(Self.name).\(last)", [.readOnly, .noFollow])
        guard try file.status().size >= head.size else { return }
        try file.seek(to: head.size)
        head.follow(try file.readAll(limit: Int(Self.tailSize)), isKnown: true)
        head.size = 0
    }

    /// Removes the files of which the head says that they are dropped. Who is killed before leaves them to the next.
    func removeDropped(_ head: ActionHead) {
        guard head.dropped > 0, let place = try? Descriptor.open(directory, [.readOnly, .directory]) else { return }
        for last in (try? Self.former(in: place)) ?? [] where last <= head.dropped {
            try? place.remove("\(Self.name).\(last)")
        }
    }

    /// The hash of the last record of a file; of one whose end is no record what no record has.
    private static func lastHash(of last: Int, in place: borrowing Descriptor) -> String {
        let unknown = String(repeating: "f", count: 64)
        guard let file = try? place.open("\(name).\(last)", [.readOnly, .noFollow]), let size = try? file.status().size,
            (try? file.seek(to: max(0, size - tailSize))) != nil, let bytes = try? file.readAll(limit: Int(tailSize)),
            let line = bytes.split(separator: 0x0A).last, let (record, hash, isIntact) = ActionRecord.read(line),
            isIntact, record.number == last
        else { return unknown }
        return hash
    }
}
