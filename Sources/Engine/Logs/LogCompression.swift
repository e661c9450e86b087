// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Linux

/// The compression of a file of a log that is not written any more, by a process of its own.
///
/// The process only writes a file beside. That one takes the other's place here, where files also get their names, so that
/// the two do not meet; and after all of it is on the disk, so that no line is lost whatever is killed when.
struct LogCompression: ~Copyable {
    let process: Process
    /// What is compressed, whatever it is called by now.
    private let source: Descriptor

    private static let staged = ".compressed"

    /// Begins with the youngest file that is not compressed, which is kept longest.
    /// - Returns: nil where there is none.
    static func begin(in directory: borrowing Descriptor, keeping count: Int) throws(SystemError) -> LogCompression? {
        for age in stride(from: 1, to: count, by: 1) {
            guard let source = try? directory.open(LogFiles.name(age), [.readOnly, .noFollow]) else { continue }
            try LogFiles.remove(staged, in: directory)
            let target = try directory.open(staged, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o640)
            switch try Process.clone(into: []) {
            case .parent(let process): return LogCompression(process: process, source: source)
            case .child:
                let isWhole = compress(source, into: target)
                CurrentProcess.exitImmediately(isWhole ? 0 : 1)
            }
        }
        return nil
    }

    private init(process: consuming Process, source: consuming Descriptor) {
        self.process = process
        self.source = source
    }

    /// In the process of its own.
    private static func compress(_ source: borrowing Descriptor, into target: borrowing Descriptor) -> Bool {
        do {
            // What is left by a supervisor that was killed is its successor's to do.
            try CurrentProcess.setParentDeathSignal(.kill)
            // The container's pipes are not this one's to hold.
            try CurrentProcess.closeDescriptors(except: source, target)
            CurrentProcess.setCommandLine("minibox: compressing a log")
            CurrentProcess.standBack(by: 10)
            let compressor = try GzipBlockCompressor()
            while true {
                let bytes = try source.read(upTo: 1 << 18)
                if bytes.isEmpty { break }
                // Each a whole of its own: RFC 1952, section 2.2.
                try target.write(try compressor.compress(bytes[...]))
            }
            try target.setTimes(modified: try source.status().modified)
            try target.synchronize()
            return true
        } catch {
            // For want of room: it stays as it is.
            return false
        }
    }

    /// Puts what the process has made in the place of what it was made of, after it has ended.
    /// - Returns: false where that stays as it is: it could not be compressed, somebody reads it, or it is gone.
    consuming func finish(in directory: borrowing Descriptor, keeping count: Int) throws(SystemError) -> Bool {
        defer { try? LogFiles.remove(Self.staged, in: directory) }
        guard try process.wait().code == 0 else { return false }
        let own = try source.status()
        for age in stride(from: 1, to: count, by: 1) {
            guard let status = try? directory.status(of: LogFiles.name(age)), status.isSameFile(as: own) else {
                continue
            }
            guard try source.lock(.exclusive, wait: false) else { return false }
            try directory.rename(Self.staged, to: LogFiles.compressedName(age))
            try directory.remove(LogFiles.name(age))
            return true
        }
        return false
    }

    /// Gives it up.
    consuming func cancel(in directory: borrowing Descriptor) {
        try? process.send(.kill)
        _ = try? process.wait()
        try? LogFiles.remove(Self.staged, in: directory)
    }

    /// Takes away what a supervisor that was killed has left unfinished.
    static func tidy(_ directory: borrowing Descriptor) throws(SystemError) {
        try LogFiles.remove(staged, in: directory)
        for age in try LogFiles.ages(in: directory) where age > 0 {
            guard (try? directory.status(of: LogFiles.name(age))) != nil else { continue }
            try LogFiles.remove(LogFiles.compressedName(age), in: directory)
        }
    }
}
