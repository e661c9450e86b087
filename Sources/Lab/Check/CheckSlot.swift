// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// A check that runs beside others: the place that it takes.
final class CheckSlot {
    let exercise: Exercise
    private let program: RunningProgram
    private var output: [UInt8] = []
    private var error: [UInt8] = []
    private var isOpen = (output: true, error: true)
    private var buffer = [UInt8](repeating: 0, count: 1 << 14)
    private(set) var hasEnded = false

    init(_ exercise: Exercise, _ program: consuming RunningProgram) throws(SystemError) {
        self.exercise = exercise
        self.program = program
        try self.program.output.setNonBlocking(true)
        try self.program.error.setNonBlocking(true)
    }

    /// Waits until one of them has something to say.
    static func wait(_ slots: [CheckSlot]) throws(SystemError) {
        var set = PollSet()
        for slot in slots {
            _ = set.add(slot.program.process.handle, .reading)
            if slot.isOpen.output { _ = set.add(slot.program.output, .reading) }
            if slot.isOpen.error { _ = set.add(slot.program.error, .reading) }
        }
        try set.wait()
    }

    /// Takes what it has written, and notices its end.
    func take() throws(SystemError) {
        hasEnded = try program.process.hasEnded()
        if isOpen.output { isOpen.output = try Self.drain(program.output, &buffer, into: &output) }
        if isOpen.error { isOpen.error = try Self.drain(program.error, &buffer, into: &error) }
    }

    /// What it said, once it has ended; where that is nothing that a check says, a check that failed.
    func answer() throws(SystemError) -> JSON {
        let status = try program.process.wait()
        if let json = try? JSON(parsing: output), let result = json[0], result["verdict"] != nil { return result }
        let words = String(decoding: error, as: UTF8.self).split(separator: "\n").last.map(String.init)
        return [
            "id": JSON(exercise.number), "slug": JSON(exercise.slug), "title": JSON(exercise.title),
            "module": JSON(exercise.module), "verdict": "ERROR",
            "reason": JSON(words ?? "its check ended with \(status.code)"),
        ]
    }

    private static func drain(
        _ stream: borrowing Descriptor, _ buffer: inout [UInt8], into bytes: inout [UInt8]
    ) throws(SystemError) -> Bool {
        while true {
            do throws(SystemError) {
                let count = try stream.read(into: &buffer)
                if count == 0 { return false }
                bytes += buffer[..<count]
            } catch {
                if error.errno == .again { return true }
                throw error
            }
        }
    }
}
