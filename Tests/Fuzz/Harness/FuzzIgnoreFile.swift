// SPDX-License-Identifier: Apache-2.0
import Builds

/// The first line is a path, the others are a `.dockerignore`: it is read or refused, and answers about the path.
@Sendable func fuzzIgnoreFile(_ bytes: [UInt8]) {
    let parts = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
    guard let path = parts.first, parts.count == 2 else { return }
    guard let filter = try? IgnoreFilter(parsing: Array(parts[1]), name: ".dockerignore") else { return }
    guard var matcher = try? IgnoreMatcher(filter) else {
        expect(false, "a pattern was read and is none: \(filter.patterns)")
        return
    }
    let isExcluded = matcher.isExcluded(Array(path))
    expect(isExcluded == matcher.isExcluded(Array(path)), "two answers for one path")
    if path.isEmpty { expect(!isExcluded, "the root is left out") }
}
