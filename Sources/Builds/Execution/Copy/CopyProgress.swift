// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import Linux

/// How far a copy is, for the process that reads the layer meanwhile.
final class CopyProgress: LayerProgress {
    private let batch: CopyBatch
    /// The part to which each file of the batch belongs.
    private let partOfFile: [Int]
    /// Of the batch, by their paths with a slash at the end.
    private var places: [[UInt8]: Int] = [:]
    private var times: [[UInt8]: FileTime] = [:]
    private var isDone: [Bool]
    /// The numbers of the parts that are done; at the end, all are or the copy has failed.
    private let done: Descriptor

    /// - Parameters:
    ///   - times: What directories get in the end; of several for one, the last.
    ///   - done: Two bytes come for each part that is done, the higher one first.
    init(
        of batch: CopyBatch, _ pieces: [CopyBatch.Piece], in parts: [Range<Int>],
        times: [(place: FileName, time: FileTime)], done: consuming Descriptor
    ) {
        self.batch = batch
        self.done = done
        isDone = [Bool](repeating: false, count: parts.count)
        var partOfFile = [Int](repeating: 0, count: batch.files.count)
        for (number, part) in parts.enumerated() {
            for piece in pieces[part] { for file in piece.files { partOfFile[file] = number } }
        }
        self.partOfFile = partOfFile
        for (index, directory) in batch.directories.enumerated() { places[Self.key(directory.target)] = index }
        for (place, time) in times { self.times[Self.key(place)] = time }
    }

    /// Whether all is known that a reader has to know: files change the times of the directories that they come into, and
    /// a directory that comes twice is not looked for.
    var isComplete: Bool {
        places.count == batch.directories.count && places.keys.allSatisfy { times[$0] != nil }
    }

    private static func key(_ place: FileName) -> [UInt8] {
        place.isEmpty ? [] : place.bytes + [UInt8(ascii: "/")]
    }

    /// Closes all that this process has inherited but what it reads and `other`; it ends without leaving a scope.
    func closeDescriptors(except other: borrowing Descriptor) throws(SystemError) {
        try CurrentProcess.closeDescriptors(except: done, other)
    }

    func files(in directory: [UInt8]) -> [FileName] {
        places[directory].map { Array(batch.files[batch.directories[$0].files]) } ?? []
    }

    func time(of directory: [UInt8]) -> FileTime? { times[directory] }

    func wait(for name: FileName, in directory: [UInt8]) throws(ImageError) {
        guard let place = places[directory], let file = index(of: name, in: batch.directories[place].files) else {
            return
        }
        let part = partOfFile[file]
        while !isDone[part] {
            let number: [UInt8]
            do throws(SystemError) { number = try done.read(upTo: 2) } catch {
                throw .read("how far the copy is", error)
            }
            guard number.count == 2 else { throw .read("\(name)", SystemError("read", .brokenPipe)) }
            isDone[Int(number[0]) << 8 | Int(number[1])] = true
        }
    }

    /// Names of a directory are in order, as they were found.
    private func index(of name: FileName, in range: Range<Int>) -> Int? {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if batch.files[middle] < name { low = middle + 1 } else { high = middle }
        }
        return low < range.upperBound && batch.files[low] == name ? low : nil
    }
}
