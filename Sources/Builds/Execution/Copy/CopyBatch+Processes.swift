// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension CopyBatch {
    /// From so much on, another process is worth its start of a millisecond.
    private static let manyFiles = 256
    private static let manyBytes: Int64 = 32 << 20

    /// Whether several processes copy it, where there may be some.
    var isLarge: Bool { files.count > 1 && (files.count >= Self.manyFiles || size >= Self.manyBytes) }

    /// Copies all files, in several processes where there are many. This one must have a single thread then.
    /// - Parameters:
    ///   - pieces: Those of ``pieces(mostFiles:enoughBytes:)``.
    ///   - parts: What of them is done at once.
    ///   - whenDone: Is told the number of each part that is done, in the process that has done it.
    func copy(
        _ pieces: [Piece], in parts: [Range<Int>], of tree: borrowing FileTree, to target: borrowing CopyTarget,
        _ writer: inout FileWriter, processes: Int, whenDone: (Int) throws(BuildError) -> Void
    ) throws(BuildError) {
        guard processes > 1, parts.count > 1, isLarge else {
            for (number, part) in parts.enumerated() {
                for piece in pieces[part] { try copy(piece, of: tree, to: target, &writer) }
                try whenDone(number)
            }
            return
        }
        _ = try SharedWork(parts: parts.count, processes: processes, niceness: 5).carryOut {
            number, _ throws(BuildError) in
            for piece in pieces[parts[number]] { try copy(piece, of: tree, to: target, &writer) }
            try whenDone(number)
        }
    }
}
