// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Where errors go: to standard error as words, and to the log that containerd and podman read.
@Suite(.runtimes, .runtime) struct LogTests {
    /// Runs a command that fails with a log, and tells what is in that.
    private func log(_ flags: [String], _ words: [String]) throws -> (outcome: Outcome, log: String) {
        let runtime = try runtime()
        let file = runtime.folder + "/log"
        let outcome = try runtime.run(["--log", file] + flags + words)
        return (outcome, try #require(runtime.contents(file)))
    }

    @Test func aJSONLogHoldsOneRecord() throws {
        let (outcome, log) = try log(["--log-format", "json"], ["start", "nobody"])
        #expect(outcome.status == 1 && outcome.output == "")
        #expect(outcome.errors.contains("does not exist"), "what is in the log is on standard error too: \(outcome)")
        // podman parses the whole file as one document.
        let record = try Document(text: log)
        #expect(log.hasSuffix("}\n") && log.filter { $0 == "\n" }.count == 1)
        #expect(record.level == "error")
        #expect(record.msg.string?.contains("does not exist") == true, "\(log)")
        // containerd reads the time as RFC 3339, and says nothing of the error where it is not.
        let time = try #require(record.time.string)
        let parsed =
            ISO8601DateFormatter().date(from: time)
            ?? {
                let f = ISO8601DateFormatter(); f.formatOptions.insert(.withFractionalSeconds);
                return f.date(from: time)
            }()
        #expect(abs((parsed ?? .distantPast).timeIntervalSinceNow) < 60, "\(time)")
    }

    @Test func aTextLogHoldsOneLine() throws {
        for flags in [[], ["--log-format", "text"], ["--log-format=text"]] {
            let (outcome, log) = try log(flags, ["start", "nobody"])
            #expect(outcome.status == 1)
            #expect(log.contains("does not exist") && log.contains("error"), "\(log)")
        }
    }

    @Test func theLogIsAppendedTo() throws {
        let runtime = try runtime()
        let file = try runtime.file("log", "{\"kept\":true}\n")
        _ = try runtime("--log", file, "--log-format", "json", "start", "nobody")
        let lines = try #require(runtime.contents(file)).split(separator: "\n")
        #expect(lines.count == 2 && lines[0] == "{\"kept\":true}", "\(lines)")
    }

    @Test func successWritesNothing() throws {
        let runtime = try runtime()
        let file = runtime.folder + "/log"
        let bundle = try runtime.bundle(script: "echo fine")
        let ended = try runtime("--log", file, "--log-format", "json", "run", "--bundle", bundle.path, "quiet")
        #expect(ended == Outcome(status: 0, output: "fine\n", errors: ""))
        #expect(runtime.contents(file).map { !$0.contains("error") } ?? true)
    }

    @Test func aFailureOfTheContainersSideIsToldWhole() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle { $0.process.args = ["/etc/passwd"] }
        let file = runtime.folder + "/log"
        let refused = try runtime("--log", file, "--log-format", "json", "create", "--bundle", bundle.path, "none")
        #expect(refused.status == 1)
        let message = try #require(Document(text: runtime.contents(file) ?? "").msg.string)
        #expect(message.contains("/etc/passwd") && message.contains("permission denied"), "\(message)")
        #expect(refused.errors.contains("permission denied"), "\(refused)")
    }

    @Test(arguments: [
        ("no-such-program", "exec: \"no-such-program\": executable file not found in $PATH"),
        ("/no/such/program", "exec: \"/no/such/program\": stat /no/such/program: no such file or directory"),
        ("/etc", "exec: \"/etc\": is a directory"),
        ("/etc/passwd", "exec: \"/etc/passwd\": permission denied"),
    ])
    func aProgramThatCannotRunIsNamedInTheWordsOfRunc(_ program: String, _ words: String) throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle { $0.process.args = [.string(program)] }
        let refused = try runtime("create", "--bundle", bundle.path, "none")
        #expect(refused.status == 1 && refused.words.contains(words), "\(refused)")
    }

    @Test func aMountThatFailsIsNamed() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle {
            $0.mounts.append([
                "destination": "/data", "type": "bind", "source": "/no/such/source", "options": ["rbind"],
            ])
        }
        let refused = try runtime("create", "--bundle", bundle.path, "none")
        #expect(refused.status == 1)
        #expect(
            refused.errors.contains("/no/such/source")
                && refused.errors.lowercased().contains("no such file or directory"), "\(refused)")
        #expect(try runtime("list", "-q").output == "")
    }

    @Test func aBrokenConfigurationIsNamed() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle()
        for text in ["{", "[]", "{\"ociVersion\": 3}", "{\"ociVersion\":\"1.0.2\",\"process\":{\"args\":[1]}}"] {
            try text.write(toFile: bundle.path + "/config.json", atomically: true, encoding: .utf8)
            let refused = try runtime("create", "--bundle", bundle.path, "none")
            #expect(refused.status == 1 && refused.output == "" && !refused.errors.isEmpty, "\(text): \(refused)")
        }
    }
}
