// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// The pipes to a program's standard streams, and what came out of them.
struct Streams {
    /// Ours and theirs of standard input, output and error; -1 for one that is closed.
    private var ours: [CInt] = [-1, -1, -1]
    private(set) var theirs: [CInt] = [-1, -1, -1]
    private var bytes: [[UInt8]] = [[], [], []]
    private var written = 0

    /// Makes them; false where that fails. Only with ``Program/start`` locked, so that no program which is started at the
    /// same moment gets them too.
    mutating func open() -> Bool {
        for number in 0...2 {
            var ends: [CInt] = [-1, -1]
            guard pipe(&ends) == 0 else { return false }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            ours[number] = number == 0 ? ends[1] : ends[0]
            theirs[number] = number == 0 ? ends[0] : ends[1]
        }
        // Whoever does not read its input does not keep us, nor end us.
        _ = fcntl(ours[0], F_SETFL, O_NONBLOCK)
        return true
    }

    mutating func closeTheirs() {
        for number in 0...2 where theirs[number] >= 0 {
            Glibc.close(theirs[number])
            theirs[number] = -1
        }
    }

    mutating func close() {
        closeTheirs()
        for number in 0...2 { close(number) }
    }

    private mutating func close(_ number: Int) {
        if ours[number] >= 0 { Glibc.close(ours[number]) }
        ours[number] = -1
    }

    /// Reads and writes what can be; false where both outputs have ended.
    mutating func exchange(_ input: [UInt8], milliseconds: CInt) -> Bool {
        if written == input.count { close(0) }
        guard ours[1] >= 0 || ours[2] >= 0 else { return false }
        var polled = [
            pollfd(fd: ours[0], events: Int16(POLLOUT), revents: 0),
            pollfd(fd: ours[1], events: Int16(POLLIN), revents: 0),
            pollfd(fd: ours[2], events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&polled, 3, milliseconds) > 0 else { return true }
        if polled[0].revents != 0 { write(input) }
        for number in 1...2 where polled[number].revents != 0 { read(number) }
        return ours[1] >= 0 || ours[2] >= 0
    }

    private mutating func write(_ input: [UInt8]) {
        let count = input[written...].withUnsafeBytes { Self.send(ours[0], $0) }
        if count > 0 { written += count } else if errno != EAGAIN { close(0) }
    }

    /// Writes without the signal that a closed pipe would send to this process: it is kept from this thread meanwhile.
    private static func send(_ pipe: CInt, _ buffer: UnsafeRawBufferPointer) -> Int {
        var broken = sigset_t()
        sigemptyset(&broken)
        sigaddset(&broken, SIGPIPE)
        // The thread is the program's own, and so nobody else's to be given the mask back.
        pthread_sigmask(SIG_BLOCK, &broken, nil)
        return Glibc.write(pipe, buffer.baseAddress, buffer.count)
    }

    /// Takes what is there, once the program has ended.
    mutating func drain() {
        for number in 1...2 where ours[number] >= 0 {
            _ = fcntl(ours[number], F_SETFL, O_NONBLOCK)
            while ours[number] >= 0, read(number) {}
        }
    }

    /// Reads once; false where nothing came.
    @discardableResult
    private mutating func read(_ number: Int) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = Glibc.read(ours[number], &buffer, buffer.count)
        if count > 0 {
            bytes[number] += buffer[..<count]
            return true
        }
        if count == 0 || errno != EAGAIN { close(number) }
        return false
    }

    /// What was written to standard output (1) or standard error (2); bytes that are no text are replaced.
    func text(_ number: Int) -> String { String(decoding: bytes[number], as: UTF8.self) }
}
