// SPDX-License-Identifier: Apache-2.0

/// Why a step has to be carried out though the cache was asked: what differs from the last time.
enum CacheExplanation {
    /// The most files that are named.
    private static let mostFiles = 20

    /// A line each.
    static func ofMiss(_ now: StepMemory, last: StepMemory?) -> [String] {
        guard let last else { return ["nothing is remembered of this step: it was not built before under this name"] }
        let files = files(now.manifests, last.manifests)
        let lines = files + parts(now.parts, last.parts, namesFiles: !files.isEmpty)
        return lines.isEmpty
            ? ["nothing differs from the last time, but its layer is no longer in the cache"] : lines
    }

    private static func parts(_ now: [CacheKey.Part], _ last: [CacheKey.Part], namesFiles: Bool) -> [String] {
        var before: [String: [String]] = [:]
        for part in last { before[part.label, default: []].append(part.value) }
        var lines: [String] = []
        for part in now {
            guard var values = before[part.label], !values.isEmpty else {
                lines.append(part.isDigest ? "\(part.label) is read now" : "\(part.label) is new: \(shown(part.value))")
                continue
            }
            let value = values.removeFirst()
            before[part.label] = values
            guard value != part.value else { continue }
            switch part.label {
            case StepKey.parentLabel: lines.append("\(part.label) has another result")
            case _ where part.isDigest: if !namesFiles { lines.append("\(part.label) changed") }
            default: lines.append("\(part.label) changed: \(shown(value)) -> \(shown(part.value))")
            }
        }
        for part in last {
            guard let values = before[part.label], !values.isEmpty else { continue }
            before[part.label] = nil
            lines.append(part.isDigest ? "\(part.label) is not read any more" : "\(part.label) is gone")
        }
        return lines
    }

    private static func shown(_ value: String) -> String {
        if value.isEmpty { return "nothing" }
        return value.count > 120 ? "\"\(value.prefix(117))...\"" : "\"\(value)\""
    }

    private static func files(_ now: [ContentManifest], _ last: [ContentManifest]) -> [String] {
        var lines: [String] = []
        for (new, old) in zip(now, last) {
            for change in new.changes(since: old) ?? [] {
                var line = "\(change)"
                if case .permissions = change.kind { line += ", and with --chmod they would not count" }
                lines.append(line)
            }
        }
        guard lines.count > mostFiles else { return lines }
        return lines.prefix(mostFiles) + ["and \(lines.count - mostFiles) more differences of files"]
    }
}

extension CacheKey.Part {
    /// Whether the value says nothing to a person.
    fileprivate var isDigest: Bool {
        value.utf8.count == 64 && value.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
