// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Testing

@testable import Engine

/// A log in several files: one chain, of a bounded length.
@Suite struct ActionLogFileTests {
    private let scratch = Scratch()
    private var place: String { scratch.path + "/audit" }

    /// Files of some six records each, of which three are kept beside the newest.
    private var log: ActionLog {
        var log = ActionLog(directory: place, runRoot: scratch.path + "/run")
        (log.limit, log.formerFiles) = (3000, 3)
        return log
    }

    private static let actor: Actor = {
        var actor = Actor(user: 0, loginUser: 1000, sudoUser: nil, process: 77, terminal: nil)
        actor.words = ["minibox", "volume", "create"]
        return actor
    }()

    @discardableResult private func add(_ count: Int) -> [String] {
        var said: [String] = []
        for _ in 0..<count {
            log.append(Action("volume create", .volume, id: "abc"), by: Self.actor) { said.append($0) }
        }
        return said
    }

    private func former() throws -> [Int] {
        try ActionLog.former(in: Descriptor.open(place, [.readOnly, .directory]))
    }

    private func broken(_ anchor: String? = nil) throws -> Int? {
        try log.verify(against: try anchor.map { try ActionVerdict.Anchor(parsing: $0) }).broken
    }

    private func directory() throws -> Descriptor { try Descriptor.open(place, [.readOnly, .directory]) }

    @Test func oneChainGoesThroughAllFiles() throws {
        var count = 1
        #expect(add(1).isEmpty)
        while try former().count < 3 {
            #expect(add(1).isEmpty)
            count += 1
            try #require(count < 100)
        }
        let verdict = try log.verify(against: nil)
        #expect(verdict.broken == nil && verdict.count == count && verdict.dropped == 0 && verdict.notes.isEmpty)
        let records = try log.records()
        #expect(records.map(\.number) == Array(1...count))
        for pair in zip(records, records.dropFirst()) { #expect(pair.1.json["previous"] == pair.0.json["hash"]) }
        #expect(try broken("3:\(records[2].json["hash"]?.string ?? "")") == nil)
    }

    @Test func theOldestGoAndAreKnownToBeGone() throws {
        var hashes: [String] = []
        for _ in 0..<60 {
            #expect(add(1).isEmpty)
            let verdict = try log.verify(against: nil)
            #expect(verdict.broken == nil && verdict.count == hashes.count + 1, "\(verdict)")
            hashes.append(verdict.hash)
            // Bounded whatever is written: as many full files, and the one that is not.
            let files = try former()
            #expect(files.count <= 3)
            for name in files.map({ "log.\($0)" }) + ["log"] {
                #expect(try directory().status(of: name).size <= 3000)
            }
        }
        let verdict = try log.verify(against: nil)
        let first = verdict.dropped + 1
        let numbers = try log.records().map(\.number)
        #expect(verdict.dropped > 20 && numbers == Array(first...60))
        // A head that somebody has kept: of the last that is gone, of one that is there, and of one before.
        #expect(try broken("\(verdict.dropped):\(hashes[verdict.dropped - 1])") == nil)
        #expect(try broken("\(first):\(hashes[first - 1])") == nil)
        #expect(try broken("\(verdict.dropped):\(hashes[0])") == verdict.dropped)
        let early = try log.verify(against: ActionVerdict.Anchor(parsing: "3:\(hashes[2])"))
        #expect(early.broken == 3 && early.reason.contains("keep a later head"))
        #expect(try broken("99:\(hashes[2])") == 99)
    }

    @Test func aFileThatIsGoneOrChangedIsFound() throws {
        add(60)
        let files = try former()
        let dropped = try log.verify(against: nil).dropped
        let starts = [dropped] + files.dropLast()
        for (file, before) in zip(files, starts) {
            let path = "\(place)/log.\(file)"
            let whole = try Descriptor.contents(of: path)
            try directory().remove("log.\(file)")
            #expect(try broken() == before + 1, "taken out \(file)")
            var changed = String(decoding: whole, as: UTF8.self)
            changed = changed.replacing("\"uid\":0", with: "\"uid\":1", maxReplacements: 1)
            try directory().open("log.\(file)", [.writeOnly, .create], mode: 0o600).write(changed)
            #expect(try broken() == before + 1, "changed \(file)")
            try directory().remove("log.\(file)")
            try directory().open("log.\(file)", [.writeOnly, .create], mode: 0o600).write(whole)
            #expect(try broken() == nil)
        }
        try directory().remove("log")
        #expect(try broken() == files[2] + 1)
    }

    /// A command that was killed between any two of: the record, the new name of the log, the new log, the head.
    @Test(arguments: 0...2) func goesOnAfterAKill(_ behind: Int) throws {
        add(2)
        let head = try Descriptor.contents(of: place + "/head")
        add(behind)
        let count = 2 + behind
        try #require(try former().isEmpty)
        try directory().rename("log", to: "log.\(count)")
        try Descriptor.open(place + "/head", [.writeOnly]).write(head)
        #expect(try broken() == nil)
        #expect(add(1).isEmpty)
        #expect(try broken() == nil)
        #expect(try log.records().map(\.number) == Array(1...(count + 1)))
        // And with the first record of the new file already there.
        try Descriptor.open(place + "/head", [.writeOnly]).write(head)
        #expect(add(1).isEmpty)
        let verdict = try log.verify(against: nil)
        #expect(verdict.broken == nil && verdict.count == count + 2)
        #expect(try former() == [count])
    }

    @Test func whatAKillHasLeftIsNotLookedAtAndGoes() throws {
        add(60)
        let dropped = try log.verify(against: nil).dropped
        try directory().open("log.\(dropped)", [.writeOnly, .create], mode: 0o600).write("what was")
        #expect(try broken() == nil)
        let newest = try former().last
        while try former().last == newest { add(1) }
        let files = try former()
        #expect(!files.contains(dropped) && files.count == 3)
        #expect(try broken() == nil)
    }

    /// A log that may not be renamed grows, and nothing is lost.
    @Test func goesOnWhereItCannotBeRenamed() throws {
        add(5)
        // None is begun where one of a later number is there.
        try directory().makeDirectory("log.100")
        #expect(add(20).isEmpty)
        #expect(try Descriptor.contents(of: place + "/log").split(separator: 0x0A).count == 25)
    }

    @Test func aHeadOfBeforeIsRead() throws {
        add(2)
        let head = try #require(ActionHead(try Descriptor.contents(of: place + "/head")))
        let old = "{\"count\":2,\"hash\":\"\(head.hash)\",\"size\":\(head.size),\"lost\":0}"
        try directory().remove("head")
        try directory().open("head", [.writeOnly, .create], mode: 0o600).write(
            old + String(repeating: " ", count: 191 - old.utf8.count) + "\n")
        #expect(add(1).isEmpty)
        #expect(try broken() == nil)
        #expect(try Descriptor.contents(of: place + "/head").count == ActionHead.length)
    }
}
