// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// A process of its own that takes one layer, with one thread and next to no rights.
///
/// What it reads may have been made to break it. So it is a copy of the command, made by clone3(2) without an exec, that
/// closes all that it does not need, can neither execute anything nor reach a network, and says over a pipe what it
/// found. When the command ends, however it ends, the worker is killed.
final class LayerWorker {
    let number: Int
    /// For messages.
    let name: String
    private let process: Process
    /// At its end, the worker has ended.
    let reports: Descriptor
    private var report: [UInt8] = []

    /// More than this no worker has to say.
    private static let longestReport = 1 << 20

    /// Starts a worker that does `work`, under `filter`.
    /// - Parameter lock: that of the staging directory, which nobody may take for abandoned while the worker lives.
    init(
        number: Int, name: String, _ work: consuming LayerWork, lock: borrowing Descriptor, _ filter: SeccompFilter
    ) throws(SystemError) {
        let pipe = try Pipe()
        let parent = CurrentProcess.id
        switch try Process.clone(into: []) {
        case .child:
            let code = Self.run(work, pipe.writer, lock, parent: parent, filter)
            // Without taking down what the command has made: this is a copy, and those things are the command's.
            CurrentProcess.exitImmediately(code)
        case .parent(let process):
            self.process = process
        }
        self.number = number
        self.name = name
        reports = pipe.takeReader()
        try reports.setNonBlocking(true)
    }

    private static func run(
        _ work: consuming LayerWork, _ writer: borrowing Descriptor, _ lock: borrowing Descriptor, parent: Int32,
        _ filter: SeccompFilter
    ) -> Int32 {
        do throws(SystemError) {
            var kept = KeptDescriptors()
            kept.keep(writer)
            kept.keep(lock)
            try work.closeOthers(kept)
            try WorkerConfinement.letGo()
            try work.enter()
            try WorkerConfinement.confine(parent: parent, filter)
        } catch {
            let failure = ImageError(.cannotRead, "process", "cannot confine the process that unpacks it", cause: error)
            try? writer.write(WorkerReport.failed(failure).bytes)
            return 1
        }
        let report: WorkerReport
        do throws(ImageError) { report = .found(try work.perform()) } catch { report = .failed(error) }
        try? writer.write(report.bytes)
        return 0
    }

    func kill() { try? process.send(.kill) }

    /// Waits for its end.
    func wait() { _ = try? process.wait() }

    /// Takes what it has told, and returns what it found once it has ended; nil while it goes on.
    func hear() throws(ImageError) -> LayerFindings? {
        var buffer = [UInt8](repeating: 0, count: 1 << 12)
        while true {
            let count: Int
            do throws(SystemError) { count = try reports.read(into: &buffer) } catch {
                if error.errno == .again { return nil }
                throw .read("what the process that unpacks \(name) tells", error)
            }
            if count == 0 { break }
            report += buffer[..<count]
            guard report.count <= Self.longestReport else { throw failure("told more than it may") }
        }
        let status = (try? process.wait()) ?? .signaled(.kill)
        switch WorkerReport(report) {
        case .found(let found) where status == .exited(0): return found
        case .failed(let error): throw error
        default: break
        }
        switch status {
        case .exited(let code): throw failure("ended with code \(code)")
        case .signaled(let signal): throw failure("was killed by \(signal)")
        }
    }

    private func failure(_ words: String) -> ImageError {
        ImageError(
            .badArchive, name,
            "the process that unpacked it \(words), as one does for which there was not enough memory")
    }
}
