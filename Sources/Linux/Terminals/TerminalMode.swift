// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A terminal in another mode for as long as this value lives: termios(3). The former mode comes back on every exit from
/// its scope; a process that dies by SIGKILL leaves it, as ssh and docker do.
public struct TerminalMode: ~Copyable {
    private let terminal: Descriptor
    private let former: termios

    /// Every key goes to whoever reads, at once, and nothing is shown: cfmakeraw(3).
    public static func raw(_ terminal: borrowing Descriptor) throws(SystemError) -> TerminalMode {
        try TerminalMode(of: terminal, from: TCSANOW) { unsafe cfmakeraw(&$0) }
    }

    /// What is typed is not shown, but the end of the line. What was typed before does not count.
    public static func silent(_ terminal: borrowing Descriptor) throws(SystemError) -> TerminalMode {
        try TerminalMode(of: terminal, from: TCSAFLUSH) { mode in
            mode.c_lflag &= ~tcflag_t(ECHO)
            mode.c_lflag |= tcflag_t(ECHONL)
        }
    }

    private init(
        of descriptor: borrowing Descriptor, from moment: Int32, _ change: (inout termios) -> Void
    ) throws(SystemError) {
        let copy = try descriptor.duplicate()
        let number = copy.raw
        var mode = termios()
        try check("tcgetattr") { unsafe tcgetattr(number, &mode) }
        let before = mode
        change(&mode)
        try check("tcsetattr") { unsafe tcsetattr(number, moment, &mode) }
        terminal = copy
        former = before
    }

    deinit {
        var mode = former
        unsafe tcsetattr(terminal.raw, TCSANOW, &mode)
    }
}
