// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Testing

@testable import Engine

@Suite struct EventTests {
    private let event = EngineEvent(
        kind: .container, action: "health_status: healthy", id: "abc",
        attributes: ["name": "web", "image": "busybox:1", "x": "y"],
        time: FileTime(seconds: 1_700_000_000, nanoseconds: 123_456_789))

    @Test func isWrittenAsDockerDoes() throws {
        #expect(
            event.json.description
                == #"{"status":"health_status: healthy","id":"abc","from":"busybox:1","Type":"container","#
                + #""Action":"health_status: healthy","Actor":{"ID":"abc","Attributes":{"image":"busybox:1","name":"web","#
                + #""x":"y"}},"scope":"local","time":1700000000,"timeNano":1700000000123456789}"#)
        #expect(
            event.text
                == "2023-11-14T22:13:20.123456789Z container health_status: healthy abc (image=busybox:1, name=web, x=y)"
        )
        #expect(EngineEvent(event.json) == event)
        #expect(EngineEvent.volume(name: "v", action: "create").json["status"] == nil)
    }

    @Test(arguments: [
        (["event=health_status"], true), (["event=health_status: healthy"], true), (["event=start"], false),
        (["event=start", "event=health_status"], true), (["type=container"], true), (["type=image"], false),
        (["container=web"], true), (["container=ab"], true), (["container=db"], false), (["image=busybox"], true),
        (["image=busybox:1"], true), (["image=busy"], false), (["label=x"], true), (["label=x=y"], true),
        (["label=x", "label=z"], false), (["scope=local"], true), (["scope=swarm"], false), (["volume=v"], false),
        (["type=container", "event=start"], false),
    ]) func isFiltered(texts: [String], passes: Bool) throws {
        #expect(EventFilter.matches(try texts.map(EventFilter.init(parsing:)), event) == passes)
    }

    @Test func refusesUnknownFilters() {
        #expect(
            refusal("evnt=x", EventFilter.init(parsing:)) == "'evnt=x' has the unknown key 'evnt': did you mean event?")
        #expect(refusal("event", EventFilter.init(parsing:)) == "'event' is no filter: write KEY=VALUE")
    }
}

@Suite struct EventLogTests {
    private let scratch = Scratch()
    private var engine: Engine { Engine(places: Engine.Places(root: scratch.path, runRoot: scratch.path + "/run")) }

    private func event(_ number: Int, size: Int = 0) -> EngineEvent {
        .container(id: "\(number)", action: "start", attributes: ["fill": String(repeating: "x", count: size)])
    }

    private func request(_ fill: (inout EventRequest) throws -> Void = { _ in }) rethrows -> EventRequest {
        var request = EventRequest()
        try fill(&request)
        return request
    }

    @Test func showsWhatIsKnown() throws {
        for number in 0..<3 { engine.record(event: event(number)) }
        let past = request {
            $0.since = FileTime(seconds: 0, nanoseconds: 0)
            $0.until = Clock.wall
        }
        var stream = try engine.events(past)
        #expect(try stream.next()?.map(\.id) == ["0", "1", "2"])
        #expect(try stream.next() == nil)
        var later = try engine.events(request { $0.until = FileTime(seconds: 1, nanoseconds: 0) })
        #expect(try later.next() == nil)
    }

    @Test func followsFromNowOn() throws {
        engine.record(event: event(0))
        var stream = try engine.events(request())
        engine.record(event: event(1))
        #expect(try stream.next()?.map(\.id) == ["1"])
        engine.record(event: .volume(name: "v", action: "create"))
        #expect(try stream.next()?.map(\.kind) == [.volume])
    }

    @Test func endsAtAMomentToCome() throws {
        // Once more, with more time, where the moment came before the event: this process may stand still for long.
        for seconds: Int64 in [1, 10, 100, 1000] {
            let now = Clock.wall
            let soon = FileTime(seconds: now.seconds + seconds, nanoseconds: now.nanoseconds)
            var stream = try engine.events(
                request {
                    $0.since = now
                    $0.until = soon
                })
            engine.record(event: event(Int(seconds)))
            guard Clock.wall < soon else { continue }
            #expect(try stream.next()?.map(\.id) == ["\(seconds)"])
            #expect(try stream.next() == nil)
            #expect(Clock.wall > soon)
            return
        }
        Issue.record("the moment came before the event each time")
    }

    @Test func passesOverWhatWasCutShort() throws {
        engine.record(event: event(1))
        let place = try Descriptor.open(scratch.path + "/run", [.directory])
        try place.open("events", [.writeOnly, .append], mode: 0).write("{\"Type\":\n")
        engine.record(event: event(2))
        var stream = try engine.events(request { $0.until = Clock.wall })
        var ids: [String] = []
        while let events = try stream.next() { ids += events.map(\.id) }
        #expect(ids == ["1", "2"])
    }

    /// Nothing is lost for who follows, and what is kept is bounded.
    @Test func beginsAnotherFileWhereOneIsLarge() throws {
        var stream = try engine.events(request())
        var seen: [String] = []
        for number in 0..<60 {
            engine.record(event: event(number, size: 50_000))
            if number % 7 == 0 { seen += try stream.next()?.map(\.id) ?? [] }
        }
        while seen.last != "59" { seen += try stream.next()?.map(\.id) ?? [] }
        #expect(seen == (0..<60).map(String.init))
        let place = try Descriptor.open(scratch.path + "/run", [.directory])
        for name in try place.entries() { #expect(try place.status(of: name).size <= 1 << 20) }
        #expect(Set(try place.entries()) == ["events", "events.old"])
    }
}
