// SPDX-License-Identifier: Apache-2.0
import Foundation
import OCI
import TestSupport
import Testing

/// `events`.
@Suite(.commands, .box) struct EventsCommandTests {
    /// The actions on the container of that name, from `events` of all that is known.
    private func actions(_ box: Box, _ flags: String...) throws -> [String] {
        try box.run(["events", "--since", "0", "--until", "0s", "--format", "{{.Type}} {{.Action}}"] + flags).lines
    }

    @Test func tellsTheLifeOfAContainer() throws {
        let box = try box()
        try box("run", "-d", "--name", "told", "-l", "of=test", "busybox", "sleep", "60")
        try box("stop", "-t", "0", "told")
        try box("rm", "told")
        let told = try actions(box, "--filter", "container=told")
        for action in ["create", "start", "die", "destroy"] { #expect(told.contains("container \(action)"), "\(told)") }
        #expect(told.first == "container create" && told.last == "container destroy")
        #expect(try actions(box, "--filter", "event=die", "--filter", "label=of=test") == ["container die"])
        #expect(try actions(box, "--filter", "type=image", "--filter", "container=told").isEmpty)
        let text = try box("system", "events", "--since", "1h", "--until", "0s", "--filter", "event=start").text
        #expect(text.contains(" container start ") && text.contains("image=busybox, name=told, of=test"))
        let line = try box("events", "--since", "1h", "--until", "0s", "--filter", "event=die", "--format", "json").text
        let event = try JSON(parsing: Array(line.utf8))
        #expect(event["Type"] == "container" && event["status"] == "die" && event["from"] == "busybox")
        #expect(event["Actor"]?["Attributes"]?["exitCode"] == "137")
    }

    @Test func followsWhatHappens() throws {
        let box = try box()
        let events = try box.start("events", "--filter", "event=create", "--format", "{{.Actor.Attributes.name}}")
        // From when on it looks is its own affair: until it does, nothing is seen.
        var isSeen = false
        for _ in 0..<20 where !isSeen {
            try box("create", "--name", "seen", "busybox", "true")
            try box("rm", "seen")
            isSeen = events.waitForOutput("seen", seconds: 0.3)
        }
        #expect(isSeen)
        #expect(try box("events", "--since", "soon").status == 125)
        #expect(try box("events", "--filter", "evnt=x").errors.contains("did you mean event?"))
    }
}
