// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// What happened, in two files below the run root: lines of JSON, the newest last in `events`, and what was before them
/// in `events.old`. Each command and supervisor writes for itself.
struct EventLog: Sendable {
    /// How large a file may become before another is begun, in bytes: some thousands of events.
    static let limit: Int64 = 1 << 20
    static let name = "events"
    static let formerName = "events.old"

    let directory: String

    /// Adds an event. What happened has happened: where it cannot be written down, nothing else fails.
    func append(_ event: EngineEvent) { try? write(event.json.bytes() + [0x0A]) }

    private func write(_ line: [UInt8]) throws(SystemError) {
        let parent = try Descriptor.makeDirectories(directory, mode: 0o700)
        // A file that was renamed meanwhile is complete for whoever reads it, so nothing may be added to it.
        while true {
            let file = try open(in: parent)
            _ = try file.lock(.shared)
            guard let size = try Self.sizeIfCurrent(file, in: parent) else { continue }
            if size > 0, size + Int64(line.count) > Self.limit {
                _ = try file.lock(.exclusive)
                guard let size = try Self.sizeIfCurrent(file, in: parent) else { continue }
                if size + Int64(line.count) > Self.limit {
                    try parent.rename(Self.name, to: Self.formerName)
                    continue
                }
            }
            // One write at the end of the file: write(2), O_APPEND.
            _ = try file.writeSome(line[...])
            return
        }
    }

    private func open(in parent: borrowing Descriptor) throws(SystemError) -> Descriptor {
        try parent.open(Self.name, [.writeOnly, .create, .append, .noFollow], mode: 0o600)
    }

    /// The size of the file, if it still is the newest one.
    private static func sizeIfCurrent(
        _ file: borrowing Descriptor, in parent: borrowing Descriptor
    ) throws(SystemError) -> Int64? {
        let status = try file.status()
        do throws(SystemError) {
            return try parent.status(of: name).inode == status.inode ? status.size : nil
        } catch {
            if error.errno == .noEntry { return nil }
            throw error
        }
    }
}

extension Engine {
    /// Writes down what happened, for `events`.
    public func record(event: EngineEvent) { EventLog(directory: places.runRoot).append(event) }
}
