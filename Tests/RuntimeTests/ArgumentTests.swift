// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The forms in which callers write flags.
@Suite(.runtimes, .runtime) struct ArgumentTests {
    @Test(arguments: [
        ["--debug=false"], ["--log-format", "json"], ["--log-format=json"], ["--rootless=false"],
        ["--rootless", "auto"],
        ["--systemd-cgroup=false"],
    ])
    func globalFlagsComeFirst(_ flags: [String]) throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "echo fine")
        let ended = try runtime.run(flags + ["run", "--bundle", bundle.path, "flags"])
        #expect(ended == Outcome(status: 0, output: "fine\n", errors: ""), "\(flags)")
    }

    @Test func valuesAreJoinedOrApart() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "echo fine")
        for flags in [
            ["--bundle", bundle.path], ["--bundle=" + bundle.path], ["-b", bundle.path], ["-b=" + bundle.path],
            ["-bundle", bundle.path],
        ] {
            let ended = try runtime.run(["run"] + flags + ["forms"])
            #expect(ended == Outcome(status: 0, output: "fine\n", errors: ""), "\(flags)")
        }
    }

    @Test func theRootIsWhereItIsSaid() throws {
        let runtime = try runtime()
        let container = try runtime.create(try runtime.bundle())
        let other = runtime.folder + "/other"
        #expect(try runtime("--root=" + other, "list", "-q") == Outcome(status: 0, output: "", errors: ""))
        #expect(try runtime("list", "-q").text == container.id)
        #expect(FileManager.default.fileExists(atPath: runtime.root + "/" + container.id))
    }

    @Test func theRootIsNotTheMachines() throws {
        #expect(try runtime()("--root", "/", "list").status != 0)
    }

    @Test func wordsAfterTheIDAreTheProgramsOwn() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        #expect(try runtime("exec", container.id, "echo", "--tty", "-d", "--", "-x").text == "--tty -d -- -x")
        #expect(try runtime("exec", container.id, "ls", "-d", "/etc").text == "/etc")
    }

    @Test(arguments: [
        ["--no-such-flag", "list"], ["no-such-command"], ["create", "--no-such-flag", "x"], ["state"], ["start"],
        ["kill"],
        ["create"], ["start", "a", "b"], ["state", "a", "b"], ["--log-format", "yaml", "list"],
    ])
    func whatIsNotUnderstoodIsRefused(_ words: [String]) throws {
        let refused = try runtime().run(words)
        #expect(refused.status != 0, "\(words): \(refused)")
        #expect(!refused.errors.isEmpty || !refused.output.isEmpty)
    }

    @Test func helpSaysWhatThereIs() throws {
        let runtime = try runtime()
        let told = try runtime("--help")
        #expect(told.status == 0)
        for command in [
            "create", "start", "run", "state", "kill", "delete", "exec", "ps", "list", "pause", "resume", "update",
            "events", "features", "spec",
        ] {
            #expect(told.output.contains(command), "\(command)")
        }
    }

    @Test func specWritesAConfigurationThatRuns() throws {
        let runtime = try runtime()
        var bundle = try runtime.bundle()
        try FileManager.default.removeItem(atPath: bundle.path + "/config.json")
        #expect(try runtime("spec", "--bundle", bundle.path) == Outcome(status: 0, output: "", errors: ""))
        bundle.config = try Document(text: runtime.contents(bundle.path + "/config.json") ?? "")
        #expect(bundle.config.ociVersion.string?.hasPrefix("1.") == true)
        #expect(bundle.config.process.terminal == true && bundle.config.process.args == ["sh"])
        bundle.config.process.terminal = false
        bundle.config.process.args = ["echo", "fine"]
        try bundle.write()
        #expect(try runtime.runs(bundle) == Outcome(status: 0, output: "fine\n", errors: ""))
        // What is there is not written over.
        #expect(try runtime("spec", "-b", bundle.path).status == 1)
        try FileManager.default.removeItem(atPath: bundle.path + "/config.json")
        #expect(try runtime("spec", directory: bundle.path).status == 0)
        #expect(runtime.contents(bundle.path + "/config.json") != nil)
    }

    @Test func specForPeopleWithoutRootHasAUserNamespace() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle()
        try FileManager.default.removeItem(atPath: bundle.path + "/config.json")
        #expect(try runtime("spec", "--rootless", directory: bundle.path).status == 0)
        let config = try Document(text: runtime.contents(bundle.path + "/config.json") ?? "")
        #expect(config.linux.namespaces.array.contains { $0.type == "user" })
        #expect(config.linux.uidMappings.array.count == 1)
    }
}
