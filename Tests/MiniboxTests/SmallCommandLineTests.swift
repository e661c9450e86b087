// SPDX-License-Identifier: Apache-2.0
import Arguments
import Engine
import Testing

@testable import minibox

/// What `stats`, `top` and `update` read and print.
@Suite struct SmallCommandLineTests {
    @Test(
        arguments: [
            (0, "0B"), (1, "1B"), (1023, "1023B"), (1024, "1KiB"), (1_234_567, "1.177MiB"), (64 << 20, "64MiB"),
            (3_221_225_472, "3GiB"), (1 << 62, "4096PiB"),
        ] as [(UInt64, String)])
    func memoryHasFourDigits(_ bytes: UInt64, _ text: String) { #expect(UseRow.binary(bytes) == text) }

    @Test(
        arguments: [
            (0, "0B"), (999, "999B"), (1000, "1kB"), (1234, "1.23kB"), (56_780, "56.8kB"), (1_000_000, "1MB"),
            (123_456_789, "123MB"),
        ] as [(UInt64, String)])
    func transfersHaveThreeDigits(_ bytes: UInt64, _ text: String) { #expect(UseRow.decimal(bytes) == text) }

    @Test func aShareHasTwoDigitsBehindThePoint() {
        #expect(UseRow.percent(0) == "0.00%" && UseRow.percent(0.0512) == "5.12%" && UseRow.percent(1.5) == "150.00%")
        #expect(UseRow.percent(0.0005) == "0.05%")
    }

    @Test func columnsAreThoseOfPs() throws {
        #expect(try TopCommand.columns([]) == ProcessRow.usual)
        #expect(try TopCommand.columns(["-ef"]) == ProcessRow.usual)
        #expect(try TopCommand.columns(["-e", "-o", "pid,comm"]) == [.pid, .comm])
        #expect(throws: SyntaxError.self) { try TopCommand.columns(["-o"]) }
        #expect(throws: SyntaxError.self) { try TopCommand.columns(["aux"]) }
    }

    private func update(_ words: String...) throws -> UpdateCommand.Options {
        guard case .options(let options) = try UpdateCommand.table().parse(words + ["web"], path: "minibox update")
        else {
            throw EngineError(.invalid, "read as help")
        }
        return options
    }

    @Test func eachFlagOfUpdateChangesOneThing() throws {
        #expect(try update().isEmpty)
        let samples = [
            "memory": "64m", "memory-swap": "-1", "memory-reservation": "32m", "cpus": "1.5", "cpu-period": "50000",
            "cpu-quota": "-1", "cpu-shares": "512", "cpuset-cpus": "0-1", "cpuset-mems": "0", "blkio-weight": "300",
            "pids-limit": "100", "restart": "always",
        ]
        var seen: Set<String> = []
        for flag in UpdateCommand.table().outline.groups.flatMap(\.flags) {
            let options = try update("--\(flag.name)", try #require(samples[flag.name]))
            #expect(!options.isEmpty)
            #expect(seen.insert("\(options.change)").inserted, "--\(flag.name)")
        }
        #expect(seen.count == samples.count)
    }

    @Test func eachFlagOfStatsAndCpIsRead() throws {
        func read(_ words: String...) throws -> StatisticsCommand.Options? {
            if case .options(let options) = try StatisticsCommand.table().parse(words, path: "minibox stats") {
                options
            } else {
                nil
            }
        }
        #expect(try read("-a")?.showsAll == true && read("--all")?.showsAll == true)
        #expect(try read("--no-stream")?.showsOnce == true && read("--no-trunc")?.isUntruncated == true)
        #expect(try read("a", "b")?.containers == ["a", "b"])
        if case .json? = try read("--format", "json")?.format {} else { Issue.record("--format json is not read") }
        if case .template? = try read("--format", "{{.Name}}")?.format {} else { Issue.record("no template is read") }
        func copy(_ words: String...) throws -> CopyCommand.Options? {
            if case .options(let options) = try CopyCommand.table().parse(words + ["a", "b:c"], path: "minibox cp") {
                options
            } else {
                nil
            }
        }
        #expect(try copy("-a")?.request.keepsOwners == true && copy("-L")?.request.followsLink == true)
        #expect(try copy("-q")?.isQuiet == true && copy()?.isQuiet == nil)
        #expect(try copy()?.request.destination == .container("b", path: "c"))
    }
}
