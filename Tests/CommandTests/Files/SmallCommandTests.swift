// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `pause`, `unpause`, `rename`, `top`, `stats` and `port`.
@Suite(.commands, .box) struct SmallCommandTests {
    private func start(_ name: String, _ flags: [String] = [], script: String = "sleep 1000") throws -> Box {
        let box = try box()
        let made = try box.run(["run", "-d", "--name", name] + flags + ["busybox", "sh", "-c", script])
        #expect(made.status == 0, "\(made)")
        box.atEnd { _ = try? box("rm", "-f", name) }
        return box
    }

    @Test func aPausedContainerDoesNothingUntilItGoesOn() throws {
        let box = try start("busy", script: "while :; do echo >>/count; sleep 0.01; done")
        func count() throws -> Int {
            try box("cp", "busy:/count", box.folder + "/count")
            return try String(contentsOfFile: box.folder + "/count", encoding: .utf8).count
        }
        #expect(Clock.wait { (try? count()) ?? 0 > 0 })
        #expect(try box("pause", "busy").text == "busy")
        let first = try count()
        usleep(100_000)
        #expect(try count() == first)
        #expect(try box("ps").output.contains("(Paused)"))
        #expect(try box("pause", "busy").errors.contains("already paused"))
        #expect(try box("exec", "busy", "true").errors.contains("is paused"))
        #expect(try box("container", "unpause", "busy").text == "busy")
        #expect(try box("unpause", "busy").errors.contains("is not paused"))
        #expect(try !box("ps").output.contains("(Paused)"))
        #expect(try Clock.wait { try count() > first })
        // One that is held ends all the same.
        try box("container", "pause", "busy")
        #expect(try box("stop", "-t", "1", "busy").status == 0)
        #expect(try box("pause", "busy").errors.contains("is not running"))
    }

    @Test func aContainerTakesAnotherName() throws {
        let box = try start("before")
        try box("run", "--name", "other", "busybox", "true")
        box.atEnd { _ = try? box("rm", "-f", "other", "after", "last") }
        #expect(try box("rename", "before", "other").errors.contains("the name other is taken"))
        #expect(try box("rename", "before", "before").status != 0)
        #expect(try box("rename", "before", "-x").status != 0)
        #expect(try box("rename", "before", "after").status == 0)
        #expect(try box("ps").output.contains("after"))
        #expect(try box("exec", "before", "true").status != 0)
        #expect(try box("exec", "after", "true").status == 0)
        // It lasts, and the former name is free.
        #expect(try box("stop", "-t", "0", "after").status == 0)
        #expect(try box("ps", "-a").output.contains("after") && !box("ps", "-a").output.contains("before"))
        #expect(try box("run", "--rm", "--name", "before", "busybox", "true").status == 0)
        #expect(try box("container", "rename", "after", "last").status == 0)
        #expect(try box("start", "last").status == 0)
        #expect(try box("exec", "last", "true").status == 0)
        #expect(try box("rm", "-f", "last").status == 0)
        #expect(try box("ps", "-a").output.contains("last") == false)
    }

    @Test func aNameGoesWithAContainerThatRemovesItself() throws {
        let box = try start("brief", ["--rm"])
        #expect(try box("rename", "brief", "short").status == 0)
        #expect(try box("stop", "-t", "0", "short").status == 0)
        #expect(Clock.wait(seconds: 5) { (try? box("ps", "-aq").text) == "" })
        #expect(
            try Clock.wait {
                try FileManager.default.contentsOfDirectory(atPath: box.root + "/names").contains("short") == false
            })
        let foreground = try box.container("front")
        #expect(try box("rename", "front", "back").errors.contains("belongs to the command that runs it"))
        _ = foreground
    }

    @Test func processesAreListedWithoutAProgram() throws {
        let box = try start("listed", script: "sleep 1051 & sleep 1052 & wait")
        // Until each has executed its program it is a copy of the shell.
        #expect(
            Clock.wait {
                (try? box("top", "listed").lines.count { $0.hasSuffix(" sleep 1051") }) == 1
                    && (try? box("top", "listed").lines.count { $0.hasSuffix(" sleep 1052") }) == 1
            })
        let lines = try box("top", "listed").lines
        #expect(lines[0].split(separator: " ") == ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"])
        #expect(lines.dropFirst().contains { $0.hasSuffix("sleep 1051") })
        #expect(try box("container", "top", "listed", "-ef").lines.count == 4)
        let chosen = try box("top", "listed", "-o", "pid,comm,stat").lines
        #expect(chosen[0].split(separator: " ") == ["PID", "COMMAND", "STAT"])
        #expect(chosen.dropFirst().filter { $0.contains("sleep") }.count == 2)
        #expect(try box("top", "listed", "-o", "colour").errors.contains("is no column"))
        #expect(try box("top", "listed", "--forest").status != 0)
        #expect(try box("stop", "-t", "0", "listed").status == 0)
        #expect(try box("top", "listed").errors.contains("is not running"))
    }

    @Test func useIsShownOnceOrAgain() throws {
        let box = try start("used", script: "while :; do :; done")
        let table = try box("stats", "--no-stream", "used").lines
        #expect(table[0].hasPrefix("CONTAINER ID") && table.count == 2)
        #expect(table[1].contains("used") && table[1].contains("%"))
        let id = try box("ps", "-q", "--no-trunc").text
        #expect(try box("stats", "--no-stream", "--no-trunc").output.contains(id))
        var (line, row, share) = ("", [String: String]?.none, 0.0)
        // Others may have the processors for a moment.
        #expect(
            try Clock.wait {
                line = try box("container", "stats", "--no-stream", "--format", "json", "used").output
                row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
                share = Double(row?["CPUPerc"]?.dropLast() ?? "") ?? 0
                return share > 5 && share < 150
            }, "\(line)")
        #expect(row?["Name"] == "used" && row?["ID"] == String(id.prefix(12)), "\(line)")
        let hasMemory = TestMachine.controllers.contains("memory")
        #expect(row?["MemUsage"]?.hasPrefix("-- / --") == !hasMemory, "\(line)")
        let program = try box.start("stats", "used")
        #expect(program.waitForOutput("used"))
        program.send(SIGTERM)
        try box("stop", "-t", "0", "used")
        #expect(try box("stats", "--no-stream").lines.count == 1)
        #expect(try box("stats", "--no-stream", "-a").lines.count == 2)
        #expect(try box("stats", "--no-stream", "none").status != 0)
    }

    @Test func thereAreNoPortsYet() throws {
        let box = try start("ported")
        let all = try box("port", "ported")
        #expect(all.status == 0 && all.output == "")
        #expect(try box("port", "ported", "80").errors.contains("no public port '80/tcp' published for ported"))
        #expect(try box("container", "port", "ported", "53/udp").errors.contains("no public port '53/udp'"))
        #expect(try box("port", "ported", "x").errors.contains("is no port"))
        #expect(try box("port", "none").status != 0)
    }
}
