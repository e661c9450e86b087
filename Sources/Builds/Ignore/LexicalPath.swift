// SPDX-License-Identifier: Apache-2.0

/// Paths as text, without asking a file system.
enum LexicalPath {
    /// The shortest path that means the same as long as there are no links: no empty part, no `.`, and no `..` that
    /// has something in front of it. `.` where nothing is left: Go's `path.Clean`, which the patterns and sources of
    /// Dockerfiles go through.
    static func cleaned(_ path: some Collection<UInt8>) -> [UInt8] {
        let isRooted = path.first == slash
        var parts: [ArraySlice<UInt8>] = []
        for part in Array(path).split(separator: slash) where !part.elementsEqual([dot]) {
            if part.elementsEqual([dot, dot]) {
                if let last = parts.last, !last.elementsEqual([dot, dot]) {
                    parts.removeLast()
                    continue
                }
                // Nothing is above the root.
                if isRooted { continue }
            }
            parts.append(part)
        }
        let joined = Array(parts.joined(separator: [slash]))
        if isRooted { return [slash] + joined }
        return joined.isEmpty ? [dot] : joined
    }

    /// The path below a root that `path` means, where the root is the end of every `..`: empty for the root itself.
    static func belowRoot(_ path: some Collection<UInt8>) -> [UInt8] {
        Array(cleaned([slash] + Array(path)).dropFirst())
    }

    /// The same as text.
    static func text(_ path: String) -> String { String(decoding: belowRoot(path.utf8), as: UTF8.self) }

    static let slash = UInt8(ascii: "/")
    static let dot = UInt8(ascii: ".")
}
