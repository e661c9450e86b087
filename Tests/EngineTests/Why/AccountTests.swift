// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

@testable import Engine

private func record(_ state: ContainerRecord.State, _ ending: ContainerEnding? = nil) -> ContainerRecord {
    var record = ContainerRecord(
        id: String(repeating: "a", count: 64), name: "web", image: "busybox", imageID: "sha256:1", command: ["sh"],
        created: "2026-11-22T01:00:00Z", labels: [:], state: state, details: ["Seccomp": "default"])
    record.ending = ending
    return record
}

private func words(of record: ContainerRecord, _ facts: ContainerAccount.Facts = .init()) -> String {
    ContainerAccount(record: record, request: nil, facts: facts).sections.flatMap(\.lines).joined(separator: "\n")
}

private let now = "2026-11-22T01:00:01Z"

private func ended(
    _ code: Int32, signal: Int32? = nil, sent: ContainerEnding.Sent? = nil, memory: ContainerEnding.Memory? = nil,
    unseen: ContainerEnding.Unseen? = nil
) -> String {
    let ending = ContainerEnding(
        code: code, finished: now, signal: signal, sent: sent, memory: memory, process: 1, unseen: unseen)
    return words(of: record(.exited(code: code, finished: now, outOfMemory: false), ending))
}

@Suite struct AccountTests {
    @Test(arguments: [
        (0, "all went well"), (3, "the program alone knows"), (125, "themselves have failed"),
        (126, "cannot be executed"), (127, "no such command"), (143, "ended by SIGTERM (128 and 15)"),
    ])
    func aCodeHasAMeaning(code: Int, expected: String) {
        #expect(ended(Int32(code)).contains(expected))
    }

    @Test func aSignalHasASender() {
        #expect(
            ended(143, signal: 15, sent: .init(signal: 15, by: .stop)).contains("'minibox stop' sent SIGTERM"))
        #expect(ended(137, signal: 9, sent: .init(signal: 9, by: .kill)).contains("'minibox rm -f' sent SIGKILL"))
        #expect(ended(137, signal: 9, sent: .init(signal: 9, by: .patience)).contains("did not within its time"))
        #expect(ended(137, signal: 9).contains("minibox did not send it"))
        // One that was sent, and is not what ended it.
        #expect(ended(139, signal: 11, sent: .init(signal: 15, by: .stop)).contains("program's own doing"))
        #expect(ended(0, sent: .init(signal: 15, by: .stop)).contains("Before, 'minibox stop' sent SIGTERM"))
        #expect(ended(159, signal: 31).contains("seccomp filter"))
    }

    @Test func memoryIsToldInFigures() {
        let own = ContainerEnding.Memory(limit: 25_165_824, peak: 25_165_824, swapLimit: 0, kills: 1, shortages: 1)
        let text = ended(137, signal: 9, memory: own)
        #expect(text.contains("killed a process of it for memory: its limit is 24 MiB and 0 bytes of swap"))
        #expect(text.contains("the most that it used was 24 MiB") && text.contains("minibox update --memory SIZE web"))
        #expect(!text.contains("did not send it"))
        let others = ContainerEnding.Memory(limit: nil, peak: 1 << 30, kills: 2, shortages: 0)
        #expect(ended(137, signal: 9, memory: others).contains("2 processes of it for memory, and not at a limit"))
        // A shell that lives on when the kernel has killed what it started.
        #expect(ended(1, memory: own).contains("killed a process of it for memory"))
        let none = ContainerEnding.Memory(kills: 0, shortages: 0)
        #expect(!ended(137, signal: 9, memory: none).contains("cannot be told"))
        #expect(ended(137, signal: 9).contains("cannot be told"))
    }

    @Test func whatNobodySawIsSaid() {
        #expect(ended(137, unseen: .boot).contains("machine went down"))
        #expect(ended(137, unseen: .supervisor).contains("supervisor was killed"))
        #expect(words(of: record(.exited(code: 1, finished: now, outOfMemory: false))).contains("not kept"))
        #expect(words(of: record(.created)).contains("never started"))
    }

    @Test func aFailedStartIsExplained() {
        var record = record(.created)
        record.error = "it did not start"
        var facts = ContainerAccount.Facts()
        facts.program = ("/app", .program(machine: 62, loader: "/lib64/ld-linux-x86-64.so.2", isThere: false))
        let text = words(of: record, facts)
        #expect(text.contains("it did not start") && text.contains("is glibc's") && !text.contains("never started"))
    }

    @Test func whatRunsIsTold() {
        var facts = ContainerAccount.Facts()
        facts.processState = "sleeping"
        facts.memory = ContainerEnding.Memory(limit: 1 << 26, peak: 5 << 20, kills: 0, shortages: 0)
        facts.memoryUsed = 3 << 19
        var record = record(.running(process: 7, startTime: 1, since: now))
        record.phases = ["prepare": 420_000, "launch": 80_000]
        record.health = [
            "Status": "unhealthy", "FailingStreak": 3, "Log": [["End": "T", "ExitCode": 1, "Output": "no\nx"]],
        ]
        let text = words(of: record, facts)
        #expect(text.contains("process 7 of the host, sleeping"))
        #expect(text.contains("It uses 1.5 MiB of memory, and may use 64 MiB; the most was 5 MiB"))
        #expect(text.contains("0.42 ms") && text.contains("together") && text.contains("0.50 ms"))
        #expect(text.contains("It is unhealthy; bad answers in a row: 3") && text.contains("T code 1: no / x"))
    }

    @Test func anEndingIsKept() {
        let full = ContainerEnding(
            code: 137, finished: now, signal: 9, sent: .init(signal: 15, by: .restart),
            memory: .init(limit: 1, peak: 2, swapLimit: 3, kills: 4, shortages: 5), process: 6, unseen: .boot)
        #expect(ContainerEnding(full.json) == full)
        let least = ContainerEnding(code: 0, finished: "")
        #expect(ContainerEnding(least.json) == least)
        var kept = record(.exited(code: 1, finished: now, outOfMemory: false), full)
        kept.phases = ["spawn": 5]
        #expect(ContainerRecord(kept.json)?.ending == full && ContainerRecord(kept.json)?.phases == ["spawn": 5])
    }
}
