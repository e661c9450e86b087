// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension Engine {
    /// A terminal of the container's needs one on this side, which keys come from.
    static func requireTerminal() throws(EngineError) {
        guard !StandardStream.input.isTerminal else { return }
        throw EngineError(.invalid, "the input device is not a TTY: leave out -t, or run it from a terminal")
    }

    /// Has the signals that ask this command to end give up what `kernel` begins, and keeps the others for the program.
    static func listen(_ kernel: inout LiveKernel) throws(EngineError) -> SignalQueue {
        do throws(SystemError) {
            kernel.interruptions = try SignalQueue(of: SignalQueue.ending)
            return try SignalQueue(of: SignalQueue.forwardable)
        } catch {
            throw EngineError(.start, "cannot wait for signals", cause: error)
        }
    }
}

extension ContainerRecord {
    /// What confines the container, for a program that joins it.
    func confinement() throws(EngineError) -> ContainerDetails {
        guard let details = ContainerDetails(details) else {
            throw EngineError(.store, "cannot read what confines \(name): its record is damaged")
        }
        return details
    }

    /// A program that joins a container which is held would be held as well.
    func requireAwake() throws(EngineError) {
        guard isPaused else { return }
        throw EngineError(.invalid, "the container \(name) is paused: let it go on with 'minibox unpause' first")
    }
}
