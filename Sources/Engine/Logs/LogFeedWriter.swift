// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The process that writes a log which its container does not wait for: see ``LogFeed``.
struct LogFeedWriter: ~Copyable {
    /// The process, and what it is written to by.
    struct Link: ~Copyable {
        let process: Process
        let socket: Descriptor
    }

    private let socket: Descriptor
    /// The lock that one writer of a log has.
    private let directory: Descriptor
    private var log: LogWriter
    private var compression: LogCompression?

    private init(socket: consuming Descriptor, directory: consuming Descriptor, log: consuming LogWriter) {
        self.socket = socket
        self.directory = directory
        self.log = log
    }

    /// Makes the process; the answer is it and the connection to it.
    static func start(
        in path: String, _ choice: LogChoice, attributes: [UInt8]
    ) throws(SystemError) -> Link {
        var pair = try MessageSocket.pair()
        switch try Process.clone(into: []) {
        case .parent(let process):
            guard let socket = pair.takeFirst() else { throw SystemError("socketpair", .noChild) }
            let connection = socket.take()
            try connection.setNonBlocking(true)
            return Link(process: process, socket: connection)
        case .child:
            if let socket = pair.takeSecond() { run(socket, in: path, choice, attributes: attributes) }
            CurrentProcess.exitImmediately(1)
        }
    }

    private static func run(
        _ socket: consuming MessageSocket, in path: String, _ choice: LogChoice, attributes: [UInt8]
    ) {
        do throws(SystemError) {
            try CurrentProcess.closeDescriptors(except: socket.descriptor)
            try CurrentProcess.letGoOfCaller()
            CurrentProcess.setCommandLine("minibox: writing a log")
            CurrentProcess.ignore(.brokenPipe)
            let directory = try Descriptor.makeDirectories(path, mode: 0o700)
            // Another may still write down what it was given by a supervisor that was killed.
            _ = try directory.lock(.exclusive)
            var writer = LogFeedWriter(
                socket: socket.take(), directory: directory,
                log: try LogWriter(in: path, choice, attributes: attributes))
            try writer.run()
        } catch {
            // Whoever waits for an answer sees that there is nobody.
        }
    }

    /// Until nobody is left who could give it more.
    private mutating func run() throws(SystemError) {
        while true {
            var set = PollSet()
            let message = set.add(socket, .reading)
            var end: Int?
            switch compression {
            case .some(let compression): end = set.add(compression.process.handle, .reading)
            case nil: break
            }
            try set.wait()
            if let end, set.isReady(end), let ended = compression.take() { try log.end(ended) }
            if set.isReady(message) {
                let packet = try socket.read(upTo: LogFeed.headerSize + ControlMessage.maximumSize)
                if packet.isEmpty { break }
                try take(packet)
            }
            if compression == nil, log.wantsCompression { compression = try log.beginCompression() }
        }
        if let begun = compression.take() { begun.cancel(in: log.directory) }
    }

    private mutating func take(_ packet: [UInt8]) throws(SystemError) {
        guard packet.count >= LogFeed.headerSize else { return }
        let (time, bytes) = (LogFeed.time(of: packet), packet[LogFeed.headerSize...])
        switch LogFeed.Kind(rawValue: packet[LogFeed.headerSize - 1]) {
        case .output?: log.append(bytes, of: .output, at: time)
        case .error?: log.append(bytes, of: .error, at: time)
        case .end?:
            for stream in LogStream.allCases { log.end(of: stream, at: time) }
            let text = Array((log.takeWarning() ?? "").utf8.prefix(4000))
            _ = try? socket.writeSome(([0] + text)[...])
        case nil: break
        }
    }
}
