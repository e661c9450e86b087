// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Testing

@testable import Engine

@Suite struct ActionLogTests {
    private let scratch = Scratch()
    private var engine: Engine { Engine(places: Engine.Places(root: scratch.path, runRoot: scratch.path + "/run")) }
    private var log: ActionLog { ActionLog(directory: scratch.path + "/audit", runRoot: scratch.path + "/run") }

    private static let actor: Actor = {
        var actor = Actor(user: 0, loginUser: 1000, sudoUser: "1000", process: 77, terminal: "pts/3")
        actor.parents = [Actor.Parent(process: 70, name: "bash"), Actor.Parent(process: 1, name: "init")]
        actor.words = ["minibox", "run", "-e", "A=…", "busybox", "say it\n"]
        return actor
    }()

    /// Adds records of these verbs.
    /// - Returns: what was said.
    @discardableResult private func add(_ verbs: String...) -> [String] {
        var said: [String] = []
        for verb in verbs {
            log.append(Action(verb, .container, id: "abc", name: "web"), by: Self.actor) { said.append($0) }
        }
        return said
    }

    private func lines() throws -> [String] {
        String(decoding: try Descriptor.contents(of: scratch.path + "/audit/log"), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }

    private func write(_ lines: [String]) throws {
        try Descriptor.open(scratch.path + "/audit/log", [.writeOnly, .truncate], mode: 0).write(
            lines.map { $0 + "\n" }.joined())
    }

    private func broken(_ anchor: String? = nil) throws -> Int? {
        try log.verify(against: try anchor.map { try ActionVerdict.Anchor(parsing: $0) }).broken
    }

    @Test func keepsWhatWasDone() throws {
        #expect(add("run", "stop", "rm").isEmpty)
        let records = try engine.actions(since: nil, until: nil)
        #expect(records.map(\.number) == [1, 2, 3] && records.map(\.action.verb) == ["run", "stop", "rm"])
        #expect(records[0].actor == Self.actor && records[0].previous == String(repeating: "0", count: 64))
        #expect(records[2].json["previous"] == records[1].json["hash"])
        #expect(ActionRecord(records[1].json) == records[1])
        let verdict = try engine.verifyActions()
        #expect(verdict.broken == nil && verdict.count == 3 && verdict.notes.isEmpty)
        #expect(records[2].json["hash"]?.string == verdict.hash)
        #expect(try broken("2:\(records[1].json["hash"]?.string ?? "")") == nil)
        #expect(try engine.actions(since: FileTime(seconds: 1 << 40, nanoseconds: 0), until: nil).isEmpty)
        #expect(
            records[0].text.hasSuffix(
                #" run web (id=abc, uid=0, login=1000, sudo=1000, pid=77, terminal=pts/3, parents=bash:70<init:1) "#
                    + #"minibox run -e "A=…" busybox "say it\n""#), "\(records[0].text)")
    }

    @Test func findsWhatWasChanged() throws {
        add("run", "exec", "stop", "rm")
        let whole = try lines()
        for index in 0..<4 {
            var changed = whole
            changed[index] = changed[index].replacing("\"uid\":0", with: "\"uid\":1")
            try write(changed)
            #expect(try broken() == index + 1)
            changed.remove(at: index)
            try write(changed)
            #expect(try broken() == index + 1, "taken out \(index + 1)")
        }
        try write([whole[0], whole[0], whole[1], whole[2], whole[3]])
        #expect(try broken() == 2)
        try write([whole[0], whole[2], whole[1], whole[3]])
        #expect(try broken() == 2)
        try write(Array(whole.prefix(2)))
        #expect(try broken() == 3, "cut short")
        try write([whole[0], "{", whole[2], whole[3]])
        #expect(try broken() == 2, "made unreadable")
        try write(whole)
        #expect(try broken() == nil)
    }

    /// Who has made all of it anew is found by what somebody else has kept.
    @Test func findsALogThatWasMadeAnew() throws {
        add("run", "exec")
        let head = try engine.verifyActions()
        try Descriptor.open(scratch.path, [.directory]).removeTree("audit")
        add("run", "stop")
        #expect(try broken() == nil)
        #expect(try broken("2:\(head.hash)") == 2)
        #expect(try broken("5:\(head.hash)") == 5)
        #expect(throws: SyntaxError.self) { try ActionVerdict.Anchor(parsing: "5") }
    }

    @Test func saysOnceThatTheLogOrItsHeadIsGone() throws {
        add("run", "exec")
        let place = try Descriptor.open(scratch.path + "/audit", [.directory])
        try place.remove("log")
        #expect(add("stop").count == 1)
        #expect(add("rm").isEmpty)
        #expect(try broken() == 1)
        try place.removeTree("log")
        try place.removeTree("head")
        #expect(add("run", "exec").isEmpty)
        try place.remove("head")
        #expect(try broken() == 3)
        #expect(add("stop").count == 1)
        #expect(add("rm").isEmpty)
        // That it was gone is in the log.
        #expect(try broken() == 3)
    }

    /// A command that was killed between its two writes has written its record.
    @Test func goesOnAfterAKill() throws {
        add("run")
        let head = try Descriptor.contents(of: scratch.path + "/audit/head")
        add("exec")
        try Descriptor.open(scratch.path + "/audit/head", [.writeOnly]).write(head)
        #expect(try broken() == nil)
        #expect(add("stop").isEmpty)
        #expect(try broken() == nil)
        #expect(try engine.actions(since: nil, until: nil).map(\.action.verb) == ["run", "exec", "stop"])
        // And one that a full disk has cut off is none.
        try Descriptor.open(scratch.path + "/audit/log", [.writeOnly, .append]).write("{\"n\":4,")
        #expect(add("rm").isEmpty)
        let verdict = try engine.verifyActions()
        #expect(verdict.broken == nil && verdict.count == 4 && verdict.notes.count == 1)
    }

    @Test func failsNothingWhereItCannotBeWritten() throws {
        try Descriptor.open(scratch.path, [.directory]).open("audit", [.writeOnly, .create], mode: 0o600).write("x")
        #expect(add("run").count == 1)
        #expect(add("run").isEmpty, "said once")
    }

    @Test func readsWhereAProcessStands() throws {
        let place = try #require(Actor.Place(Array("12 (a) b) S 7 12 12 34819 12 4194304 1 0".utf8)))
        #expect(place.name == "a) b" && place.parent == 7 && place.terminal == "pts/3")
        #expect(Actor.Place(Array("12 (sh) S 1 1 1 0 -1 0".utf8))?.terminal == nil)
        #expect(Actor.Place(Array("12 sh".utf8)) == nil)
        let actor = Actor.current(words: ["a", String(repeating: "b", count: 9000), "c"])
        #expect(actor.process == CurrentProcess.id && !actor.parents.isEmpty && actor.words == ["a", "…"])
    }

    @Test func keepsNoValuesOfVariables() throws {
        var request = ContainerRequest()
        request.image = "busybox"
        request.isPrivileged = true
        request.environment = [try EnvironmentArgument(parsing: "TOKEN=secret")]
        #expect(request.differences["Env"] == ["TOKEN"] && request.differences["Privileged"] == true)
        #expect(request.differences["Image"] == nil)
        #expect(!JSON.object(request.differences).description.contains("secret"))
    }
}
