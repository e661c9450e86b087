// SPDX-License-Identifier: Apache-2.0
import Arguments
import Engine
import Linux
import Testing

@testable import minibox

/// The line of `minibox logs`.
@Suite struct LogsCommandTests {
    private func read(_ words: String...) throws -> LogRequest {
        guard case .options(let options) = try LogsCommand.table().parse(words, path: "minibox logs") else {
            throw EngineError(.invalid, "read as help")
        }
        return options.request
    }

    @Test func aTerminalObeysOnlyWhereThatIsSaid() throws {
        guard case .options(let plain) = try LogsCommand.table().parse(["web"], path: "minibox logs"),
            case .options(let raw) = try LogsCommand.table().parse(["--raw", "web"], path: "minibox logs")
        else { throw EngineError(.invalid, "read as help") }
        #expect(!plain.isRaw && raw.isRaw)
    }

    @Test func eachFlagSetsWhatItSays() throws {
        let plain = try read("web")
        #expect(plain.container == "web" && !plain.follows && plain.last == nil && plain.since == nil)
        #expect(!plain.showsTimes && !plain.showsDetails && plain.until == nil)
        #expect(try read("-f", "web").follows)
        #expect(try read("--follow", "web").follows)
        #expect(try read("--tail", "5", "web").last == 5)
        #expect(try read("-n", "0", "web").last == 0)
        #expect(try read("--tail", "all", "web").last == nil)
        #expect(try read("--tail", "-1", "web").last == nil)
        #expect(try read("-t", "web").showsTimes)
        #expect(try read("--timestamps", "web").showsTimes)
        #expect(try read("--details", "web").showsDetails)
        #expect(try read("--since", "5", "web").since == FileTime(seconds: 5, nanoseconds: 0))
        #expect(try read("--until", "6.5", "web").until == FileTime(seconds: 6, nanoseconds: 500_000_000))
    }

    @Test func whatCannotBeReadIsRefused() {
        #expect(throws: ArgumentsError.self) { try read("--tail", "x", "web") }
        #expect(throws: ArgumentsError.self) { try read("--since", "x", "web") }
        #expect(throws: ArgumentsError.self) { try read() }
    }
}
