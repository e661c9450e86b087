// SPDX-License-Identifier: Apache-2.0
import Foundation
import OCI
import Registry
import TestSupport
import Testing

/// `minibox-fetch`, with a staging directory of its own.
final class FetchProgram {
    /// Beside the program under test, unless `MINIBOX_FETCH` says where.
    static let program =
        ProcessInfo.processInfo.environment["MINIBOX_FETCH"]
        ?? URL(fileURLWithPath: TestMachine.program).deletingLastPathComponent().path + "/minibox-fetch"

    let folder: String
    private let program: RunningProgram
    private var read = 0
    private(set) var events: [FetchEvent] = []
    private var count = 0

    init(
        _ session: FetchSession = .forTests, folder: String, isNobody: Bool = false, environment: [String: String] = [:]
    ) throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let who =
            isNobody
            ? [
                "/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--no-new-privs",
                "--bounding-set=-all",
            ] : []
        if isNobody {
            try FileManager.default.setAttributes(
                [.ownerAccountID: 65534, .groupOwnerAccountID: 65534], ofItemAtPath: folder)
        }
        program = try RunningProgram(
            who + [Self.program], environment: environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 },
            hasInput: true,
            directory: folder)
        program.write(session.json.bytes() + [0x0A])
    }

    deinit { stop() }

    @discardableResult
    func stop() -> Outcome { program.stop() }

    var process: Int32 { program.process }

    /// Ends its input and waits.
    func end() -> Outcome {
        program.closeInput()
        return wait()
    }

    /// Waits for its end.
    func wait() -> Outcome { program.wait(seconds: 60) }

    /// Asks for something, and tells its number.
    @discardableResult
    func ask(_ work: FetchRequest.Work) -> Int {
        count += 1
        program.write(FetchRequest(id: count, work).json.bytes() + [0x0A])
        return count
    }

    /// What came of the request with that number.
    func outcome(of id: Int, seconds: Double = 30) throws -> FetchEvent.Outcome {
        var report: FetchEvent.Report?
        _ = Clock.wait(seconds: seconds) {
            self.readEvents()
            for event in self.events where event.id == id || event.id == 0 {
                switch event.report {
                case .done, .failed: report = event.report
                case .progress, .retry: break
                }
            }
            return report != nil
        }
        switch report {
        case .done(let outcome): return outcome
        case .failed(let failure): throw failure
        default: throw FetchFailure(.slow, "no answer: \(program.outputSoFar) \(program.errorsSoFar)")
        }
    }

    func perform(_ work: FetchRequest.Work, seconds: Double = 30) throws -> FetchEvent.Outcome {
        try outcome(of: ask(work), seconds: seconds)
    }

    /// Why it fails.
    func failure(of work: FetchRequest.Work, seconds: Double = 30) -> FetchFailure? {
        do {
            let outcome = try perform(work, seconds: seconds)
            Issue.record("it did not fail: \(outcome)")
            return nil
        } catch let error as FetchFailure { return error } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    private func readEvents() {
        _ = program.waitForOutput("\u{0}", seconds: 0.05)
        let lines = program.outputSoFar.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        for line in lines.dropFirst(read) {
            read += 1
            do { events.append(try FetchEvent(line: Array(line.utf8))) } catch { Issue.record("\(line): \(error)") }
        }
    }

    func bytes(_ name: String) -> [UInt8] {
        FileManager.default.contents(atPath: "\(folder)/\(name)").map(Array.init) ?? []
    }

    func write(_ name: String, _ bytes: [UInt8]) {
        _ = FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data(bytes))
    }

    /// How often something was tried again.
    var retries: Int { events.count { if case .retry = $0.report { true } else { false } } }
}

extension FetchSession {
    /// One that tries again soon, and waits for servers as long as it takes on a machine that does much else.
    static var forTests: FetchSession {
        var session = FetchSession()
        session.firstPause = 0.02
        session.retries = 3
        session.patience = 600
        session.slowest = 0
        return session
    }

    /// One that reaches a registry in one way.
    static func reaching(_ name: String, _ endpoints: RegistryEndpoint...) -> FetchSession {
        var session = forTests
        session.registries[name] = RegistryAccess(endpoints: endpoints)
        return session
    }
}

extension RegistryEndpoint {
    static func at(
        _ address: String, credential: RegistryCredential? = nil, isInsecure: Bool = false, authority: String? = nil
    ) throws -> RegistryEndpoint {
        var endpoint = RegistryEndpoint(address)
        endpoint.credential = credential
        endpoint.isInsecure = isInsecure
        endpoint.authorities = try authority.map { try String(contentsOfFile: $0, encoding: .utf8) }
        return endpoint
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips, saying why, where there is no fetching program.
    static var fetching: ConditionTrait {
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: FetchProgram.program),
            "needs \(FetchProgram.program): run scripts/build")
    }

    /// Skips where docker-registry is not there.
    static var dockerRegistry: ConditionTrait {
        .enabled(if: RegistryServer.program != nil, "needs docker-registry: run scripts/setup")
    }
}

/// A folder that is removed at the end.
func withFolder<T>(_ work: (String) throws -> T) throws -> T {
    let folder = TestMachine.scratch + "/fetch-" + UUID().uuidString.prefix(8)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try work(folder)
}
