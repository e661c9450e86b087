// SPDX-License-Identifier: Apache-2.0

/// The lines of an instruction joined to one, which knows where in the file each of its bytes stands.
///
/// Slices of ``bytes`` keep its indices, so that a range in the file can be asked for each of them.
struct LogicalLine {
    private(set) var bytes: [UInt8] = []
    /// Where in ``bytes`` a physical line starts, and where in the file it does.
    private var segments: [(offset: Int, position: SourcePosition)] = []
    /// From 1.
    var firstLine = 1
    var lastLine = 1
    /// Comments directly above, without `#` and white space at their ends.
    var comments: [String] = []

    mutating func append(_ piece: ArraySlice<UInt8>, at position: SourcePosition) {
        segments.append((bytes.count, position))
        bytes += piece
    }

    /// Where the byte at `index` stands; for the end of the line, the place behind the last byte.
    func position(of index: Int) -> SourcePosition {
        if index >= bytes.count, index > 0 {
            let last = position(of: bytes.count - 1)
            return SourcePosition(line: last.line, column: last.column + 1)
        }
        // The last that starts no later; of two that start at the same offset the first is empty.
        var low = 0
        var high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].offset <= index { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return SourcePosition(line: firstLine, column: 1) }
        let segment = segments[low - 1]
        return SourcePosition(line: segment.position.line, column: segment.position.column + index - segment.offset)
    }

    /// Where a slice of ``bytes`` stands.
    func range(of slice: ArraySlice<UInt8>) -> SourceRange {
        let start = position(of: slice.startIndex)
        guard !slice.isEmpty else {
            return SourceRange(start, SourcePosition(line: start.line, column: start.column + 1))
        }
        let last = position(of: slice.endIndex - 1)
        return SourceRange(start, SourcePosition(line: last.line, column: last.column + 1))
    }
}
