// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Linux

extension LogsCommand {
    /// Prints each stream to that of this program.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let output = try StandardStream.output.duplicate()
        let errors = try StandardStream.error.duplicate()
        try globals.engine.readLog(options.request) { stream, bytes throws(SystemError) in
            switch stream {
            case .output: try output.write(bytes)
            case .error: try errors.write(bytes)
            }
        }
        return 0
    }
}
