// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What was found of the audit log.
public struct ActionVerdict: Hashable, Sendable {
    /// The number of the last record up to which one follows on another, and its hash.
    public var count = 0
    public var hash = ActionRecord.nothing
    /// The first record that is not what was written; nil where all are.
    public var broken: Int?
    /// Why it is that; empty where all are whole.
    public var reason = ""
    /// How many of the first records were removed, with the oldest files, to make room.
    public var dropped = 0
    /// What is no fault and yet worth knowing.
    public var notes: [String] = []

    /// The number and the hash of a record as somebody else has kept them: `12:HASH`.
    public struct Anchor: Hashable, Sendable {
        public let number: Int
        public let hash: String

        /// Reads what `audit verify` prints.
        public init(parsing text: String) throws(SyntaxError) {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let number = Int(parts[0]), number >= 0, parts[1].utf8.count == 64 else {
                throw SyntaxError(text, "is no head", "write NUMBER:HASH, as 'minibox audit verify' prints it")
            }
            self.number = number
            hash = String(parts[1])
        }
    }

    fileprivate mutating func breaks(at number: Int, _ why: String) {
        if broken == nil { (broken, reason) = (number, why) }
    }
}

extension ActionLog {
    /// Reads all of the log, and whether it is what was written.
    func verify(against anchor: ActionVerdict.Anchor?) throws(SystemError) -> ActionVerdict {
        var verdict = ActionVerdict()
        let (bytes, head) = try snapshot()
        if let head, head.dropped > 0 {
            (verdict.dropped, verdict.count, verdict.hash) = (head.dropped, head.dropped, head.droppedHash)
        }
        var atHead = verdict.hash
        var isAnchored = anchor.map { $0.number == 0 && verdict.count == 0 } ?? true
        if let anchor, anchor.number == verdict.count, anchor.number > 0 { isAnchored = anchor.hash == verdict.hash }
        for line in bytes.split(separator: 0x0A) {
            let next = verdict.count + 1
            guard let (record, hash, isIntact) = ActionRecord.read(line) else {
                // What a full disk cut off has no number. A record that was made unreadable is missed by the next.
                verdict.notes.append("a line after record \(verdict.count) is no record")
                continue
            }
            if record.number > next {
                verdict.breaks(at: next, "\(Self.records(next, record.number - 1)) missing")
            } else if record.number < next {
                verdict.breaks(at: next, "record \(record.number) is there again")
            } else if !isIntact {
                verdict.breaks(at: next, "it is not what was written")
            } else if record.previous != verdict.hash {
                verdict.breaks(at: next, "it does not follow the record before, one of which was made anew")
            } else if record.followsGap {
                verdict.breaks(at: next, "the head was gone when it was written: records before it may be missing")
            }
            if verdict.broken != nil { break }
            (verdict.count, verdict.hash) = (next, hash)
            if record.lost > 0 {
                verdict.notes.append("before record \(next), \(record.lost) could not be written for want of room")
            }
            if next == head?.count { atHead = hash }
            if next == anchor?.number { isAnchored = hash == anchor?.hash }
        }
        if let head {
            if verdict.count < head.count {
                verdict.breaks(at: verdict.count + 1, "\(Self.records(verdict.count + 1, head.count)) missing")
            } else if verdict.broken == nil, atHead != head.hash {
                verdict.breaks(at: max(1, head.count), "the head has another hash for it")
            }
            if head.lost > 0 { verdict.notes.append("the last \(head.lost) could not be written for want of room") }
        } else if verdict.count > 0 {
            verdict.breaks(at: verdict.count + 1, "the head is gone: records may be missing")
        }
        if let anchor, !isAnchored {
            verdict.breaks(
                at: max(1, anchor.number),
                anchor.number < verdict.dropped
                    ? "it was removed with the oldest file, so that nothing is proved by it: keep a later head"
                    : verdict.count < anchor.number ? "it is missing" : "it was another once")
        }
        return verdict
    }

    /// The records, the oldest first, those that cannot be read left out.
    func records() throws(SystemError) -> [ActionRecord] {
        try snapshot().log.split(separator: 0x0A).compactMap { ActionRecord.read($0)?.record }
    }

    /// The log up to where it was at one moment, the older files first, and the head of that moment; empty and nil where
    /// there are none.
    private func snapshot() throws(SystemError) -> (log: [UInt8], head: ActionHead?) {
        do throws(SystemError) {
            let place = try Descriptor.open(directory, [.readOnly, .directory])
            var files = DescriptorTable()
            var sizes: [Int64] = []
            let head = try open(&files, &sizes, in: place)
            var bytes: [UInt8] = []
            for (slot, size) in sizes.enumerated() {
                // What is written from here on is beyond that.
                bytes += try files.with(slot) { file throws(SystemError) in
                    try file.readAll(limit: Int(size), expecting: Int(size))
                }
                if bytes.last ?? 0x0A != 0x0A { bytes.append(0x0A) }
            }
            return (bytes, head)
        } catch {
            if error.errno == .noEntry { return ([], nil) }
            throw error
        }
    }

    /// Opens the files, which stay what they are from here on up to the sizes that they have: nobody waits while they are read.
    /// - Returns: the head that was theirs.
    private func open(
        _ files: inout DescriptorTable, _ sizes: inout [Int64], in place: borrowing Descriptor
    ) throws(SystemError) -> ActionHead? {
        let file = try? place.open(Self.headName, [.readOnly, .noFollow])
        var head: ActionHead?
        switch file {
        case .some(let file):
            guard try Self.lock(file) else { throw SystemError("flock", .again) }
            head = ActionHead(try file.read(upTo: ActionHead.length))
        case nil: break
        }
        let dropped = head?.dropped ?? 0
        let former = try Self.former(in: place).filter { $0 > dropped }
        for name in former.map({ "\(Self.name).\($0)" }) + [Self.name] {
            do throws(SystemError) {
                let log = try place.open(name, [.readOnly, .noFollow])
                sizes.append(try log.status().size)
                files.put(log, in: sizes.count - 1)
            } catch {
                guard error.errno == .noEntry else { throw error }
            }
        }
        // Up to here.
        withExtendedLifetime(file) {}
        return head
    }

    private static func records(_ first: Int, _ last: Int) -> String {
        first == last ? "record \(first) is" : "records \(first) to \(last) are"
    }
}
