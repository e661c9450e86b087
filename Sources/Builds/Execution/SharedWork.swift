// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Work in numbered parts that several processes share. The numbers are in a pipe, and whoever is free takes the next one.
///
/// Reading and writing what the page cache holds is work of the processor, so it goes as much faster as there are of them.
/// This process must have a single thread.
struct SharedWork: Sendable {
    /// As many numbers as fit into a pipe that nobody reads yet.
    static let mostParts = 4096

    /// How many parts there are, at most ``mostParts``.
    let parts: Int
    /// How many processes take part, this one among them.
    let processes: Int
    /// How far the other processes stand back behind what else there is to do: setpriority(2).
    var niceness: Int32 = 0

    /// Does a part; what comes of it is put at the end of the bytes.
    typealias Body = (_ part: Int, _ result: inout [UInt8]) throws(BuildError) -> Void

    /// A process that takes its share.
    private final class Helper {
        let process: Process
        /// What it says in the end: a byte that is 0, and what came of its parts, or why there is nothing.
        let words: Descriptor
        init(_ process: consuming Process, _ words: consuming Descriptor) {
            self.process = process
            self.words = words
        }
    }

    /// `count` things in as many parts as may be.
    static func ranges(of count: Int) -> [Range<Int>] {
        let parts = min(count, mostParts)
        return (0..<parts).map { (count * $0 / parts)..<(count * ($0 + 1) / parts) }
    }

    /// Does all parts, and returns what came of them, in no order.
    func carryOut(_ body: Body) throws(BuildError) -> [UInt8] {
        let queue = try makeQueue()
        var helpers: [Helper] = []
        for _ in 1..<max(1, min(processes, parts)) {
            // Where no more processes may be, those that are there do it.
            guard let helper = try? start(from: queue, body) else { break }
            helpers.append(helper)
        }
        var result: [UInt8] = []
        do throws(BuildError) {
            try work(from: queue, body, &result)
        } catch {
            for helper in helpers { try? helper.process.send(.kill) }
            for helper in helpers { _ = try? helper.process.wait() }
            throw error
        }
        try Self.take(from: helpers, &result)
        return result
    }

    /// A pipe with the numbers in it, whose other end is closed.
    private func makeQueue() throws(BuildError) -> Descriptor {
        var bytes: [UInt8] = []
        for number in 0..<parts { bytes += [UInt8(number >> 8), UInt8(number & 0xFF)] }
        do throws(SystemError) {
            let pipe = try Pipe()
            try pipe.writer.write(bytes)
            return pipe.takeReader()
        } catch {
            throw BuildError(.file, "cannot make a pipe", cause: error)
        }
    }

    private func start(from queue: borrowing Descriptor, _ body: Body) throws(SystemError) -> Helper {
        let words = try Pipe()
        switch try Process.clone(into: []) {
        case .child: CurrentProcess.exitImmediately(help(from: queue, body, words.writer))
        case .parent(let process): return Helper(process, words.takeReader())
        }
    }

    private func work(
        from queue: borrowing Descriptor, _ body: Body, _ result: inout [UInt8]
    ) throws(BuildError) {
        while true {
            let number: [UInt8]
            do throws(SystemError) { number = try queue.read(upTo: 2) } catch {
                throw BuildError(.file, "cannot read what is to be done", cause: error)
            }
            guard number.count == 2 else { return }
            try body(Int(number[0]) << 8 | Int(number[1]), &result)
        }
    }

    private func help(from queue: borrowing Descriptor, _ body: Body, _ words: borrowing Descriptor) -> Int32 {
        do {
            try CurrentProcess.setParentDeathSignal(.kill)
            if niceness != 0 { CurrentProcess.standBack(by: niceness) }
            var result: [UInt8] = [0]
            try work(from: queue, body, &result)
            // At the end: whoever reads this has work of its own.
            try words.write(result)
            return 0
        } catch {
            try? words.write([1] + Array("\(error)".utf8))
            return 1
        }
    }

    private static func take(from helpers: [Helper], _ result: inout [UInt8]) throws(BuildError) {
        var failure: BuildError?
        for helper in helpers {
            let words = (try? helper.words.readAll()) ?? []
            let status = (try? helper.process.wait()) ?? .signaled(.kill)
            if status == .exited(0), words.first == 0 {
                result += words.dropFirst()
                continue
            }
            let text = words.count > 1 ? String(decoding: words.dropFirst(), as: UTF8.self) : "a process was killed"
            if failure == nil { failure = BuildError(.file, text) }
        }
        if let failure { throw failure }
    }
}
