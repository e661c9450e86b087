// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What was found of the audit log.
public struct ActionVerdict: Hashable, Sendable {
    /// How many records there are that follow one on another, and the hash of the last.
    public var count = 0
    public var hash = ActionRecord.nothing
    /// The first record that is not what was written; nil where all are.
    public var broken: Int?
    /// Why it is that; empty where all are whole.
    public var reason = ""
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
        var atHead = ActionRecord.nothing
        var isAnchored = anchor.map { $0.number == 0 } ?? true
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
                at: max(1, anchor.number), verdict.count < anchor.number ? "it is missing" : "it was another once")
        }
        return verdict
    }

    /// The records, the oldest first, those that cannot be read left out.
    func records() throws(SystemError) -> [ActionRecord] {
        try snapshot().log.split(separator: 0x0A).compactMap { ActionRecord.read($0)?.record }
    }

    /// The log up to where it was at one moment, and the head of that moment; empty and nil where there are none.
    private func snapshot() throws(SystemError) -> (log: [UInt8], head: ActionHead?) {
        do throws(SystemError) {
            let place = try Descriptor.open(directory, [.readOnly, .directory])
            let file = try? place.open(Self.headName, [.readOnly, .noFollow])
            switch consume file {
            case .some(let file):
                guard try Self.lock(file) else { throw SystemError("flock", .again) }
                let head = ActionHead(try file.read(upTo: ActionHead.length))
                guard let log = try? place.open(Self.name, [.readOnly, .noFollow]) else { return ([], head) }
                let size = try log.status().size
                // What is written from here on is beyond that.
                return (try log.readAll(limit: Int(size), expecting: Int(size)), head)
            case nil:
                guard let log = try? place.open(Self.name, [.readOnly, .noFollow]) else { return ([], nil) }
                return (try log.readAll(), nil)
            }
        } catch {
            if error.errno == .noEntry { return ([], nil) }
            throw error
        }
    }

    private static func records(_ first: Int, _ last: Int) -> String {
        first == last ? "record \(first) is" : "records \(first) to \(last) are"
    }
}
