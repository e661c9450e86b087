// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Audit
internal import Engine
internal import Linux
internal import OCI

/// `minibox trace CONTAINER`, and `minibox trace -- run ...`.
enum TraceCommand {
    /// What its line says.
    struct Options: Sendable {
        var words: [String] = []
        var output: String?
        var profile: String?
        var showsCounts = false
    }

    /// The table of `minibox trace`.
    static func table() -> Command<Options> {
        Command(
            "Show the system calls of a container as they happen",
            discussion: [
                "A line each: the thread as the host and as the container number it, its program, the call, and what came of it; a ! is "
                    + "before those that the filter refused. Of a container that runs, ctrl-c lets it go on untraced; behind -- a "
                    + "'run' with its flags is started and traced from its program's first instruction on.",
                "--profile writes the smallest profile and says which capabilities the calls asked for, for 'run' to take.",
            ],
            options: Options(),
            positionals: [.oneOrMore("CONTAINER|run") { $0.words.append($1) }],
            flags: [
                .text("output", short: "o", "FILE", "Write the lines there, and not to standard error") {
                    $0.output = $1
                },
                .text("profile", "FILE", "Write the smallest seccomp profile under which it would have run") {
                    $0.profile = $1
                },
                .toggle("count", short: "c", "Show how often each call was made, at the end, in the place of lines") {
                    $0.showsCounts = $1
                },
            ])
    }

    /// Traces until all has ended, or somebody ends it.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let isRun = options.words.first == "run" && options.words.count > 1
        let target =
            try options.output.map { path throws(SystemError) in
                try Descriptor.open(path, [.writeOnly, .create, .truncate], mode: 0o644)
            } ?? StandardStream.error.duplicate()
        var session = TraceSession()
        let signals = try SignalQueue(of: [.child] + SignalQueue.ending)
        var starter: Int32?
        if isRun {
            starter = try start(options.words, globals, &session)
        } else {
            let engine = try globals.engine
            for name in options.words {
                let record = try engine.inspect(name)
                guard case .running(let process, _, _) = record.state else {
                    throw EngineError(.missing, "the container \(record.name) does not run: there is nothing to trace")
                }
                do throws(SystemError) { try session.follow(container: process) } catch {
                    throw EngineError(.missing, "cannot trace \(name)", cause: error)
                }
            }
        }
        while true {
            var lines = ""
            try session.drain { call in if !options.showsCounts { lines += call.line + "\n" } }
            if !lines.isEmpty { try target.write(lines) }
            if session.isOver || session.status != nil && !session.hasContainer { break }
            var waiting = PollSet()
            _ = waiting.add(signals.descriptor, .reading)
            try waiting.wait(milliseconds: 1000)
            if try isEnded(signals, starter, session.status) { break }
        }
        try report(session, options, target)
        return session.status?.code ?? 0
    }

    /// Whether a person has had enough. What is started from here gets a terminal's keys itself.
    private static func isEnded(
        _ signals: borrowing SignalQueue, _ starter: Int32?, _ status: ExitStatus?
    ) throws -> Bool {
        var isEnded = false
        while let signal = try signals.next() {
            if signal == .child { continue }
            guard let starter, status == nil else {
                isEnded = true
                continue
            }
            if signal == .terminate || signal == .hangup { try Process(opening: starter).send(signal) }
        }
        return isEnded
    }

    /// This program again, for `run`: it waits until it is traced.
    private static func start(
        _ words: [String], _ globals: GlobalOptions, _ session: inout TraceSession
    ) throws -> Int32 {
        let gate = try Pipe()
        let places = globals.places
        let arguments = ["minibox", "--root", places.root, "--run-root", places.runRoot] + words
        switch try Process.clone(into: []) {
        case .child:
            if (try? gate.reader.read(upTo: 1).count) == 1 {
                try? CurrentProcess.resetSignals()
                try? CurrentProcess.execute("/proc/self/exe", arguments)
            }
            CurrentProcess.exitImmediately(127)
        case .parent(let process):
            try session.follow(starter: process.id)
            try gate.writer.write([1])
            return process.id
        }
    }

    private static func report(
        _ session: borrowing TraceSession, _ options: Options, _ target: borrowing Descriptor
    ) throws {
        let counts = session.counts
        if options.showsCounts {
            let rows = counts.sorted { ($1.value.made, $0.key) < ($0.value.made, $1.key) }
            var text = "     made  refused  call\n"
            for (name, count) in rows {
                text += "\(padded(count.made, 9))\(padded(count.refused, 9))  \(name)\n"
            }
            try target.write(text)
        }
        guard let path = options.profile else { return }
        let bytes = session.profile.json.bytes(pretty: true)
        try Descriptor.open(path, [.writeOnly, .create, .truncate], mode: 0o644).write(bytes + [UInt8(ascii: "\n")])
        Minibox.complain("\(session.profile.names.count) calls: run it with \(session.profile.flags(file: path))")
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }
}
