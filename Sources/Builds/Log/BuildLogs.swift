// SPDX-License-Identifier: Apache-2.0
public import Linux
internal import OCI
internal import Words

/// The logs of the builds of a store, each in a directory that is named for its id.
public struct BuildLogs: Sendable {
    /// How many builds that have ended are kept.
    public static let kept = 50
    /// How many more there may be before they are counted: it is not worth a look at each with every build.
    static let slack = 10

    static let recordName = "record.jsonl"
    static func logName(of step: Int) -> String { "step-\(step).log" }

    /// The directory of all of them.
    public let path: String

    /// - Parameter store: the directory of images, containers and builds.
    public init(store: String) { path = store + "/builds" }

    /// Every build that there is a log of, the youngest first.
    public func list() throws(SystemError) -> [BuildRecord] {
        try ids().compactMap(record(of:)).sorted { ($0.created, $0.id) > ($1.created, $1.id) }
    }

    /// The build that `text` names: `latest`, a tag, or the start of an id.
    public func find(_ text: String) throws(BuildError) -> BuildRecord {
        let records: [BuildRecord]
        do { records = try list() } catch { throw BuildError(.file, "cannot read the logs of builds", cause: error) }
        if text == "latest" {
            guard let latest = records.first else {
                throw BuildError(.missing, "nothing was built yet: write minibox build")
            }
            return latest
        }
        if let reference = try? ImageReference(text),
            let record = records.first(where: { $0.tags.contains(reference.familiar) })
        {
            return record
        }
        let matching = records.filter { !text.isEmpty && $0.id.hasPrefix(text) }
        if matching.count > 1 {
            throw BuildError(.missing, "\(text) is the start of \(matching.count) ids: write more of it")
        }
        guard let found = matching.first else {
            let near = nearestWord(to: text, among: records.flatMap(\.tags) + ["latest"])
            throw BuildError(
                .missing,
                "there is no log of a build \(text)"
                    + (near.map { ": did you mean \($0)?" } ?? ": see minibox build ls"))
        }
        return found
    }

    /// What a step wrote, opened for reading; nil where it wrote nothing.
    public func output(of step: Int, in record: BuildRecord) throws(SystemError) -> Descriptor? {
        do {
            return try Descriptor.open("\(path)/\(record.id)", [.readOnly, .directory]).open(
                Self.logName(of: step), [.readOnly, .noFollow])
        } catch {
            if error.errno == .noEntry { return nil }
            throw error
        }
    }

    /// Removes the oldest builds that have ended, but for ``kept``, when there are ``slack`` more. One that cannot be
    /// removed stays.
    func prune() {
        guard let ids = try? ids(), ids.count > Self.kept + Self.slack,
            let root = try? Descriptor.open(path, [.readOnly, .directory])
        else { return }
        let ended = ids.compactMap { id -> (id: String, created: String)? in
            guard let directory = try? root.open(id, [.readOnly, .directory]) else { return nil }
            guard let journal = try? directory.open(Self.recordName, [.readOnly, .noFollow]) else {
                // A build that has only just begun, or that was killed when it had.
                let isOld = (try? directory.status()).map { Clock.wall.seconds - $0.modified.seconds > 3600 } ?? false
                return isOld ? (id, "") : nil
            }
            guard (try? journal.isLockedByProcess()) == false else { return nil }
            // Without a first line, it was killed before there was one.
            let start = (try? journal.read(upTo: 1 << 16)) ?? []
            let head = try? JSON(parsing: Array(start.prefix { $0 != UInt8(ascii: "\n") }))
            return (id, head?["created"]?.string ?? "")
        }.sorted { ($0.created, $0.id) > ($1.created, $1.id) }
        for build in ended.dropFirst(Self.kept) { try? root.removeTree(build.id) }
    }

    private func ids() throws(SystemError) -> [String] {
        do throws(SystemError) {
            return try Descriptor.open(path, [.readOnly, .directory]).entries().filter { !$0.hasPrefix(".") }
        } catch {
            if error.errno == .noEntry { return [] }
            throw error
        }
    }

    private func record(of id: String) -> BuildRecord? {
        guard let directory = try? Descriptor.open("\(path)/\(id)", [.readOnly, .directory]),
            let journal = try? directory.open(Self.recordName, [.readOnly, .noFollow]),
            let isRunning = try? journal.isLockedByProcess(), let bytes = try? journal.readAll()
        else { return nil }
        return BuildRecord(journal: bytes, isRunning: isRunning)
    }
}
