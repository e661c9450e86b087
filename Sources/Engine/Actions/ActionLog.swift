// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// The audit log: lines of JSON, each with the hash of the one before, in `audit/log` below the root, and what it has
/// come to in `audit/head`. Each command writes for itself, under a lock that it has for as long as one write takes.
///
/// A log that is full becomes `audit/log.N`, after its last record, and the next begins with the hash of that one.
struct ActionLog: Sendable {
    static let name = "log"
    static let headName = "head"
    /// How much of the log's end is read where the head does not say what it is, in bytes.
    static let tailSize: Int64 = 1 << 20

    let directory: String
    /// How long a file may become, in bytes, and how many there are beside the newest: some thirty thousand records.
    var limit: Int64 = 4 << 20
    var formerFiles = 7
    /// Where it is kept that something was said.
    let runRoot: String

    /// Adds a record. What is done is done: where that cannot be written down, nothing fails, and it is said once.
    func append(_ action: Action, by actor: Actor, complain: (String) -> Void) {
        do throws(SystemError) { try write(action, actor, complain) } catch {
            complainOnce(of: error, complain)
        }
    }

    private func write(_ action: Action, _ actor: Actor, _ complain: (String) -> Void) throws(SystemError) {
        let file = try open(Self.headName)
        guard try Self.lock(file) else { throw SystemError("flock", .again) }
        let bytes = try file.read(upTo: ActionHead.length)
        var log = try open(Self.name, [.append])
        var size = try log.status().size
        let known = bytes.isEmpty && size == 0 ? ActionHead() : ActionHead(bytes)
        var head = known ?? ActionHead()
        if known != nil, head.size > size { try resume(&head) }
        var isWhole = true
        if head.size != size { isWhole = try catchUp(&head, with: log, size, complain, isKnown: known != nil) }
        var record = ActionRecord(number: head.count + 1, previous: head.hash, action: action, actor: actor)
        record.lost = head.lost
        record.followsGap = known == nil
        let (line, hash) = record.sealed()
        // Where it cannot be renamed it grows, as one that may only be appended to (chattr +a).
        if size > 0, size + Int64(line.count) > limit, (try? begin(after: &head)) == true {
            log = try open(Self.name, [.append])
            (size, isWhole) = (0, true)
        }
        // A line that was cut off is ended first, and is no record.
        let whole = (isWhole ? [] : [0x0A]) + line + [0x0A]
        // One write at the end of the file, for whoever reads meanwhile: write(2), O_APPEND.
        var failure: SystemError?
        var written = 0
        do throws(SystemError) { written = try log.writeSome(whole[...]) } catch { failure = error }
        guard written == whole.count else {
            if written > 0 { try? log.truncate(to: size) }
            if head.lost == 0 { complain(sentence(failure ?? SystemError("write", .noSpace))) }
            head.lost += 1
            try file.write(head.bytes, at: 0)
            return
        }
        (head.count, head.hash, head.size, head.lost) = (record.number, hash, size + Int64(whole.count), 0)
        try file.write(head.bytes, at: 0)
        // Now that the head knows of it.
        if head.size == Int64(whole.count) { removeDropped(head) }
    }

    /// Brings the head up to what the log is, where a command was killed between its two writes, or somebody else wrote.
    /// - Returns: whether the log ends with a whole line.
    private func catchUp(
        _ head: inout ActionHead, with log: borrowing Descriptor, _ size: Int64, _ complain: (String) -> Void,
        isKnown: Bool
    ) throws(SystemError) -> Bool {
        if isKnown, head.size > size {
            complain(
                "the audit log \(directory)/\(Self.name) is shorter than it was: 'minibox audit verify' says what is "
                    + "missing")
        } else if !isKnown {
            complain(
                "the audit log's head \(directory)/\(Self.headName) is gone: that none of its records is missing cannot be "
                    + "told any more")
        }
        let start = isKnown ? min(head.size, size) : max(0, size - Self.tailSize)
        try log.seek(to: start)
        let bytes = try log.readAll(limit: Int(Self.tailSize))
        head.follow(bytes, isKnown: isKnown)
        return bytes.last ?? 0x0A == 0x0A
    }

    private func open(_ name: String, _ more: OpenFlags = []) throws(SystemError) -> Descriptor {
        let options = more.union([.readWrite, .create, .noFollow])
        do throws(SystemError) {
            return try Descriptor.open("\(directory)/\(name)", options, mode: 0o600)
        } catch {
            guard error.errno == .noEntry else { throw error }
        }
        return try Descriptor.makeDirectories(directory, mode: 0o700).open(name, options, mode: 0o600)
    }

    /// Takes the lock, which nobody has for long: who was stopped with it holds up no other command for ever.
    static func lock(_ file: borrowing Descriptor) throws(SystemError) -> Bool {
        for _ in 0..<3000 {
            if try file.lock(.exclusive, wait: false) { return true }
            Clock.sleep(milliseconds: 1)
        }
        return false
    }

    private func sentence(_ error: SystemError) -> String {
        "cannot write to the audit log in \(directory): \(error): what is done is not recorded until that is put right"
    }

    /// Says why the log cannot be written, unless it was said since the machine started.
    private func complainOnce(of error: SystemError, _ complain: (String) -> Void) {
        do throws(SystemError) {
            let place = try Descriptor.makeDirectories(runRoot, mode: 0o700)
            _ = try place.open(
                "audit-failed-\(error.errno.rawValue)", [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
        } catch {
            if error.errno == .exists { return }
        }
        complain(sentence(error))
    }
}
