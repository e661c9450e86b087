// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A program that strace(1) holds before its first call of a kind, for as long as it takes: no length of time has to suffice.
public struct TracedProgram {
    /// The program itself: strace is beside it, and not its parent.
    public let program: RunningProgram
    private let call: CallUnderWay

    /// Starts `words`, the first of which is a path.
    public init(_ words: [String], holdingAt call: CallUnderWay, of box: Box) throws {
        let program = try RunningProgram(
            [
                "/usr/bin/strace", "-D", "-qq", "-o", box.folder + "/strace", "-e", "trace=\(call.rawValue)", "-e",
                "inject=\(call.rawValue):delay_enter=600000000:when=1",
            ] + words, environment: box.environment)
        self.program = program
        self.call = call
        box.atEnd { program.stop() }
    }

    /// Waits until it is held; false where it comes to no such call.
    public func isHeld() -> Bool {
        Clock.wait(seconds: 60) {
            CallUnderWay(of: program.process) == call && ProcessState(of: program.process) == .held
        }
    }

    /// Lets it go on, untraced; false where nobody traced it.
    public func letGo() -> Bool {
        guard let tracer = ProcessState.tracer(of: program.process) else { return false }
        return kill(tracer, SIGKILL) == 0
    }
}
