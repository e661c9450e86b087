// SPDX-License-Identifier: Apache-2.0

/// Guesses which name was meant.
enum NearestName {
    /// The name nearest to `text`, by insertions, removals, replacements and swaps of neighbours (Damerau-Levenshtein
    /// distance, optimal string alignment); nil where none is near.
    static func of(_ text: String, among names: [String]) -> String? {
        let limit = max(1, text.utf8.count / 3)
        var best: (name: String, distance: Int)?
        for name in names {
            let distance = distance(Array(text.utf8), Array(name.utf8))
            if distance <= limit, distance < best?.distance ?? .max { best = (name, distance) }
        }
        return best?.name
    }

    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var before: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                var cost = min(
                    last[column + 1] + 1, current[column] + 1, last[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, before[column - 1] + 1)
                }
                current.append(cost)
            }
            before = last
            last = current
        }
        return last[right.count]
    }
}
