// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Linux
internal import OCI

extension RowPrinter {
    /// The list of containers, with docker's columns.
    static func containers(withSizes: Bool) -> RowPrinter {
        RowPrinter(
            columns: ["ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names"] + (withSizes ? ["Size"] : []),
            titles: [
                ("ID", "CONTAINER ID"), ("Image", "IMAGE"), ("Command", "COMMAND"), ("CreatedAt", "CREATED AT"),
                ("RunningFor", "CREATED"), ("Ports", "PORTS"), ("State", "STATE"), ("Status", "STATUS"),
                ("Size", "SIZE"), ("Names", "NAMES"), ("Labels", "LABELS"), ("Mounts", "MOUNTS"),
                ("LocalVolumes", "LOCAL VOLUMES"), ("Networks", "NETWORKS"),
            ])
    }
}

extension Row {
    /// A container, as it is at `now`.
    ///
    /// - Parameter size: what its own files take, and its image's with them, where that was asked.
    init(_ record: ContainerRecord, now: FileTime, isWhole: Bool, size: (own: Int64, whole: Int64)?) {
        let volumes = record.mounts.filter { $0.kind == .volume }
        let mounts = record.mounts.map { mount in
            let text = mount.kind == .bind ? mount.source : mount.name
            return isWhole ? text : text.shortened(to: 15)
        }
        let isPaused = record.isPaused
        let room =
            size.map { "\(ImagesCommand.size($0.own)) (virtual \(ImagesCommand.size($0.whole)))" } ?? "0B"
        self.init(
            [
                ("ID", isWhole ? record.id : String(record.id.prefix(12))), ("Image", record.image),
                ("Command", Self.command(record.command, isWhole: isWhole)), ("CreatedAt", listedTime(record.created)),
                ("RunningFor", humanAge(of: record.created, now: now).map { $0 + " ago" } ?? ""),
                (
                    "Ports",
                    record.isLive ? record.published.map { "\($0.outside)->\($0.inside)" }.joined(separator: ", ") : ""
                ),
                ("State", isPaused ? "paused" : record.state.word),
                ("Status", record.status(now: now, isPaused: isPaused)), ("Size", room),
                ("Names", record.name), ("Labels", record.labels.labelText),
                ("Mounts", mounts.joined(separator: ",")), ("LocalVolumes", "\(volumes.count)"),
                ("Networks", record.networkName),
            ], labels: record.labels)
    }

    /// The words in quotes, as one text.
    private static func command(_ words: [String], isWhole: Bool) -> String {
        let text = words.enumerated().map { index, word in
            index > 0 && word.contains(" ") ? "'\(word)'" : word
        }.joined(separator: " ")
        return JSON.string(isWhole ? text : text.shortened(to: 20)).description
    }
}

extension String {
    /// Itself, or where it is longer its beginning and an ellipsis.
    fileprivate func shortened(to length: Int) -> String {
        count <= length ? self : prefix(length - 1) + "…"
    }
}

extension ContainerRecord {
    /// In words: `Up 3 seconds`, `Exited (0) 2 hours ago`.
    ///
    /// - Parameter isPaused: nil to ask.
    func status(now: FileTime, isPaused: Bool? = nil) -> String {
        func age(_ text: String) -> String { humanAge(of: text, now: now) ?? "an unknown time" }
        switch state {
        case .created: return "Created"
        case .running(_, _, let since):
            if isPaused ?? self.isPaused { return "Up \(age(since)) (Paused)" }
            switch health["Status"]?.string {
            case "starting"?: return "Up \(age(since)) (health: starting)"
            case let word?: return "Up \(age(since)) (\(word))"
            case nil: return "Up \(age(since))"
            }
        case .exited(let code, let finished, _): return "Exited (\(code)) \(age(finished)) ago"
        case .restarting(let code, let finished): return "Restarting (\(code)) \(age(finished)) ago"
        }
    }
}
