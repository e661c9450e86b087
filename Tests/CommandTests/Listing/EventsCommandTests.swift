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

    @Test func tellsWhatIsDoneWithAContainer() throws {
        let box = try box()
        try box("run", "-d", "--name", "used", "busybox", "sleep", "60")
        try box("exec", "used", "sh", "-c", "exit 3")
        try box("pause", "used")
        try box("unpause", "used")
        try box("update", "--restart", "on-failure", "used")
        try box("rename", "used", "other")
        try box("rm", "-f", "other")
        let told = try actions(box)
        for action in [
            "exec_create: sh -c exit 3", "exec_start: sh -c exit 3", "exec_die", "pause", "unpause", "update", "rename",
        ] {
            #expect(told.contains("container \(action)"), "\(action) in \(told)")
        }
        let code = try box(
            "events", "--since", "1h", "--until", "0s", "--filter", "event=exec_die", "--format",
            "{{.Actor.Attributes.exitCode}} {{.Actor.Attributes.name}}")
        #expect(code.text == "3 used")
    }

    @Test func tellsOfAnEndThatNobodySaw() throws {
        let box = try box()
        // With a terminal it ends with its supervisor, on any kernel.
        try box("run", "-dt", "--name", "lost", "busybox", "sleep", "60")
        _ = try box.shell(
            "kill -9 $(awk '/^PPid:/ { print $2 }' /proc/$($MINIBOX inspect -f '{{.State.Pid}}' lost)/status)")
        // The next command that looks finds it.
        #expect(
            Clock.wait {
                (try? box("ps", "-aq").text.isEmpty) == false
                    && (try? box("inspect", "-f", "{{.State.Status}}", "lost").text) == "exited"
            })
        #expect(Clock.wait { (try? actions(box, "--filter", "event=die", "--filter", "container=lost").count) == 1 })
        try box("rm", "-f", "lost")
    }

    @Test func followsWhatHappens() throws {
        let box = try box()
        let events = try box.start("events", "--filter", "event=create", "--format", "{{.Actor.Attributes.name}}")
        // From when on it looks is its own affair: until it does, nothing is seen.
        #expect(
            try Clock.wait(seconds: 30) {
                try box("create", "--name", "seen", "busybox", "true")
                try box("rm", "seen")
                return events.waitForOutput("seen", seconds: 0.3)
            })
        #expect(try box("events", "--since", "soon").status == 125)
        #expect(try box("events", "--filter", "evnt=x").errors.contains("did you mean event?"))
    }
}
