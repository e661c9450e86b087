// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Holds `text` against the file of this name in `Snapshots`, byte for byte.
///
/// `MINIBOX_REWRITE_SNAPSHOTS=1 swift test` writes the files anew; what changed is then for git to show and for people
/// to judge.
func expectSnapshot(
    _ name: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Snapshots/\(name).txt")
    if ProcessInfo.processInfo.environment["MINIBOX_REWRITE_SNAPSHOTS"] == "1" {
        try Data(text.utf8).write(to: file)
        return
    }
    let expected = try? Data(contentsOf: file)
    guard let expected else {
        Issue.record("there is no snapshot \(name): see Snapshot.swift", sourceLocation: sourceLocation)
        return
    }
    if expected == Data(text.utf8) { return }
    let old = String(decoding: expected, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    let new = text.split(separator: "\n", omittingEmptySubsequences: false)
    let changes = new.difference(from: old).map { change in
        switch change {
        case .insert(_, let line, _): "+ \(line)"
        case .remove(_, let line, _): "- \(line)"
        }
    }
    Issue.record("\(name) is not as it was:\n\(changes.joined(separator: "\n"))", sourceLocation: sourceLocation)
}
