// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Linux

/// A process of its own that carries out one step, with one thread, as a clone needs it.
///
/// It is a copy of the build, made by clone3(2) without an exec, so that everything it needs to know it knows. It tells
/// what it does over a pipe; what its process in a container writes comes over two more. When the build ends, however
/// it ends, the worker is killed, and the container with it.
final class Worker {
    let step: Int
    private let process: Process
    private let messages: Descriptor
    private let outputs: [Output]
    private let answers: Descriptor
    private var rest: [UInt8] = []
    /// Whether the step is only prepared until the one below it is done.
    var isAhead = false
    /// Whether the worker has told that the step's files are complete.
    var isSealed = false
    /// Whether it does nothing but take a layer from a cache, of which nothing is left when it is killed.
    private(set) var isUnpacking = false
    private(set) var hasClosed = false

    /// One stream of what the step writes.
    private final class Output {
        let reader: Descriptor
        let isError: Bool
        var isOpen = true
        init(_ reader: consuming Descriptor, isError: Bool) {
            self.reader = reader
            self.isError = isError
        }
    }

    /// Starts a worker for `step`, whose work is `body`; it ends with it.
    init(step: Int, _ body: (borrowing WorkerChannel) -> Void) throws(SystemError) {
        let messagePipe = try Pipe()
        let answerPipe = try Pipe()
        let outputPipe = try Pipe()
        let errorPipe = try Pipe()
        switch try Process.clone(into: []) {
        case .child:
            do throws(SystemError) {
                try CurrentProcess.setParentDeathSignal(.kill)
                // The builder takes them from a queue; a worker that waits for something dies of them.
                try CurrentProcess.resetSignals()
                let nothing = try Descriptor.open("/dev/null", .readOnly)
                try CurrentProcess.setStandardStream(0, to: nothing)
                try CurrentProcess.setStandardStream(1, to: outputPipe.writer)
                try CurrentProcess.setStandardStream(2, to: errorPipe.writer)
                let channel = WorkerChannel(
                    messages: try messagePipe.writer.duplicate(), answers: try answerPipe.reader.duplicate())
                body(channel)
            } catch {
                CurrentProcess.exitImmediately(1)
            }
            // Without taking down what the build has made: this is a copy, and those things are the build's.
            CurrentProcess.exitImmediately(0)
        case .parent(let process):
            self.process = process
        }
        self.step = step
        messages = messagePipe.takeReader()
        answers = try answerPipe.writer.duplicate()
        outputs = [
            Output(outputPipe.takeReader(), isError: false), Output(errorPipe.takeReader(), isError: true),
        ]
        try messages.setNonBlocking(true)
        for output in outputs { try output.reader.setNonBlocking(true) }
    }

    /// Tells the worker, which waits for it, what is next.
    func answer(_ answer: WorkerAnswer) {
        if case .unpack = answer { isUnpacking = true } else { isUnpacking = false }
        try? answers.write(answer.line)
    }

    func kill() { try? process.send(.kill) }
    /// Asks it to end and to take down what it made.
    func interrupt() { try? process.send(.terminate) }

    /// Waits for its end, which is there once ``hasClosed``.
    func wait() -> ExitStatus { (try? process.wait()) ?? .signaled(.kill) }

    func add(to set: inout PollSet) -> Places {
        Places(
            messages: hasClosed ? nil : set.add(messages, .reading),
            outputs: outputs.map { $0.isOpen ? set.add($0.reader, .reading) : nil })
    }

    struct Places {
        var messages: Int?
        var outputs: [Int?]
    }

    /// Takes what has come: first what the step wrote, so that its end comes after its last words.
    func take(
        _ places: Places, of set: PollSet, buffer: inout [UInt8], wrote: (Bool, [UInt8]) -> Void,
        told: (WorkerMessage) -> Void
    ) throws(SystemError) {
        let tells = places.messages.map { set.isReady($0) } ?? false
        for (output, place) in zip(outputs, places.outputs) where output.isOpen {
            guard let place, tells || set.isReady(place) else { continue }
            try drain(output, buffer: &buffer, wrote: wrote)
        }
        guard tells else { return }
        while true {
            let count: Int
            do throws(SystemError) { count = try messages.read(into: &buffer) } catch {
                if error.errno == .again { break }
                throw error
            }
            if count == 0 {
                hasClosed = true
                break
            }
            rest += buffer[..<count]
        }
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[..<end]
            if let message = WorkerMessage(line: line) { told(message) }
            rest.removeSubrange(...end)
        }
    }

    /// Takes what is there, but no more than a pipe holds several times over: a step that never stops writing must not
    /// keep the build from hearing signals.
    private func drain(
        _ output: Output, buffer: inout [UInt8], wrote: (Bool, [UInt8]) -> Void
    ) throws(SystemError) {
        for _ in 0..<16 {
            let count: Int
            do throws(SystemError) { count = try output.reader.read(into: &buffer) } catch {
                if error.errno == .again { return }
                throw error
            }
            if count == 0 {
                output.isOpen = false
                return
            }
            wrote(output.isError, Array(buffer[..<count]))
        }
    }
}

/// The worker's side of its pipes.
struct WorkerChannel: ~Copyable {
    let messages: Descriptor
    let answers: Descriptor

    /// Tells the build something. Where nobody listens any more, there is nobody to tell.
    borrowing func tell(_ message: WorkerMessage) { try? messages.write(message.line) }

    /// Waits for what is next; nil where nobody will ever tell.
    borrowing func nextAnswer() -> WorkerAnswer? { Self.nextAnswer(from: answers) }

    static func nextAnswer(from answers: borrowing Descriptor) -> WorkerAnswer? {
        var line: [UInt8] = []
        while let byte = try? answers.read(upTo: 1), let byte = byte.first {
            if byte == UInt8(ascii: "\n") { return WorkerAnswer(line: line) }
            line.append(byte)
        }
        return nil
    }

    /// What opens with the next answer, if that is to carry the step out.
    borrowing func startGate() throws(SystemError) -> any StartGate { AnswerGate(try answers.duplicate()) }
}

/// Opens when the build tells so.
private final class AnswerGate: StartGate {
    private let answers: Descriptor

    init(_ answers: consuming Descriptor) { self.answers = answers }

    func waitForFiles() -> Bool { WorkerChannel.nextAnswer(from: answers) == .carryOut }
}
