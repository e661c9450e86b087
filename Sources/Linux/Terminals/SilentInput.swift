// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A terminal that does not show what is typed, for as long as this value lives: termios(3), ECHO.
public struct SilentInput: ~Copyable {
    private let terminal: Descriptor
    private let former: termios

    public init(of descriptor: borrowing Descriptor) throws(SystemError) {
        let copy = try descriptor.duplicate()
        let number = copy.raw
        var mode = termios()
        try check("tcgetattr") { unsafe tcgetattr(number, &mode) }
        let before = mode
        mode.c_lflag &= ~tcflag_t(ECHO)
        mode.c_lflag |= tcflag_t(ECHONL)
        // What was typed before is not the password.
        try check("tcsetattr") { unsafe tcsetattr(number, TCSAFLUSH, &mode) }
        terminal = copy
        former = before
    }

    deinit {
        var mode = former
        unsafe tcsetattr(terminal.raw, TCSANOW, &mode)
    }
}
