// SPDX-License-Identifier: Apache-2.0
import Registry
import Testing

@Suite struct UploadTests {
    /// Takes in answers and tells the steps that they lead to.
    static func steps(_ machine: inout UploadMachine, _ answers: [UploadMachine.Answer]) throws -> [UploadMachine.Step]
    {
        try answers.map { answer in
            let isFine = try machine.take(answer)
            #expect(isFine, "\(answer)")
            return machine.step
        }
    }

    static let accepted = UploadMachine.Answer(status: 202, location: "http://r/u")

    @Test func whatIsThereIsNotSent() throws {
        var machine = UploadMachine(size: 10, mounts: ["a"])
        #expect(machine.step == .ask)
        #expect(try Self.steps(&machine, [.init(status: 200)]) == [.done(.existed)])
    }

    @Test func eachRepositoryIsTriedForAMount() throws {
        var machine = UploadMachine(size: 10, mounts: ["a", "b"])
        let steps = try Self.steps(&machine, [.init(status: 404), .init(status: 404), .init(status: 201)])
        #expect(steps == [.mount(from: "a"), .mount(from: "b"), .done(.mounted)])
    }

    @Test func anUploadThatAMountBecameIsUsed() throws {
        var machine = UploadMachine(size: 10, mounts: ["b", "a"])
        let steps = try Self.steps(
            &machine, [.init(status: 404), .init(status: 202, location: "x"), Self.accepted, .init(status: 201)])
        #expect(steps == [.mount(from: "b"), .mount(from: "a"), .sendAll(location: "http://r/u"), .done(.uploaded)])
    }

    @Test func chunksAreSentWhereTheRegistryWantsThem() throws {
        var machine = UploadMachine(size: UploadMachine.chunk + 1, mounts: [])
        let steps = try Self.steps(
            &machine,
            [
                .init(status: 404), .init(status: 202, location: "1", chunkMinimum: "1000"),
                .init(status: 202, location: "2", range: "0-\(UploadMachine.chunk - 1)"),
                .init(status: 202, location: "3", range: "0-\(UploadMachine.chunk)"), .init(status: 201),
            ])
        #expect(
            steps == [
                .begin, .send(0..<UploadMachine.chunk, location: "1"),
                .send(UploadMachine.chunk..<UploadMachine.chunk + 1, location: "2"), .finish(location: "3"),
                .done(.uploaded),
            ])
    }

    @Test func whatIsTooMuchAtOnceIsSentInChunks() throws {
        var machine = UploadMachine(size: 20 << 20, mounts: [])
        let steps = try Self.steps(&machine, [.init(status: 404), Self.accepted, .init(status: 413), Self.accepted])
        #expect(steps.suffix(2) == [.begin, .send(0..<8 << 20, location: "http://r/u")])
        #expect(try Self.steps(&machine, [.init(status: 413)]) == [.send(0..<4 << 20, location: "http://r/u")])
    }

    @Test func whatBrokeIsGoneOnFrom() throws {
        var machine = UploadMachine(size: 100, mounts: [])
        _ = try Self.steps(&machine, [.init(status: 404), .init(status: 202, location: "u", chunkMinimum: "1")])
        #expect(machine.step == .send(0..<100, location: "u"))
        machine.broke()
        #expect(machine.step == .askProgress(location: "u"))
        #expect(try Self.steps(&machine, [.init(status: 204, range: "0-49")]) == [.send(50..<100, location: "u")])
        #expect(try Self.steps(&machine, [.init(status: 416)]) == [.askProgress(location: "u")])
        #expect(try Self.steps(&machine, [.init(status: 404)]) == [.begin])
    }

    @Test func aMonolithicUploadThatBrokeBeginsAnew() throws {
        var machine = UploadMachine(size: 100, mounts: [])
        _ = try Self.steps(&machine, [.init(status: 404), Self.accepted])
        machine.broke()
        #expect(machine.step == .begin)
        #expect(try Self.steps(&machine, [Self.accepted]) == [.sendAll(location: "http://r/u")])
        machine.broke()
        #expect(try Self.steps(&machine, [Self.accepted]) == [.send(0..<100, location: "http://r/u")])
    }

    @Test func itDoesNotBeginForEver() throws {
        var machine = UploadMachine(size: 100, mounts: [])
        let taken1 = try machine.take(.init(status: 404))
        #expect(taken1)
        var count = 0
        while try machine.take(machine.step == .begin ? Self.accepted : .init(status: 404)) {
            count += 1
            try #require(count < 50)
        }
    }

    @Test func whatMeansNothingGoodStands() throws {
        var machine = UploadMachine(size: 100, mounts: [])
        let taken2 = try machine.take(.init(status: 500))
        #expect(!taken2)
        let taken3 = try machine.take(.init(status: 404))
        #expect(taken3)
        let taken4 = try machine.take(.init(status: 403))
        #expect(!taken4)
        #expect(throws: FetchFailure.self) { try machine.take(.init(status: 202)) }
        #expect(throws: FetchFailure.self) {
            try machine.take(.init(status: 202, location: "u", chunkMinimum: "99999999999999"))
        }
        let taken5 = try machine.take(Self.accepted)
        #expect(taken5)
        let taken6 = try machine.take(.init(status: 400))
        #expect(!taken6)
    }

    @Test func nothingIsSentAtOnce() throws {
        var machine = UploadMachine(size: 0, mounts: [])
        let steps = try Self.steps(
            &machine, [.init(status: 404), .init(status: 202, location: "u", chunkMinimum: "5")])
        #expect(steps.last == .sendAll(location: "u"))
    }

    /// What each of these says is true of an upload, and never comes to an end.
    @Test(arguments: [
        [UploadMachine.Answer(status: 202, range: "0-0")], [.init(status: 202, range: "0-9")],
        [.init(status: 416), .init(status: 204, range: "0-0")], [.init(status: 416), .init(status: 204)],
        [.init(status: 202, range: "0-99"), .init(status: 202, range: "0-1")],
    ])
    func whoNeverMovesForwardIsLeft(_ answers: [UploadMachine.Answer]) throws {
        var machine = UploadMachine(size: 1 << 30, mounts: [])
        _ = try Self.steps(&machine, [.init(status: 404), .init(status: 202, location: "u", chunkMinimum: "1")])
        var failure: FetchFailure?
        for count in 0..<100 where failure == nil {
            do throws(FetchFailure) { _ = try machine.take(answers[count % answers.count]) } catch { failure = error }
        }
        #expect(failure?.code == .badAnswer && machine.advances == 0, "\(failure?.reason ?? "it goes on without end")")
    }

    @Test func littleByLittleIsForwardToo() throws {
        var machine = UploadMachine(size: 256 << 20, mounts: [])
        _ = try Self.steps(&machine, [.init(status: 404), .init(status: 202, location: "u", chunkMinimum: "1")])
        var count: Int64 = 0
        while case .send = machine.step {
            count += 1
            _ = try machine.take(.init(status: 202, range: "0-\(count << 20 - 1)"))
            try #require(count <= 256)
        }
        #expect(machine.step == .finish(location: "u") && machine.advances > 32)
    }

    @Test func oneByteIsSentOnce() throws {
        var machine = UploadMachine(size: 1, mounts: [])
        let steps = try Self.steps(
            &machine,
            [
                .init(status: 404), .init(status: 202, location: "u", chunkMinimum: "1"),
                .init(status: 202, range: "0-0"),
            ])
        #expect(steps.last == .finish(location: "u"))
    }
}
