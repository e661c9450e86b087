// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Linux

/// A process that compresses blocks, and ends with this: a copy of the one that made it, with one thread, as the steps of
/// a build have them.
///
/// Blocks and what comes of them are in memory that both see; what crosses the pipes is how long they are.
final class CompressionWorker {
    /// Blocks that may be underway: while one is compressed, the next is there already.
    static let slots = 2

    private let process: Process
    private let memory: SharedMemory
    private let room: Room
    /// Never without a reader, so that writing to a worker that was killed is no signal.
    private let commands: Pipe
    private let answers: Descriptor
    private var given = 0
    private var taken = 0

    /// Where things are in the memory: for each slot, a block and what comes of it.
    private struct Room {
        let block: Int
        let result: Int
        func block(_ slot: Int) -> Int { slot * (block + result) }
        func result(_ slot: Int) -> Int { slot * (block + result) + block }
        var all: Int { CompressionWorker.slots * (block + result) }
    }

    /// Starts one for blocks of at most `block` bytes, with `compressor`.
    init(_ compressor: any BlockCompressor, block: Int) throws(SystemError) {
        // Either library needs a two-hundredth more at most, for a block that cannot be compressed.
        room = Room(block: block, result: block + block / 128 + 4096)
        memory = try SharedMemory(count: room.all)
        commands = try Pipe()
        let replies = try Pipe()
        switch try Process.clone(into: []) {
        case .child:
            do throws(SystemError) {
                try CurrentProcess.setParentDeathSignal(.kill)
                try CurrentProcess.resetSignals()
                CurrentProcess.setCommandLine("minibox: compress")
                try Self.serve(compressor, memory, room, commands.reader, replies.writer)
            } catch {
                CurrentProcess.exitImmediately(1)
            }
            CurrentProcess.exitImmediately(0)
        case .parent(let process):
            self.process = process
        }
        answers = replies.takeReader()
    }

    deinit {
        try? process.send(.kill)
        _ = try? process.wait()
    }

    /// Whether another block can be given before one is taken.
    var hasRoom: Bool { given - taken < Self.slots }

    /// Lets it compress a block.
    func give(_ block: ArraySlice<UInt8>) throws(SystemError) {
        memory.write(block, at: room.block(given % Self.slots))
        try commands.writer.write(Self.bytes(block.count))
        given += 1
    }

    /// What came of the earliest block that was given and not taken; waits for it.
    func take() throws(SystemError) -> [UInt8] {
        guard let count = try Self.number(from: answers), count > 0 else { throw SystemError("read", .brokenPipe) }
        let result = memory.read(at: room.result(taken % Self.slots), count: count)
        taken += 1
        return result
    }

    private static func serve(
        _ compressor: any BlockCompressor, _ memory: SharedMemory, _ room: Room, _ commands: borrowing Descriptor,
        _ answers: borrowing Descriptor
    ) throws(SystemError) {
        // What the others hold would stay open otherwise, with nobody to close it.
        try CurrentProcess.closeDescriptors(except: commands, answers)
        var slot = 0
        while let count = try number(from: commands) {
            let block = memory.read(at: room.block(slot), count: count)
            guard let made = try? compressor.compress(block[...]), made.count <= room.result else {
                try answers.write(bytes(0))
                continue
            }
            memory.write(made[...], at: room.result(slot))
            try answers.write(bytes(made.count))
            slot = (slot + 1) % slots
        }
    }

    private static func bytes(_ number: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    private static func number(from descriptor: borrowing Descriptor) throws(SystemError) -> Int? {
        // Four bytes are written at once, and come at once: pipe(7), PIPE_BUF.
        let bytes = try descriptor.read(upTo: 4)
        guard bytes.count == 4 else { return nil }
        return bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
