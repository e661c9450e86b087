// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Testing

@testable import Lab

/// A report of somebody's work, as a teacher looks at it who has the seed and nothing else.
@Suite struct WorkReportTests {
    private static func chain(_ deeds: [(String, WorkRecord.Deed)]) -> [WorkRecord] {
        var records: [WorkRecord] = []
        for (exercise, deed) in deeds {
            records.append(
                WorkRecord(
                    number: records.count + 1, previous: records.last?.hash ?? WorkRecord.nothing,
                    time: 1_000 + Int64(records.count), exercise: exercise, deed: deed))
        }
        return records
    }

    private static func report(_ work: [JSON], head: WorkRecord?) -> JSON {
        [
            "format": "minibox.lab.report/1", "work": .array(work),
            "head": .string("\(head?.number ?? 0):\(head?.hash ?? WorkRecord.nothing)"),
        ]
    }

    private static func report(_ records: [WorkRecord]) -> JSON {
        report(records.map(\.json), head: records.last)
    }

    private static let flag = SecretFlag.ofSeed("C1:ann", slug: "net-private")
    private static let work: [(String, WorkRecord.Deed)] = [
        ("08-net-private", .started(seed: "C1:ann")), ("08-net-private", .hinted(2)),
        ("08-net-private", .answered(flag)), ("06-uts-name", .started(seed: "C1:ann")), ("06-uts-name", .shown),
        ("06-uts-name", .answered("done")),
    ]

    @Test func rightFlagsAreRecomputed() throws {
        let verdict = try WorkVerdict(Self.report(Self.chain(Self.work)), seed: "C1:ann")
        #expect(verdict.holds && verdict.count == 6)
        #expect(verdict.answers.map(\.kind) == [.right, .done])
        #expect(verdict.answers[0].hints == 2 && !verdict.answers[0].wasShown && verdict.answers[1].wasShown)
        #expect(try WorkVerdict(Self.report(Self.chain(Self.work)), seed: nil).holds)
        #expect(try WorkVerdict(Self.report([]), seed: nil).holds)
        // As it comes back from a file.
        let written = try JSON(parsing: Self.report(Self.chain(Self.work)).bytes(pretty: true))
        #expect(try WorkVerdict(written, seed: "C1:ann").holds)
    }

    /// What somebody else has read is of their seed, and so another text.
    @Test func aFlagOfAnotherIsWrong() throws {
        var copied = Self.work
        copied[2].1 = .answered(SecretFlag.ofSeed("C1:bob", slug: "net-private"))
        #expect(try !WorkVerdict(Self.report(Self.chain(copied)), seed: "C1:ann").holds)
        #expect(try WorkVerdict(Self.report(Self.chain(copied)), seed: nil).answers[0].kind == .wrong)
        // The report of another, and one of no seed.
        #expect(try !WorkVerdict(Self.report(Self.chain(Self.work)), seed: "C1:bob").holds)
        var own = Self.work
        own[0].1 = .started(seed: nil)
        #expect(try WorkVerdict(Self.report(Self.chain(own)), seed: nil).answers[0].kind == .unknown)
        #expect(try !WorkVerdict(Self.report(Self.chain(own)), seed: "C1:ann").holds)
        // Begun anew.
        let anew = Self.chain(Self.work.prefix(1) + [("08-net-private", .reset), Self.work[2]])
        #expect(try WorkVerdict(Self.report(anew), seed: nil).answers[0].kind == .unknown)
    }

    @Test func whatWasLeftOutOrChangedIsFound() throws {
        let records = Self.chain(Self.work)
        let whole = records.map(\.json)
        for place in whole.indices {
            var changed = whole
            changed[place]["time"] = 7
            let verdict = try WorkVerdict(Self.report(changed, head: records.last), seed: nil)
            #expect(verdict.fault != nil && verdict.count == place)
            changed.remove(at: place)
            #expect(try WorkVerdict(Self.report(changed, head: records.last), seed: nil).fault != nil)
            // Made anew with a hash of its own, which is not that of which the next, or the head, tells.
            let anew = WorkRecord(
                number: place + 1, previous: records[place].previous, time: 7, exercise: records[place].exercise,
                deed: records[place].deed)
            changed = whole
            changed[place] = anew.json
            let forged = try WorkVerdict(Self.report(changed, head: records.last), seed: nil)
            #expect(forged.fault != nil && forged.count == place + 1)
            changed = whole
            changed[place]["more"] = true
            #expect(try WorkVerdict(Self.report(changed, head: records.last), seed: nil).count == place)
        }
        #expect(throws: LabError.self) { try WorkVerdict(["format": "other"], seed: nil) }
    }

    @Test func theWorkIsKept() throws {
        let places = LabPlaces(
            root: "/tmp/minibox-work-\(CurrentProcess.id)", runRoot: "/tmp/minibox-work-\(CurrentProcess.id)/run")
        _ = try Descriptor.makeDirectories(places.root, mode: 0o700)
        defer { try? Descriptor.open("/tmp", [.directory]).removeTree("minibox-work-\(CurrentProcess.id)") }
        #expect(WorkLog.records(in: places).isEmpty)
        for (exercise, deed) in Self.work { try WorkLog.add(deed, exercise, in: places) }
        let records = WorkLog.records(in: places)
        #expect(records.map(\.number) == Array(1...6) && records.map(\.deed) == Self.work.map(\.1))
        #expect(try WorkVerdict(Self.report(records), seed: "C1:ann").holds)
    }
}
