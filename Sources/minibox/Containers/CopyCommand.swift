// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Linux

extension CopyCommand {
    /// Copies, and says how much on a terminal.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let size = try globals.engine.copy(options.request)
        let isQuiet = options.isQuiet ?? !StandardStream.output.isTerminal
        if !isQuiet {
            try StandardStream.error.duplicate().write("copied \(size) bytes\n")
        }
        return 0
    }
}
