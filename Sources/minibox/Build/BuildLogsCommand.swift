// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Builds
internal import Engine
internal import Linux

/// `minibox build logs [BUILD]`.
enum BuildLogsCommand {
    /// What its line says.
    struct Options: Sendable {
        /// An id, a tag, or `latest`.
        var build = "latest"
        var step: Int?
    }

    /// The table of `minibox build logs`.
    static func table() -> Command<Options> {
        Command(
            "Print all that the steps of a build wrote",
            discussion: [
                "BUILD is the start of an id that 'minibox build ls' prints, a tag, or latest, which is what is meant "
                    + "without it.",
                "On a terminal, control characters of the output are left out. With --step they are all there "
                    + "otherwise, byte by byte.",
            ],
            options: Options(), positionals: [.optional("BUILD") { $0.build = $1 }],
            flags: [
                .value("step", "NUMBER", "Print the output of this step alone: 3 for #3", stepNumber) { $0.step = $1 }
            ])
    }

    private static func stepNumber(_ text: String) throws(SyntaxError) -> Int {
        guard let number = Int(text.hasPrefix("#") ? String(text.dropFirst()) : text), number > 0 else {
            throw SyntaxError(text, "is no step", "write a number, as in 3 for #3")
        }
        return number
    }

    /// Prints the output.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let logs = BuildLogs(store: try globals.engine.places.root)
        let record = try logs.find(options.build)
        let output = try StandardStream.output.duplicate()
        if let step = options.step {
            guard (1...max(1, record.steps.count)).contains(step), !record.steps.isEmpty else {
                throw BuildError(
                    .missing, "build \(record.id) has no step \(step): it has \(record.steps.count)")
            }
            try print(step, of: record, in: logs, to: output, endsLine: false)
            return 0
        }
        for step in record.steps {
            try output.write("#\(step.number) \(step.label)\n")
            for line in step.explanation { try output.write("#\(step.number) cache: \(line)\n") }
            try print(step.number, of: record, in: logs, to: output, endsLine: true)
            try output.write("#\(step.number) \(step.ending)\n\n")
        }
        if let error = record.error { try output.write("\(error)\n") }
        return 0
    }

    /// Copies what a step wrote, on a terminal without what could do harm there.
    private static func print(
        _ step: Int, of record: BuildRecord, in logs: BuildLogs, to output: borrowing Descriptor, endsLine: Bool
    ) throws(SystemError) {
        guard let file = try logs.output(of: step, in: record) else { return }
        let newline = UInt8(ascii: "\n")
        guard output.isTerminal() else {
            var last = newline
            while true {
                let part = try file.read(upTo: 1 << 16)
                guard let end = part.last else { break }
                try output.write(part)
                last = end
            }
            if endsLine, last != newline { try output.write("\n") }
            return
        }
        var lines = OutputLines(keepsColors: true)
        while true {
            let part = try file.read(upTo: 1 << 16)
            if part.isEmpty { break }
            try output.write(lines.take(part).flatMap { $0 + [newline] })
        }
        if let last = lines.end() { try output.write(last + [newline]) }
    }
}

extension BuildRecord.Step {
    /// How it ended, in a word.
    fileprivate var ending: String {
        switch state {
        case .open: start == nil ? "not reached" : "not ended"
        case .cached: "CACHED"
        case .canceled: "CANCELED"
        case .failed: "ERROR: \(reason ?? "it failed")"
        case .done: "DONE \(BuildListCommand.seconds((end ?? 0) - (start ?? 0)))"
        }
    }
}
