// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Linux

extension LogsCommand {
    /// Prints each stream to that of this program. What a terminal would obey is shown in its place, unless that is wanted.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let output = try StandardStream.output.duplicate()
        let errors = try StandardStream.error.duplicate()
        var shownOutput = options.isRaw || !StandardStream.output.isTerminal ? nil : TerminalText()
        var shownErrors = options.isRaw || !StandardStream.error.isTerminal ? nil : TerminalText()
        try globals.engine.readLog(options.request) { stream, bytes throws(SystemError) in
            switch stream {
            case .output: try output.write(shownOutput?.shown(bytes) ?? Array(bytes))
            case .error: try errors.write(shownErrors?.shown(bytes) ?? Array(bytes))
            }
        }
        try output.write(shownOutput?.end() ?? [])
        try errors.write(shownErrors?.end() ?? [])
        return 0
    }
}
