// SPDX-License-Identifier: Apache-2.0

/// The word that was probably meant by `word`, or nil where none of `candidates` is near.
///
/// Near is at most one slip in three letters: a letter too many, too few, another one, or two that changed places.
/// Of words equally near the first counts.
public func nearestWord(to word: String, among candidates: some Sequence<String>) -> String? {
    let letters = Array(word.utf8)
    var best: (word: String, distance: Int)?
    for candidate in candidates {
        let other = Array(candidate.utf8)
        let limit = max(1, max(letters.count, other.count) / 3)
        if abs(letters.count - other.count) > limit { continue }
        let distance = editDistance(letters, other)
        if distance <= limit, distance < other.count, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.word
}

/// The Damerau-Levenshtein distance, where no letters are changed twice (optimal string alignment).
func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        row.reserveCapacity(b.count + 1)
        for j in b.indices {
            var distance = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { distance = min(distance, beforeLast[j - 1] + 1) }
            row.append(distance)
        }
        (beforeLast, last) = (last, row)
    }
    return last[b.count]
}
