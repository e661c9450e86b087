// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Where the fetching program is led to by names: judged by the address that a connection has.
@Suite(.fetching, .enabled(if: geteuid() == 0, "needs root, for names of its own"))
struct FetchPlaceTests {
    private struct Found: Decodable {
        var results: [String: String]
        var asked: [String]
    }

    @Test func aNameIsJudgedByWhereItLeads() throws {
        try withFolder { folder in
            let script = TestMachine.top + "/Tests/Servers/rebinding.py"
            let said = try RunningProgram(
                ["/usr/bin/unshare", "-nm", "/usr/bin/python3", script, FetchProgram.program, folder],
                environment: ProcessInfo.processInfo.environment
            ).wait(seconds: 120)
            let found = try #require(
                try? JSONDecoder().decode(Found.self, from: Data(said.output.utf8)), "\(said)")
            let results = found.results
            for (name, code) in [
                ("redirect", "badAnswer: "), ("chosen", "done"), ("own", "done"), ("before", "done"),
                ("rebound", "badAnswer: "), ("token", "badAnswer: "), ("unproven", "untrusted: "),
            ] {
                #expect(results[name]?.hasPrefix(code) == true, "\(name): \(results[name] ?? "")")
            }
            for name in ["redirect", "rebound", "token"] {
                #expect(results[name]?.contains("that is this machine") == true, "\(results[name] ?? "")")
            }
            // The token was had; the registry wants another all the same.
            #expect(results["listed"]?.hasPrefix("unauthorized: ") == true, "\(results["listed"] ?? "")")
            #expect(found.asked == ["/chosen", "/to/http://127.0.0.1:8080/own", "/own", "/before"], "\(found.asked)")
        }
    }
}
