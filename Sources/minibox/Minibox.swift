// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Builds
internal import Engine
internal import Lab
internal import Linux

/// From words to an exit code: parse, do, and say what went wrong.
enum Minibox {
    /// The exit code of a fault that is not the container's own, as docker's.
    static let engineFailure: Int32 = 125

    /// Does what `words` ask for.
    static func run(_ words: [String]) -> Int32 {
        do {
            try StandardStream.openMissing()
            if words.first == Program<GlobalOptions>.completionCommand {
                return CompleteCommand.perform(Array(words.dropFirst()))
            }
            switch try Program<GlobalOptions>.minibox.read(words) {
            case .show(let text):
                try show(text)
                return 0
            case .perform(let action): return try action()
            }
        } catch let error as ArgumentsError {
            complain("\(error)\n\(error.hint)")
        } catch let error as EngineError {
            complain("\(error)")
            return error.exitCode
        } catch let error as LabError {
            complain("\(error)")
            return error.exitCode
        } catch let error as BuildError {
            complain("\(error)")
            return error.exitCode
        } catch {
            complain("\(error)")
        }
        return engineFailure
    }

    /// Namespaces, mounts and ids are the host root's to give.
    static func requireRoot() throws(EngineError) {
        if CurrentProcess.effectiveUser != 0 {
            throw EngineError(.invalid, "minibox needs root: run it as root, or with sudo")
        }
    }

    /// Writes to standard output, at once: nothing is buffered that a clone could write twice.
    static func show(_ text: String) throws(SystemError) {
        try StandardStream.output.duplicate().write(text)
    }

    /// Writes a line to standard error. Where that is closed there is nobody left to tell.
    static func complain(_ message: String) {
        try? StandardStream.error.duplicate().write("minibox: \(message)\n")
    }
}
