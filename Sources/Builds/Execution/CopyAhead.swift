// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A copy that goes on while what it copies is read for the step's key, in a process of its own.
///
/// Where much is to be read the step is most likely not in the cache, and reading takes as long as copying. If it is there
/// after all, the process is ended, and what it has made goes with the build's directory.
final class CopyAhead {
    /// What is copied in vain takes no more of the disk than this.
    private static let mostBytes: Int64 = 4 << 30

    private let work: StepWork
    private var worker: Worker?

    init(_ work: StepWork) { self.work = work }

    deinit { stop() }

    /// Starts the copy, where nothing but files is copied that are there now; `size` is how many bytes are to be read.
    func start(size: Int64) {
        // A layer that comes out of another cache needs the place.
        guard worker == nil, work.caches.isEmpty, case .copy(let copy) = work.step.operation,
            copy.sources.allSatisfy(\.isThere), size <= Self.mostBytes, hasRoom(for: size)
        else { return }
        worker = try? Worker(step: work.step.id) { [work] channel in
            do throws(BuildError) { try work.make(nil, channel) } catch {
                channel.tell(.failed(words: "\(error)", error.code))
            }
        }
    }

    private func hasRoom(for size: Int64) -> Bool {
        guard let status = try? Descriptor.open(work.directory, [.readOnly, .directory]).fileSystemStatus() else {
            return false
        }
        return Int64(clamping: status.available) / 4 > size
    }

    /// Waits for the copy, and tells what it tells; false where there is none.
    func finish(_ selection: StepSelection, _ channel: borrowing WorkerChannel) throws(BuildError) -> Bool {
        guard let worker, case .copy(let copy) = work.step.operation else { return false }
        var heard: [WorkerMessage] = []
        var isDescribed = false
        var buffer = [UInt8](repeating: 0, count: 1 << 12)
        while !worker.hasClosed {
            do throws(SystemError) {
                var set = PollSet()
                let places = worker.add(to: &set)
                try set.wait()
                try worker.take(places, of: set, buffer: &buffer, wrote: { _, _ in }, told: { heard.append($0) })
            } catch {
                throw BuildError(.file, "cannot hear of the copy", at: work.step.range, cause: error)
            }
            for message in heard {
                switch message {
                case .sealed(let ids, _):
                    channel.tell(.sealed(highIDs: ids, fitsKey: try work.isUntouched(selection, copy)))
                case .described:
                    isDescribed = true
                    channel.tell(message)
                case .failed(let words, let code): throw BuildError(code, words, at: work.step.range)
                default: channel.tell(message)
                }
            }
            heard.removeAll()
        }
        self.worker = nil
        let status = worker.wait()
        guard isDescribed else {
            throw BuildError(.file, "the process that copied files ended with \(status.code)", at: work.step.range)
        }
        return true
    }

    /// Ends the copy. Those who help it hold its pipe too, so nobody writes any more when that is closed.
    private func stop() {
        guard let worker else { return }
        worker.kill()
        var buffer = [UInt8](repeating: 0, count: 1 << 12)
        while !worker.hasClosed {
            var set = PollSet()
            let places = worker.add(to: &set)
            guard (try? set.wait()) != nil,
                (try? worker.take(places, of: set, buffer: &buffer, wrote: { _, _ in }, told: { _ in })) != nil
            else { break }
        }
        _ = worker.wait()
    }
}

extension CopyOperation.Source {
    /// Whether it is a file or directory that nobody has to fetch.
    fileprivate var isThere: Bool {
        switch self {
        case .path, .inline: true
        case .url, .git: false
        }
    }
}
