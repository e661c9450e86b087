// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The minibox program with a run root of its own, images that every test shares, and a scratch folder; what a test
/// leaves to be cleaned is cleaned last in, first out.
public final class Box: @unchecked Sendable {
    /// The box of the test that runs: of the trait ``BoxTrait``.
    @TaskLocal public static var current: Box?

    /// A folder of the test's own, which root inside a container may not enter unless its mode is changed.
    public let folder: String
    public let root: String
    public let runRoot: String
    public let environment: [String: String]
    private var cleanups: [() -> Void] = []
    private let before: Leftovers

    /// - Parameter sharesImages: whether the root is the one that every test of this process shares, with the images
    ///   of ``TestMachine/images``; otherwise it is empty and removed at the end.
    public init(sharesImages: Bool = true) throws {
        folder = TestMachine.scratch + "/box-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        root = sharesImages ? TestMachine.sharedRoot : folder + "/root"
        runRoot = folder + "/run"
        // Compiled filters and what is known of the kernel are the same for all; making them takes longer than a test.
        try FileManager.default.createDirectory(
            atPath: runRoot, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        _ = TestMachine.sharedRoot
        for name in ["filters", "host"] where sharesImages {
            try? FileManager.default.copyItem(
                atPath: "\(TestMachine.scratch)/run/\(name)", toPath: "\(runRoot)/\(name)")
        }
        var environment = ProcessInfo.processInfo.environment
        environment["MINIBOX_ROOT"] = root
        environment["MINIBOX_RUN_ROOT"] = runRoot
        environment["SWIFT_BACKTRACE"] = "enable=no"
        // What needs a registry says so, and nothing else starts a program for it.
        environment["MINIBOX_FETCH"] = environment["MINIBOX_FETCH"] ?? "/nowhere/minibox-fetch"
        environment["LC_ALL"] = "C"
        // What needs no network has none, and takes no address of the test host's.
        environment["MINIBOX_NETWORK"] = "none"
        self.environment = environment
        before = Leftovers(directories: [root, runRoot])
    }

    /// Does `work` when the test ends, before what was registered earlier.
    public func atEnd(_ work: @escaping () -> Void) { cleanups.append(work) }

    /// Removes all containers when the test ends, also where it fails.
    public func removeContainersAtEnd() {
        atEnd {
            let all = (try? self("ps", "-aq").lines) ?? []
            if !all.isEmpty { _ = try? self.run(["rm", "-f"] + all) }
        }
    }

    /// Runs `minibox` with `words` and waits for it.
    @discardableResult
    public func callAsFunction(
        _ words: String..., input: String? = nil, timeout: Double = 20, environment: [String: String] = [:]
    ) throws -> Outcome { try run(words, input: input, timeout: timeout, environment: environment) }

    /// Runs `minibox` with `words` and waits for it.
    /// - Parameter input: what its standard input holds; nil for `/dev/null`.
    @discardableResult
    public func run(
        _ words: [String], input: String? = nil, timeout: Double = 20, environment: [String: String] = [:]
    ) throws -> Outcome {
        try finish([TestMachine.program] + words, input: input, timeout: timeout, environment: environment)
    }

    /// Runs a line of the shell, in which `$MINIBOX` is the program, and waits for it.
    @discardableResult
    public func shell(_ line: String, input: String? = nil, timeout: Double = 20) throws -> Outcome {
        try finish(
            ["/bin/bash", "-c", line], input: input, timeout: timeout, environment: ["MINIBOX": TestMachine.program])
    }

    /// Starts `minibox` with `words`; it is killed at the end of the test, if it still runs then.
    public func start(_ words: String..., hasInput: Bool = false) throws -> RunningProgram {
        let program = try RunningProgram([TestMachine.program] + words, environment: environment, hasInput: hasInput)
        atEnd { program.stop() }
        return program
    }

    /// Starts `minibox` with `words` on a terminal, which it is controlled by.
    public func start(on terminal: Pseudoterminal, _ words: String...) throws -> RunningProgram {
        try start(words, on: terminal)
    }

    /// The same with words in an array.
    public func start(_ words: [String], on terminal: Pseudoterminal) throws -> RunningProgram {
        let program = try RunningProgram(
            [TestMachine.program] + words, environment: environment, terminal: terminal.name)
        atEnd { program.stop() }
        return program
    }

    /// Starts a container that prints `ready` and then does as `script` says, and waits until it is ready. It is
    /// removed at the end of the test. Without a script it runs until it is told to end, which it hears once it is ready.
    @discardableResult
    public func container(
        _ name: String, _ flags: [String] = [], image: String = "busybox",
        script: String? = nil
    ) throws -> RunningProgram {
        let program = try RunningProgram(
            [TestMachine.program, "run", "--rm", "--name", name] + flags + [
                image, "sh", "-c",
                script.map { "echo ready; " + $0 } ?? "trap 'exit 0' TERM; echo ready; while :; do sleep 0.1; done",
            ],
            environment: environment)
        atEnd {
            _ = try? self.run(["rm", "-f", name])
            program.stop()
        }
        guard program.waitForOutput("ready") else {
            throw RunningProgram.StartError(program: "\(name): \(program.stop())", errno: 0)
        }
        return program
    }

    private func finish(
        _ words: [String], input: String?, timeout: Double, environment more: [String: String]
    ) throws -> Outcome {
        let program = try RunningProgram(
            words, environment: environment.merging(more) { $1 }, hasInput: input != nil)
        if let input {
            program.write(Array(input.utf8))
            program.closeInput()
        }
        return program.wait(seconds: timeout)
    }

    /// Writes a file of the scratch folder and tells its path.
    @discardableResult
    public func file(_ name: String, _ contents: String, permissions: Int = 0o644) throws -> String {
        let path = folder + "/" + name
        try contents.write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
        return path
    }

    /// Makes a folder in the scratch folder and tells its path.
    @discardableResult
    public func directory(_ name: String, permissions: Int = 0o755, owner: Int = 0) throws -> String {
        let path = folder + "/" + name
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try FileManager.default.setAttributes(
            [.posixPermissions: permissions, .ownerAccountID: owner, .groupOwnerAccountID: owner], ofItemAtPath: path)
        return path
    }

    /// Cleans up, and tells what the test and one more command left behind.
    func end() -> [String] {
        while let work = cleanups.popLast() { work() }
        func leftovers() -> [String] {
            Leftovers(directories: [root, runRoot]).added(since: before)
                .filter { !Self.isPlace($0, of: [root, runRoot]) }
        }
        // A process that was killed is gone a moment later, and what it had is the next command's to take away: one is
        // run wherever anything is otherwise than before the last one.
        var left = leftovers()
        var former: [String]?
        _ = Clock.wait(seconds: 10) {
            if left != former { _ = try? run(["ps", "-a"]) }
            former = left
            left = leftovers()
            return left.isEmpty
        }
        _ = try? run(["rm", "-f"] + ((try? run(["ps", "-aq"]))?.lines ?? []))
        try? FileManager.default.removeItem(atPath: folder)
        return left
    }

    /// Whether the line is one of the folders that are made once and then stay, or of the images of a store that the
    /// test has to itself; what is being unpacked does not stay.
    private static func isPlace(_ line: String, of roots: [String]) -> Bool {
        roots.contains { root in
            [
                "", "/containers", "/ids", "/names", "/images", "/images/staging", "/images/lists", "/images/partial",
                "/volumes", "/volumes/.staging",
                "/leases", "/networks", "/networks/lock", "/ports",
            ]
            .contains { line == "file \(root)\($0)" }
                // What is known of contexts, logs and what caches hold are there for later.
                || ["/builds", "/cache-mounts", "/contexts", "/audit"].contains { line.hasPrefix("file \(root)\($0)") }
                // An index that was half written when its writer was killed is written over by the next one.
                || ["blobs", "cache", "index.json", ".index.json.new", "oci-layout", "layers"].contains {
                    line.hasPrefix("file \(root)/images/\($0)")
                }
        }
    }
}
