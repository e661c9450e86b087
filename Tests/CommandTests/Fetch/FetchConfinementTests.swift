// SPDX-License-Identifier: Apache-2.0
import Foundation
import OCI
import Registry
import TestSupport
import Testing

/// What the fetching program cannot do, whoever took it over.
@Suite(.fetching) struct FetchConfinementTests {
    @Test func itSaysHowItIsConfined() throws {
        try withFolder { folder in
            let said = try RunningProgram([FetchProgram.program, "confinement"], environment: [:], directory: folder)
                .wait()
            let json = try JSON(parsing: said.output)
            #expect(json["filter"]?.bool == true)
            #expect(json["landlock"] != nil)
        }
    }

    /// It tries, after it has confined itself, what an attacker would.
    @Test func itCannotGetOut() throws {
        try withFolder { folder in
            try Data("secret".utf8).write(to: URL(fileURLWithPath: folder + "/store"))
            try FileManager.default.createDirectory(atPath: folder + "/stage", withIntermediateDirectories: true)
            let said = try RunningProgram(
                [FetchProgram.program, "confinement", folder + "/store", folder + "/new"], environment: [:],
                directory: folder + "/stage"
            ).wait()
            let json = try JSON(parsing: said.output)
            #expect(json["tries"]?["execute"]?.string == "operation not permitted", "\(said)")
            if json["landlock"]?.isNull == false {
                #expect(json["tries"]?["read"]?.string == "permission denied", "\(said)")
                #expect(json["tries"]?["write"]?.string == "permission denied", "\(said)")
                #expect(json["tries"]?["leave"]?.string == "permission denied", "\(said)")
            }
            #expect(json["tries"]?["stage"]?.string == "done", "\(said)")
            #expect(!FileManager.default.fileExists(atPath: folder + "/new"))
        }
    }

    /// As minibox starts it.
    @Test(.enabled(if: geteuid() == 0, "needs root")) func itNeedsNoRights() throws {
        try withFolder { folder in
            let server = try BadServer()
            let fetch = try FetchProgram(folder: folder + "/stage", isNobody: true)
            _ = try fetch.perform(FetchHostileTests.blob(server, "good"))
            #expect(fetch.bytes("b") == server.blob)
        }
    }

    @Test func itEndsWithItsInputAndLeavesWhatItHas() throws {
        try withFolder { folder in
            let server = try BadServer()
            let fetch = try FetchProgram(folder: folder + "/stage")
            fetch.ask(try FetchHostileTests.blob(server, "stalled"))
            #expect(Clock.wait(seconds: 10) { fetch.bytes("b").count == 1000 })
            // Not because the server gives up, which takes an hour.
            #expect(fetch.end().status == 0)
            #expect(fetch.bytes("b").count == 1000)
        }
    }

    @Test func itEndsWhenItIsTold() throws {
        try withFolder { folder in
            let server = try BadServer()
            let fetch = try FetchProgram(folder: folder + "/stage")
            fetch.ask(try FetchHostileTests.blob(server, "silent"))
            #expect(Clock.wait(seconds: 10) { ((try? server.asked().count) ?? 0) > 0 })
            kill(fetch.process, SIGTERM)
            #expect(fetch.wait().status == 128 + SIGTERM)
        }
    }

    @Test func whatMakesNoSenseIsSaid() throws {
        try withFolder { folder in
            let said = try RunningProgram(
                ["/bin/sh", "-c", "echo '{}' | \(FetchProgram.program)"], environment: [:], directory: folder
            ).wait()
            #expect(said.status == 1)
            let event = try FetchEvent(line: Array(said.text.utf8))
            guard case .failed(let failure) = event.report else {
                Issue.record("\(event)")
                return
            }
            #expect(failure.code == .badRequest)
        }
    }
}
