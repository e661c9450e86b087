// SPDX-License-Identifier: Apache-2.0
internal import Engine

extension ExecCommand {
    /// Runs the program, and ends as it does.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        var request = ExecRequest()
        request.container = options.container
        request.command = options.command
        request.isInteractive = options.isInteractive
        request.hasTerminal = options.hasTerminal
        request.environment = options.environment
        request.environmentFiles = options.environmentFiles
        request.user = options.user
        request.workingDirectory = options.workingDirectory
        request.program = options.program
        request.isPrivileged = options.isPrivileged
        request.detachKeys = options.detachKeys ?? .standard
        guard options.isDetached else { return try globals.engine.execute(request) }
        request.isInteractive = false
        try globals.engine.executeDetached(request)
        return 0
    }
}
