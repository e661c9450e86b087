// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Testing

@testable import Builds

/// Logs in a directory of their own, which is removed at the end.
private func withLogs(_ work: (BuildLogs) throws -> Void) throws {
    let name = "builds-test-" + Randomness.bytes(6).map { String($0, radix: 16) }.joined()
    let parent = try Descriptor.open("/tmp", [.readOnly, .directory])
    try parent.makeDirectory(name)
    defer { try? parent.removeTree(name) }
    try work(BuildLogs(store: "/tmp/\(name)"))
}

private func build(in logs: BuildLogs, tags: [String] = [], _ events: [BuildEvent] = [], _ ending: BuildEnding? = nil)
    throws -> String
{
    var request = BuildRequest()
    request.tags = try tags.map { try ImageReference($0) }
    let log = try BuildLog(of: request, in: logs)
    for event in events { log.take(event) }
    if let ending { log.end(ending) }
    return log.id
}

@Suite struct BuildLogTests {
    @Test func keepsAllThatWasWrittenAndWhatBecameOfEachStep() throws {
        try withLogs { logs in
            let long = String(repeating: "x", count: 3_000_000)
            let id = try build(
                in: logs, tags: ["app"],
                [
                    .planned(plan(("a", ["WORKDIR /a", "RUN b", "RUN c", "RUN d"]))),
                    .cached(step: 0, explanation: ["as before"]), .started(step: 1, after: at(100)),
                    .missed(step: 1, explanation: ["./a.c changed"]), .wrote(1, "\u{1B}[2J" + long, at(200)),
                    .wrote(1, "end", at(300)), .finished(step: 1, after: at(400)), .warning("careful"),
                    .started(step: 2, after: at(400)), .failed(step: 2, reason: "exit code 4", after: at(500)),
                ], .failed(BuildError(.step(exitCode: 4), "it failed")))
            let record = try logs.find("app")
            #expect(record.id == id)
            #expect(record.state == .failed && record.exitCode == 4 && record.error == "it failed")
            #expect(record.steps.map(\.state) == [.cached, .done, .failed, .open])
            #expect(record.steps.map(\.start) == [nil, 0.1, 0.4, nil])
            #expect(record.steps.map(\.explanation) == [["as before"], ["./a.c changed"], [], []])
            #expect(record.steps[2].reason == "exit code 4")
            #expect(record.steps[1].label == "[a 2/4] RUN b")
            #expect(record.warnings == ["careful"])
            #expect(record.duration == 0.5)
            switch try logs.output(of: 2, in: record) {
            case .some(let output): #expect(try output.readAll() == Array(("\u{1B}[2J" + long + "end").utf8))
            case .none: Issue.record("no output")
            }
            #expect(try logs.output(of: 3, in: record) == nil)
        }
    }

    @Test func aCutRecordIsReadAsFarAsItGoes() throws {
        let head = "{\"id\":\"0123456789ab\",\"created\":\"2026-01-01T00:00:00Z\",\"context\":\".\",\"tags\":[]}\n"
        let steps = "{\"steps\":[{\"label\":\"[1/2] RUN a\"},{\"label\":\"[2/2] RUN b\"}]}\n"
        let whole = Array((head + steps + "{\"step\":1,\"state\":\"done\",\"start\":0.1,\"end\":0.2}\n").utf8)
        #expect(BuildRecord(journal: whole, isRunning: false)?.steps.map(\.state) == [.done, .open])
        for length in 0...whole.count {
            let record = BuildRecord(journal: Array(whole.prefix(length)), isRunning: false)
            #expect((record != nil) == (length >= head.utf8.count - 1))
            #expect(record?.state ?? .killed == .killed)
        }
        #expect(BuildRecord(journal: whole, isRunning: true)?.state == .running)
    }

    @Test func findsByTagIDAndLatest() throws {
        try withLogs { logs in
            #expect(throws: BuildError.self) { try logs.find("latest") }
            let first = try build(in: logs, tags: ["app:1", "other"])
            let second = try build(in: logs, tags: ["app:2"])
            #expect(try logs.list().map(\.id) == [second, first])
            #expect(try logs.find("latest").id == second)
            #expect(try logs.find("app:1").id == first)
            #expect(try logs.find("docker.io/library/other:latest").id == first)
            #expect(try logs.find(String(first.prefix(8))).id == first)
            #expect {
                try logs.find("lates")
            } throws: {
                "\($0)" == "there is no log of a build lates: did you mean latest?"
            }
            #expect(throws: BuildError.self) { try logs.find("../" + first) }
        }
    }

    @Test func theOldestGo() throws {
        try withLogs { logs in
            var ids: [String] = []
            for _ in 0..<2 * BuildLogs.kept {
                ids.append(try build(in: logs, [.planned(plan())], .built(image: nil, names: [], after: at(1))))
            }
            let left = try logs.list().map(\.id)
            #expect(Array(left.prefix(BuildLogs.kept)) == ids.suffix(BuildLogs.kept).reversed())
            #expect(left.count <= BuildLogs.kept + BuildLogs.slack + 1)
        }
    }

    @Test func aFullDiskEndsTheLogAndNotTheBuild() throws {
        try withLogs { logs in
            let log = try BuildLog(of: BuildRequest(), in: logs)
            try Descriptor.open(logs.path, [.readOnly, .directory]).removeTree(log.id)
            log.take(.planned(plan(("a", ["RUN a"]))))
            log.take(.wrote(0, "x", at(1)))
            #expect(log.failure != nil)
            log.take(.wrote(0, "y", at(2)))
        }
    }
}
