// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// Sends what a container's program writes to the machine's journal. Nothing that fails here stops the container: where
/// the journal takes no more for the moment, messages are lost, and ``takeWarning()`` says so once.
struct JournalWriter: ~Copyable {
    static let path = "/run/systemd/journal/socket"

    private var socket: DatagramSocket
    private var encoder: JournalEncoder
    private var failure: SystemError?
    private var hasWarned = false

    init(fields: [(name: String, value: String)]) throws(SystemError) {
        socket = try DatagramSocket(to: Self.path)
        encoder = JournalEncoder(fields: fields)
    }

    /// Sends what was read from `stream` at `time`.
    mutating func append(_ bytes: ArraySlice<UInt8>, of stream: LogStream, at time: FileTime) {
        var failure: SystemError?
        encoder.take(bytes, of: stream, at: time) { message in
            do throws(SystemError) { try socket.send(message, waits: false) } catch { failure = failure ?? error }
        }
        guard let failure else { return }
        self.failure = self.failure ?? failure
        // A journal that was started anew has another socket.
        if failure.errno != .again, let other = try? DatagramSocket(to: Self.path) { socket = other }
    }

    /// Sends what came last without a line end: `stream` has ended.
    mutating func end(of stream: LogStream, at time: FileTime) {
        encoder.end(of: stream, at: time) { message in try? socket.send(message, waits: false) }
    }

    /// That lines are missing, and why: once.
    mutating func takeWarning() -> String? {
        guard let failure, !hasWarned else { return nil }
        hasWarned = true
        return "lines of the log are lost, as the journal does not take them: \(failure)"
    }
}

extension LogChoice {
    /// What each message to the journal says of the container: docker's names.
    func journalFields(of record: ContainerRecord, environment: [String]) -> [(name: String, value: String)] {
        let short = String(record.id.prefix(12))
        let tag = self.tag?.text(for: record) ?? short
        var fields = [
            ("CONTAINER_ID", short), ("CONTAINER_ID_FULL", record.id), ("CONTAINER_NAME", record.name),
            ("CONTAINER_TAG", tag), ("IMAGE_NAME", record.image), ("SYSLOG_IDENTIFIER", tag),
        ]
        let bytes = attributes(of: record, environment: environment)
        for (name, value) in (try? JSON(parsing: bytes))?.object ?? JSON.Object() where name != "tag" {
            fields.append((Self.fieldName(name), value.string ?? ""))
        }
        return fields.map { (name: $0.0, value: $0.1) }
    }

    /// A name as the journal takes it: capitals, digits and `_`, with no `_` first.
    static func fieldName(_ text: String) -> String {
        let name = String(text.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        return String(name.drop { $0 == "_" })
    }
}
