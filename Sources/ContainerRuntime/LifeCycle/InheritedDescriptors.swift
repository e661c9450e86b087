// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The descriptors of whoever started this command that go through to a container's program: those that a service manager
/// passes (sd_listen_fds(3)), and behind them the ones of `--preserve-fds`.
struct InheritedDescriptors: Hashable, Sendable {
    /// All of them, from 3 on.
    var count: Int
    /// How many of these the service manager passed.
    var listening: Int

    /// Makes sure that they are there, and not a log or another file that this command has opened at a free number, and
    /// that no other descriptor of the caller's, nor any of this command's, is open in a hook or in the container: one of
    /// a directory of the host's is a way out of it (CVE-2024-21626).
    /// - Parameter takesListeners: whether what a service manager passes is for this container.
    init(preserved: UInt32, takesListeners: Bool) throws(RuntimeError) {
        listening = takesListeners ? Self.passed() : 0
        count = listening + Int(preserved)
        guard count < 1 << 20 else { throw RuntimeError(.invalid, "--preserve-fds: \(preserved) is too many") }
        for number in 3..<3 + Int32(count) where !CurrentProcess.hasInherited(number) {
            throw RuntimeError(
                .invalid,
                "--preserve-fds: there is no descriptor \(number) to preserve: this command was started without")
        }
        do throws(SystemError) {
            try CurrentProcess.closeOnExec(from: 3)
        } catch {
            throw RuntimeError(.start, "cannot keep open descriptors from the container", cause: error)
        }
    }

    /// What the program is told of them: that process 1, which it is in a pid namespace of its own, gets them.
    var environment: [String] { listening == 0 ? [] : ["LISTEN_FDS=\(listening)", "LISTEN_PID=1"] }

    private static func passed() -> Int {
        guard let count = Environment.value(of: "LISTEN_FDS").flatMap({ Int($0) }), count > 0, count < 1 << 16,
            Environment.value(of: "LISTEN_PID").flatMap({ Int32($0) }) == CurrentProcess.id
        else { return 0 }
        return count
    }
}

extension BundlePlace {
    /// Says who gets the terminal and the process, where that can be.
    mutating func connect(
        consoleSocket: String?, processSocket: String?, hasTerminal: Bool, isDetached: Bool
    ) throws(RuntimeError) {
        // runc's own words, which engines look for.
        if hasTerminal, isDetached, consoleSocket == nil {
            throw RuntimeError(.invalid, "cannot allocate tty if runc will detach without setting console socket")
        }
        if consoleSocket != nil, !(hasTerminal && isDetached) {
            throw RuntimeError(.invalid, "cannot use console socket if runc will not detach or allocate tty")
        }
        self.consoleSocket = consoleSocket
        self.processSocket = processSocket
        if hasTerminal, !isDetached { terminalSize = try? StandardStream.input.duplicate().terminalSize() }
    }
}
