// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A process that has the disk write what workers make while they make it, so that the one syncfs(2) before layers are
/// published finds little left to do.
///
/// The kernel writes by itself what is half a minute old, or when memory is short; until then the disk does nothing. This
/// promises nothing: what is on the disk is said by whoever publishes. It ends with the pipe whose other end the command
/// has, so with the command, and reads nothing of what strangers wrote.
final class WriteAhead {
    private let process: Process
    /// Held by the command alone, since workers close what they do not need.
    private var gate: Descriptor?
    private var hasStopped = false

    /// Milliseconds before the first time: what is done by then is not worth it.
    private static let delay: Int32 = 500
    /// Milliseconds from the end of one to the next: each ends with the journal on the disk, which others may wait for.
    private static let pause: Int32 = 100

    /// Begins, for the file system that `directory` is on.
    init(_ directory: borrowing Descriptor) throws(SystemError) {
        let pipe = try Pipe()
        let parent = CurrentProcess.id
        switch try Process.clone(into: []) {
        case .child:
            try? Self.run(directory, pipe.reader, parent: parent)
            CurrentProcess.exitImmediately(0)
        case .parent(let process): self.process = process
        }
        gate = pipe.takeWriter()
    }

    deinit { stop() }

    private static func run(
        _ directory: borrowing Descriptor, _ gate: borrowing Descriptor, parent: Int32
    ) throws(SystemError) {
        var kept = KeptDescriptors()
        kept.keep(directory)
        kept.keep(gate)
        try CurrentProcess.closeDescriptors(except: kept)
        try WorkerConfinement.letGo()
        try CurrentProcess.setParentDeathSignal(.kill)
        guard CurrentProcess.parent == parent else { return }
        CurrentProcess.setCommandLine("minibox: writing layers to the disk")
        var time = delay
        while true {
            var set = PollSet()
            let end = set.add(gate, .reading)
            try set.wait(milliseconds: time)
            if set.isReady(end) { return }
            try directory.synchronizeFileSystem()
            time = pause
        }
    }

    /// Begins no other: what is under way is not waited for.
    func end() { gate = nil }

    /// Waits until it has ended.
    func stop() {
        end()
        guard !hasStopped else { return }
        hasStopped = true
        _ = try? process.wait()
    }
}
