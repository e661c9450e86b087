// SPDX-License-Identifier: Apache-2.0
import CTestSupport
import Foundation
import TestSupport

/// The OCI runtime under test, with a state directory and a scratch folder of the test's own. Containers that a test
/// leaves are deleted at its end, and what the runtime leaves then fails the test.
final class Runtime: @unchecked Sendable {
    /// Of the test that runs: the trait `.runtime` makes it.
    @TaskLocal static var current: Runtime?

    private static let variables = ProcessInfo.processInfo.environment
    /// The runtime's words: `MINIBOX_RUNTIME`, a program with global flags if need be, or what was built last.
    static let program: [String] = {
        if let words = variables["MINIBOX_RUNTIME"] { return words.split(separator: " ").map(String.init) }
        let built = ["bin", "debug"].map { "\(TestMachine.top)/.build/\($0)/minibox-runtime" }
        return [built.first(where: FileManager.default.isExecutableFile) ?? built[0]]
    }()
    /// What it calls itself in `known-differences`: the file's name.
    static let name = URL(fileURLWithPath: program[0]).lastPathComponent
    /// Whether it is ours, which has more than the others.
    static let isMinibox = name == "minibox-runtime"

    /// A folder of the test's own.
    let folder: String
    /// The state directory that ``callAsFunction(_:input:timeout:environment:directory:descriptors:)`` names.
    let root: String
    var environment: [String: String]
    private var cleanups: [() -> Void] = []
    private var count = 0
    private let before: Leftovers

    init() throws {
        _ = adopt_orphans()
        folder = TestMachine.scratch + "/r" + UUID().uuidString.prefix(6)
        root = folder + "/state"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        environment = ["PATH": Self.variables["PATH"] ?? "/usr/bin:/bin", "LC_ALL": "C", "TMPDIR": folder]
        before = Leftovers(directories: [root])
    }

    /// Does `work` when the test ends, before what was registered earlier.
    func atEnd(_ work: @escaping () -> Void) { cleanups.append(work) }

    /// Runs the runtime with `--root` and `words`, and waits for it.
    @discardableResult
    func callAsFunction(
        _ words: String..., input: String? = nil, timeout: Double = 20, environment: [String: String] = [:],
        directory: String? = nil, descriptors: [Int32] = []
    ) throws -> Outcome {
        try run(
            words, input: input, timeout: timeout, environment: environment, directory: directory,
            descriptors: descriptors)
    }

    /// Runs the runtime with `--root` and `words`, and waits for it.
    /// - Parameters:
    ///   - descriptors: of ours, which it gets as 3, 4 and so on.
    ///   - sharesStreams: whether it leaves a container behind that goes on writing.
    @discardableResult
    func run(
        _ words: [String], input: String? = nil, timeout: Double = 20, environment: [String: String] = [:],
        directory: String? = nil, descriptors: [Int32] = [], sharesStreams: Bool = false
    ) throws -> Outcome {
        let program = try start(
            words, hasInput: input != nil, environment: environment, directory: directory, descriptors: descriptors)
        if let input {
            program.write(Array(input.utf8))
            program.closeInput()
        }
        return program.wait(seconds: timeout, sharesStreams: sharesStreams)
    }

    /// Starts the runtime with `--root` and `words`; it is killed at the end of the test, if it still runs then.
    /// - Parameter terminal: the name of one that it is controlled by.
    func start(
        _ words: [String], hasInput: Bool = false, terminal: String? = nil, environment more: [String: String] = [:],
        directory: String? = nil, descriptors: [Int32] = []
    ) throws -> RunningProgram {
        let program = try RunningProgram(
            [Self.path] + Self.program.dropFirst() + ["--root", root] + words,
            environment: environment.merging(more) { $1 }, hasInput: hasInput, terminal: terminal,
            directory: directory, descriptors: descriptors)
        atEnd { program.stop() }
        return program
    }

    /// Runs a line of bash, in which `$RUNTIME` is the runtime with its `--root`, and waits for it.
    @discardableResult
    func shell(_ line: String, input: String? = nil, timeout: Double = 20) throws -> Outcome {
        var variables = environment
        variables["RUNTIME"] = ([Self.path] + Self.program.dropFirst() + ["--root", root]).joined(separator: " ")
        let program = try RunningProgram(["/bin/bash", "-c", line], environment: variables, hasInput: input != nil)
        if let input {
            program.write(Array(input.utf8))
            program.closeInput()
        }
        return program.wait(seconds: timeout)
    }

    private static let path: String = {
        if program[0].contains("/") { return program[0] }
        let folders = (variables["PATH"] ?? "").split(separator: ":").map(String.init)
        return (folders + ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]).map { "\($0)/\(program[0])" }
            .first(where: FileManager.default.isExecutableFile) ?? program[0]
    }()

    /// Why there is nothing to test here; nil where there is.
    static var obstacle: String? {
        if geteuid() != 0 { return "needs root" }
        if !TestMachine.isTestHost { return "needs the test host: run scripts/test" }
        if !FileManager.default.isExecutableFile(atPath: path) {
            return "needs \(path), which is not there: run scripts/build"
        }
        let image = TestMachine.archive("busybox")
        return FileManager.default.fileExists(atPath: image) ? nil : "needs the image busybox: run scripts/fixtures"
    }

    /// Makes a bundle whose configuration is ``Bundle/plain`` but for what `change` says.
    /// - Parameter image: its root, a name of `scripts/fixtures`.
    func bundle(image: String = "busybox", _ change: (inout Document) throws -> Void = { _ in }) throws -> Bundle {
        count += 1
        var bundle = try Bundle(path: "\(folder)/b\(count)", image: image)
        try change(&bundle.config)
        try bundle.write()
        return bundle
    }

    /// Makes a bundle that runs `script` with the shell.
    func bundle(
        script: String, _ change: (inout Document) throws -> Void = { _ in }
    ) throws -> Bundle {
        try bundle {
            $0.process.args = .array(["sh", "-c", .string(script)])
            try change(&$0)
        }
    }

    /// An id that no other container of this machine has.
    func newID() -> String {
        count += 1
        return "\(URL(fileURLWithPath: folder).lastPathComponent)-\(count)"
    }

    /// Writes a file of the scratch folder and tells its path.
    @discardableResult
    func file(_ name: String, _ contents: String = "", permissions: Int = 0o644) throws -> String {
        let path = folder + "/" + name
        try contents.write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
        return path
    }

    /// What is in a file; nil where there is none.
    func contents(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Cleans up, and tells what was left behind then.
    func end() -> [String] {
        while let work = cleanups.popLast() { work() }
        let left = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        for id in left where !id.hasPrefix(".") { _ = try? run(["delete", "--force", id]) }
        var added: [String] = []
        _ = Clock.wait(seconds: 10) {
            while waitpid(-1, nil, WNOHANG) > 0 {}
            added = Leftovers(directories: [root]).added(since: before)
                // What a runtime keeps for all containers, such as compiled filters.
                .filter { $0 != "file \(root)" && !$0.hasPrefix("file \(root)/.") }
                // Others give up on a cgroup whose processes are slow to end.
                .filter { Self.isMinibox || !$0.hasPrefix("cgroup ") }
            return added.isEmpty
        }
        try? FileManager.default.removeItem(atPath: folder)
        return added
    }
}
