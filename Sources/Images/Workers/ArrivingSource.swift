// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// The bytes of an archive that somebody else is still writing, from its start to its end.
///
/// They are nobody's word: who writes may begin anew, or change what was read already. So its reader makes what it makes
/// of them, and compares: once the file is whole, and nobody writes to it any more, its digest has to be that of the
/// bytes that were read.
final class ArrivingSource: ByteSource {
    private let file: FileSource
    /// The same file, from its start.
    private let again: FileSource
    /// A pipe, whose other end is closed once the file is whole.
    private let gate: Descriptor
    private var isWhole = false

    /// Milliseconds until it is looked whether more has come.
    private static let pause: Int32 = 10

    init(_ file: FileSource, again: FileSource, gate: consuming Descriptor) {
        self.file = file
        self.again = again
        self.gate = gate
    }

    func read(into buffer: inout [UInt8]) throws(ImageError) -> Int {
        while true {
            let count = try file.read(into: &buffer)
            if count > 0 || isWhole { return count }
            var set = PollSet()
            let place = set.add(gate, .reading)
            do { try set.wait(milliseconds: Self.pause) } catch { throw .read("the gate of an archive", error) }
            // What came before it was said is read yet.
            isWhole = set.isReady(place)
        }
    }

    /// The digest of what the file has now; only once it is whole.
    func digest() throws(ImageError) -> Digest { try RecordedSource(again).drain() }

    /// Notes what stays open where all else is closed.
    func keep(in kept: inout KeptDescriptors) {
        file.keep(in: &kept)
        again.keep(in: &kept)
        kept.keep(gate)
    }
}
