// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import Linux
internal import OCI

/// A process that reads a layer while files are copied into it, so that the layer's digest, which takes one processor as
/// long as all others need for the copy, is there soon after the copy.
final class LayerFollower {
    private let layer: String
    private let epoch: Int64?
    private var reader: Reader?

    private final class Reader {
        let process: Process
        /// The description, when it is known.
        let words: Descriptor
        /// Holds both ends, so that nobody who writes dies of a reader that has gone.
        let done: Pipe
        init(_ process: consuming Process, _ words: consuming Descriptor, _ done: consuming Pipe) {
            self.process = process
            self.words = words
            self.done = done
        }
    }

    /// For the layer that is made in the directory `layer`; `epoch` is what ``BuildStaging/sealLayer(_:clampTo:)`` is told.
    init(layer: String, epoch: Int64?) {
        self.layer = layer
        self.epoch = epoch
    }

    deinit { stop() }

    /// Starts to read, where that can be done before the copy is: everything but the files of `batch` must be there, and
    /// nothing may change after those but the times of directories, to `times`.
    func start(
        on batch: CopyBatch, _ pieces: [CopyBatch.Piece], in parts: [Range<Int>],
        times: [(place: FileName, time: FileTime)]
    ) {
        guard reader == nil else { return }
        // Without it, the layer is read afterwards.
        reader = try? start(on: batch, pieces, in: parts, times)
    }

    private func start(
        on batch: CopyBatch, _ pieces: [CopyBatch.Piece], in parts: [Range<Int>],
        _ times: [(place: FileName, time: FileTime)]
    ) throws(SystemError) -> Reader? {
        let done = try Pipe()
        let words = try Pipe()
        let progress = CopyProgress(
            of: batch, pieces, in: parts, times: times, done: try done.reader.duplicate())
        guard progress.isComplete else { return nil }
        switch try Process.clone(into: []) {
        case .child: CurrentProcess.exitImmediately(read(progress, words.writer))
        case .parent(let process): return Reader(process, words.takeReader(), done)
        }
    }

    private func read(_ progress: CopyProgress, _ words: borrowing Descriptor) -> Int32 {
        do {
            try CurrentProcess.setParentDeathSignal(.kill)
            // The overlay, which is to go with the copy, and the other end of what tells how far the copy is.
            try progress.closeDescriptors(except: words)
            let description = try BuildStaging.describeLayer(layer, clampTo: epoch, following: progress)
            try words.write(description.json.bytes())
            return 0
        } catch {
            return 1
        }
    }

    /// Notes that a part of the batch is done; in any process that copies.
    func note(done part: Int) throws(BuildError) {
        guard let reader else { return }
        do throws(SystemError) {
            try reader.done.writer.write([UInt8(part >> 8), UInt8(part & 0xFF)])
        } catch {
            throw BuildError(.file, "cannot tell how far the copy is", cause: error)
        }
    }

    /// Waits for the description; nil where there is none, and the layer is to be read as it is now.
    func finish() -> LayerDescription? {
        guard let reader else { return nil }
        self.reader = nil
        let bytes = (try? reader.words.readAll()) ?? []
        guard let status = try? reader.process.wait(), status == .exited(0), let json = try? JSON(parsing: bytes) else {
            return nil
        }
        return LayerDescription(json)
    }

    private func stop() {
        guard let reader else { return }
        try? reader.process.send(.kill)
        _ = try? reader.process.wait()
    }
}
