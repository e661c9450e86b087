// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A terminal of our own, on which a program can be started as on a person's.
public final class Pseudoterminal {
    public let name: String
    private let controller: Int32
    private let terminal: Int32
    private var bytes: [UInt8] = []

    public init(rows: UInt16 = 24, columns: UInt16 = 80) throws {
        var ends: (Int32, Int32) = (-1, -1)
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard openpty(&ends.0, &ends.1, nil, nil, &size) == 0 else {
            throw RunningProgram.StartError(program: "openpty", errno: errno)
        }
        (controller, terminal) = ends
        _ = fcntl(controller, F_SETFD, FD_CLOEXEC)
        _ = fcntl(terminal, F_SETFD, FD_CLOEXEC)
        name = String(cString: ttyname(terminal))
    }

    /// One whose controlling end was received from another program.
    public init(received: Int32) {
        (controller, terminal, name) = (received, received, "")
    }

    deinit {
        close(controller)
        if terminal != controller { close(terminal) }
    }

    /// Whether the last process that had it open as its terminal has closed it.
    public var isHungUp: Bool {
        read()
        var polled = pollfd(fd: controller, events: 0, revents: 0)
        return poll(&polled, 1, 0) > 0 && polled.revents & Int16(POLLHUP) != 0
    }

    /// Its size, in rows and columns.
    public var size: (rows: UInt16, columns: UInt16) {
        var size = winsize()
        _ = ioctl(controller, UInt(TIOCGWINSZ), &size)
        return (size.ws_row, size.ws_col)
    }

    /// Types `text`.
    public func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { write(controller, $0.baseAddress, $0.count) }
    }

    /// Gives it another size, of which its foreground processes are told.
    public func resize(rows: UInt16, columns: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(controller, UInt(TIOCSWINSZ), &size)
    }

    /// Whether it hands over each character as it is typed, without echo.
    public var isRaw: Bool {
        var settings = termios()
        tcgetattr(terminal, &settings)
        return settings.c_lflag & tcflag_t(ICANON | ECHO | ISIG) == 0
    }

    /// What the program has shown so far.
    public var shown: String {
        read()
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Waits until the program has shown `text`; false where it does not within `seconds`.
    public func waitFor(_ text: String, seconds: Double = 10) -> Bool {
        Clock.wait(seconds: seconds) { shown.contains(text) }
    }

    private func read() {
        var polled = pollfd(fd: controller, events: Int16(POLLIN), revents: 0)
        while poll(&polled, 1, 0) > 0, polled.revents & Int16(POLLIN) != 0 {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = Glibc.read(controller, &buffer, buffer.count)
            guard count > 0 else { return }
            bytes += buffer[..<count]
        }
    }
}
