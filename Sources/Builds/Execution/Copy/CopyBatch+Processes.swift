// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension CopyBatch {
    /// From so much on, another process is worth its start of a millisecond.
    private static let manyFiles = 256
    private static let manyBytes: Int64 = 32 << 20
    /// As many numbers of parts as fit into a pipe that nobody reads yet.
    private static let mostTasks = 4096

    /// A process that takes its share.
    private final class Helper {
        let process: Process
        /// What it says when it fails.
        let words: Descriptor
        init(_ process: consuming Process, _ words: consuming Descriptor) {
            self.process = process
            self.words = words
        }
    }

    /// Copies all files, in several processes where there are many. This one must have a single thread then.
    ///
    /// Making files and filling the page cache is work of the processor, so it goes as much faster as there are of them.
    /// The parts are numbered in a pipe, and whoever is free takes the next number.
    func copy(
        of tree: borrowing FileTree, to target: borrowing CopyTarget, _ writer: inout FileWriter, processes: Int
    ) throws(BuildError) {
        let pieces = pieces()
        guard processes > 1, pieces.count > 1, files.count >= Self.manyFiles || size >= Self.manyBytes else {
            for piece in pieces { try copy(piece, of: tree, to: target, &writer) }
            return
        }
        let tasks = Self.tasks(pieces.count)
        let queue = try Self.queue(of: tasks.count)
        var helpers: [Helper] = []
        for _ in 1..<min(processes, tasks.count) {
            // Where no more processes may be, those that are there do it.
            guard let helper = try? start(on: pieces, tasks, from: queue, of: tree, to: target, &writer) else { break }
            helpers.append(helper)
        }
        do throws(BuildError) {
            try work(on: pieces, tasks, from: queue, of: tree, to: target, &writer)
        } catch {
            for helper in helpers { try? helper.process.send(.kill) }
            for helper in helpers { _ = try? helper.process.wait() }
            throw error
        }
        try Self.wait(for: helpers)
    }

    /// Parts of the pieces, few enough for the pipe.
    private static func tasks(_ count: Int) -> [Range<Int>] {
        let tasks = min(count, mostTasks)
        return (0..<tasks).map { (count * $0 / tasks)..<(count * ($0 + 1) / tasks) }
    }

    /// A pipe with the numbers of the tasks in it, whose other end is closed.
    private static func queue(of count: Int) throws(BuildError) -> Descriptor {
        var bytes: [UInt8] = []
        for number in 0..<count { bytes += [UInt8(number >> 8), UInt8(number & 0xFF)] }
        do throws(SystemError) {
            let pipe = try Pipe()
            try pipe.writer.write(bytes)
            return pipe.takeReader()
        } catch {
            throw BuildError(.file, "cannot make a pipe", cause: error)
        }
    }

    private func start(
        on pieces: [Piece], _ tasks: [Range<Int>], from queue: borrowing Descriptor, of tree: borrowing FileTree,
        to target: borrowing CopyTarget, _ writer: inout FileWriter
    ) throws(SystemError) -> Helper {
        let words = try Pipe()
        switch try Process.clone(into: []) {
        case .child:
            let code = help(on: pieces, tasks, from: queue, of: tree, to: target, &writer, words.writer)
            CurrentProcess.exitImmediately(code)
        case .parent(let process): return Helper(process, words.takeReader())
        }
    }

    private func work(
        on pieces: [Piece], _ tasks: [Range<Int>], from queue: borrowing Descriptor, of tree: borrowing FileTree,
        to target: borrowing CopyTarget, _ writer: inout FileWriter
    ) throws(BuildError) {
        while true {
            let number: [UInt8]
            do throws(SystemError) { number = try queue.read(upTo: 2) } catch {
                throw BuildError(.file, "cannot read what is to be copied", cause: error)
            }
            guard number.count == 2 else { return }
            for piece in pieces[tasks[Int(number[0]) << 8 | Int(number[1])]] {
                try copy(piece, of: tree, to: target, &writer)
            }
        }
    }

    private func help(
        on pieces: [Piece], _ tasks: [Range<Int>], from queue: borrowing Descriptor, of tree: borrowing FileTree,
        to target: borrowing CopyTarget, _ writer: inout FileWriter, _ words: borrowing Descriptor
    ) -> Int32 {
        do {
            try CurrentProcess.setParentDeathSignal(.kill)
            try work(on: pieces, tasks, from: queue, of: tree, to: target, &writer)
            return 0
        } catch {
            try? words.write("\(error)")
            return 1
        }
    }

    private static func wait(for helpers: [Helper]) throws(BuildError) {
        var failure: BuildError?
        for helper in helpers {
            let words = (try? helper.words.readAll(limit: 1 << 16)) ?? []
            let status = (try? helper.process.wait()) ?? .signaled(.kill)
            if status == .exited(0) { continue }
            let text = words.isEmpty ? "a process that copied files was killed" : String(decoding: words, as: UTF8.self)
            if failure == nil { failure = BuildError(.file, text) }
        }
        if let failure { throw failure }
    }
}
