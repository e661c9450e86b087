// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// What a step's result was made of: the parts of its key, and the files that it read.
struct StepMemory: Hashable, Sendable {
    /// A file that a step read, as its part of the digest says.
    struct File: Hashable, Sendable {
        var path: String
        /// Permission bits; nil for a symbolic link.
        var mode: UInt32?
        /// Of everything but the permissions: kind, contents, link, attributes.
        var content: String
    }
    var parts: [CacheKey.Part]
    /// Sorted by path.
    var files: [File]

    var json: JSON {
        [
            "parts": .array(parts.map { .array([.string($0.label), .string($0.value)]) }),
            "files": .array(
                files.map { .array([.string($0.path), $0.mode.map { JSON($0) } ?? .null, .string($0.content)]) }),
        ]
    }

    init(parts: [CacheKey.Part], files: [File]) {
        self.parts = parts
        self.files = files
    }

    /// Nil where the bytes are anything else: then nothing is remembered.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes), let parts = json["parts"]?.array, let files = json["files"]?.array
        else { return nil }
        self.parts = parts.compactMap { part in
            guard let label = part[0]?.string, let value = part[1]?.string else { return nil }
            return CacheKey.Part(label, value)
        }
        self.files = files.compactMap { file in
            guard let path = file[0]?.string, let content = file[2]?.string else { return nil }
            return File(path: path, mode: file[1]?.uint32, content: content)
        }
    }
}

/// Why a step has to be carried out though the cache was asked: what differs from the last time.
enum CacheExplanation {
    /// The most files that are named.
    private static let mostFiles = 20

    /// A line each.
    static func ofMiss(_ now: StepMemory, last: StepMemory?) -> [String] {
        guard let last else { return ["nothing is remembered of this step: it was not built before under this name"] }
        var lines = files(now.files, last.files)
        lines += parts(now.parts, last.parts, namesFiles: !lines.isEmpty)
        if lines.isEmpty { lines.append("nothing differs from the last time, but its layer is no longer in the cache") }
        return lines
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
            case "the step before it": lines.append("the step before it has another result")
            case _ where part.isDigest:
                if !namesFiles { lines.append("\(part.label) changed") }
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

    /// Both lists are sorted by path.
    private static func files(_ now: [StepMemory.File], _ last: [StepMemory.File]) -> [String] {
        var lines: [String] = []
        var (new, old) = (now[...], last[...])
        while let first = new.first ?? old.first {
            let path = min(new.first?.path ?? first.path, old.first?.path ?? first.path)
            let after = new.first?.path == path ? new.popFirst() : nil
            let before = old.first?.path == path ? old.popFirst() : nil
            switch (before, after) {
            case (nil, .some): lines.append("\(path) is new")
            case (.some, nil): lines.append("\(path) is gone")
            case (let before?, let after?):
                if before.content != after.content { lines.append("\(path) changed") }
                if before.mode != after.mode, let from = before.mode, let to = after.mode {
                    lines.append(
                        "the permissions of \(path) changed: \(String(from, radix: 8)) -> \(String(to, radix: 8)); "
                            + "with --chmod they would not count")
                }
            case (nil, nil): break
            }
        }
        guard lines.count > mostFiles else { return lines }
        return lines.prefix(mostFiles) + ["and \(lines.count - mostFiles) more files"]
    }
}

extension CacheKey.Part {
    /// Whether the value says nothing to a person.
    fileprivate var isDigest: Bool {
        value.utf8.count == 64
            && value.utf8.allSatisfy { ("0"..."9").contains(Character(UnicodeScalar($0))) || (97...102).contains($0) }
    }
}
