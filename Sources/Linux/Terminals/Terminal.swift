// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// The size of a terminal in characters.
public struct TerminalSize: Hashable, Sendable {
    public let rows: UInt16
    public let columns: UInt16
    public init(rows: UInt16, columns: UInt16) {
        self.rows = rows
        self.columns = columns
    }
}

/// A pseudo-terminal pair: the side that the supervisor keeps, and the side that is a container's terminal.
public struct PseudoTerminal: ~Copyable, Sendable {
    public let controller: Descriptor
    public let peer: Descriptor

    /// Opens a pair of the devpts instance whose `ptmx` is in `directory`.
    ///
    /// The node must be the real one and not a link or another device that a container put there (CVE-2025-52565);
    /// the peer is opened through the controller, not by its name: ioctl_tty(2), TIOCGPTPEER.
    public init(ofDevpts directory: borrowing Descriptor) throws(SystemError) {
        let opened = try directory.open(
            "ptmx", [.readWrite, .noFollow, .noControllingTerminal], resolve: [.beneath, .noSymlinks])
        guard try opened.fileSystemMagic() == .devpts, try opened.status().node == DeviceNumber(5, 2) else {
            throw SystemError("ptmx", .noDevice)
        }
        let number = opened.raw
        var unlocked: CInt = 0
        try check("ioctl") { unsafe mb_ioctl_pointer(number, 0x4004_5431 /* TIOCSPTLCK */, &unlocked) }
        peer = Descriptor(
            adopting: try check("ioctl") {
                mb_ioctl(number, 0x5441 /* TIOCGPTPEER */, Int(O_RDWR | O_NOCTTY | O_CLOEXEC))
            })
        controller = opened
    }

    /// Both sides as slots of a table.
    public consuming func put(
        controller controllerSlot: DescriptorTable.Slot, peer peerSlot: DescriptorTable.Slot,
        in table: inout DescriptorTable
    ) {
        table.put(controller, in: controllerSlot)
        table.put(peer, in: peerSlot)
    }
}

extension Descriptor {
    /// Whether this is a terminal: isatty(3).
    public borrowing func isTerminal() -> Bool { isatty(raw) == 1 }

    /// The size of this terminal: ioctl_tty(2), TIOCGWINSZ.
    public borrowing func terminalSize() throws(SystemError) -> TerminalSize {
        let number = raw
        var size = winsize()
        try check("ioctl") { unsafe mb_ioctl_pointer(number, UInt(TIOCGWINSZ), &size) }
        return TerminalSize(rows: size.ws_row, columns: size.ws_col)
    }

    /// Sets the size of this terminal, whose foreground group gets SIGWINCH: ioctl_tty(2), TIOCSWINSZ.
    public borrowing func setTerminalSize(_ wanted: TerminalSize) throws(SystemError) {
        let number = raw
        var size = winsize(ws_row: wanted.rows, ws_col: wanted.columns, ws_xpixel: 0, ws_ypixel: 0)
        try check("ioctl") { unsafe mb_ioctl_pointer(number, UInt(TIOCSWINSZ), &size) }
    }

    /// Makes this the controlling terminal of the session that this process leads: ioctl_tty(2), TIOCSCTTY.
    public borrowing func becomeControllingTerminal() throws(SystemError) {
        let number = raw
        try check("ioctl") { mb_ioctl(number, UInt(TIOCSCTTY), 0) }
    }
}

/// The standard streams of this process.
public enum StandardStream: Int32, Sendable {
    case input = 0
    case output = 1
    case error = 2

    /// Opens `/dev/null` for each of the three that the caller has closed. To be called before anything else is opened:
    /// a file that got the number 0, 1 or 2 would be taken for the stream, and be read or written as one.
    public static func openMissing() throws(SystemError) {
        for stream in [StandardStream.input, .output, .error] where mb_fcntl(stream.rawValue, F_GETFD, 0) < 0 {
            // The lowest free number, so this one.
            try check("open") { unsafe mb_open("/dev/null", O_RDWR, 0) }
        }
    }

    /// A descriptor of its own for the stream.
    public func duplicate() throws(SystemError) -> Descriptor {
        let number = rawValue
        return Descriptor(adopting: try check("fcntl") { mb_fcntl(number, F_DUPFD_CLOEXEC, 3) })
    }
    /// Whether it is a terminal.
    public var isTerminal: Bool { isatty(rawValue) == 1 }
}
