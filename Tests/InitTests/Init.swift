// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Runs `minibox-init` and tells how it went.
enum Init {
    struct Result {
        let code: Int32
        let output: String
        let errors: String
    }

    /// The program that `swift build` made beside this test; nil where it was not built.
    static let path: String? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
        return ["debug", "release"].map { root.appending(path: ".build/\($0)/minibox-init").path }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// Runs a script of sh below it. With `signal`, sends that to it once the script has said something.
    static func run(_ script: String, signal: Int32? = nil) throws -> Result {
        try run(arguments: ["/bin/sh", "-c", script], signal: signal)
    }

    /// Runs it with `arguments`, or where there are none another program.
    static func run(
        arguments: [String]?, _ other: String = "", _ otherArguments: [String] = [], signal: Int32? = nil
    ) throws -> Result {
        let process = Process()
        process.executableURL = URL(filePath: arguments == nil ? other : path ?? other)
        process.arguments = arguments ?? otherArguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        // The threads of a test block most signals, and what they start would inherit that.
        var (none, former) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &former)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &former, nil) }
        try process.run()
        var first = Data()
        if let signal {
            first = output.fileHandleForReading.availableData
            kill(process.processIdentifier, signal)
        }
        let said = first + output.fileHandleForReading.readDataToEndOfFile()
        let complaint = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let code = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
        return Result(
            code: code, output: String(decoding: said, as: UTF8.self),
            errors: String(decoding: complaint, as: UTF8.self))
    }
}
