// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What containers are told of names.
@Suite(.commands, .box) struct NameTests {
    /// Asks in the network namespace of a container; the code and the flags of the answer, then its records in order.
    private func ask(_ box: Box, _ container: String, _ words: String...) throws -> [String] {
        let process = try box("inspect", "-f", "{{.State.Pid}}", container).text
        let lines = try box.shell(
            "\(TestMachine.nameProbe) ask \(process) \(words.joined(separator: " "))", timeout: 60
        ).lines
        return lines.prefix(1) + lines.dropFirst().sorted()
    }

    private func box(_ networks: [String]...) throws -> Box {
        let box = try TestSupport.box()
        box.removeNetworksAtEnd()
        for flags in networks {
            let made = try box.run(["network", "create"] + flags)
            try #require(made.status == 0, "\(made)")
        }
        return box
    }

    private func start(_ box: Box, _ name: String, _ flags: String...) throws {
        let started = try box.run(["run", "-d", "--name", name] + flags + ["busybox", "sleep", "1000"])
        try #require(started.status == 0, "\(started)")
    }

    @Test func containersOfANetworkAreCalledByTheirNames() throws {
        let box = try box(["--subnet", "10.61.0.0/24", "--subnet", "fd61::/64", "lab"])
        try start(
            box, "web", "--network", "name=lab,ip=10.61.0.7,ip6=fd61::7", "--network-alias", "front", "-h", "host1")
        try start(box, "asker", "--network", "lab")
        for name in ["web", "WEB", "front", "host1", "web.lab"] {
            #expect(try ask(box, "asker", name, "A") == ["0 aa", "10.61.0.7"], "\(name)")
        }
        let id = try box("inspect", "-f", "{{.Id}}", "web").text.prefix(12)
        #expect(try ask(box, "asker", String(id), "AAAA") == ["0 aa", "fd61::7"])
        #expect(try ask(box, "asker", "web", "ANY") == ["0 aa", "10.61.0.7", "fd61::7"])
        #expect(try ask(box, "asker", "web", "MX") == ["0 aa"])
        #expect(try ask(box, "asker", "7.0.61.10.in-addr.arpa", "PTR") == ["0 aa", "web.lab"])
        #expect(try ask(box, "asker", "9.0.61.10.in-addr.arpa", "PTR") == ["3 aa"])
        // fd61::7, a digit at a time and the last first: RFC 3596, 2.5.
        let place = "7" + String(repeating: ".0", count: 27) + ".1.6.d.f.ip6.arpa"
        #expect(try ask(box, "asker", place, "PTR") == ["0 aa", "web.lab"])
        #expect(try ask(box, "asker", "9" + place.dropFirst(), "PTR") == ["3 aa"])
        #expect(try ask(box, "asker", "web", "AAAA", "tcp") == ["0 aa", "fd61::7"])
        #expect(try ask(box, "asker", "web", "A", "tcp") == ["0 aa", "10.61.0.7"])
        // As programs do.
        let file = try box("exec", "asker", "cat", "/etc/resolv.conf").lines
        #expect(file.first == "nameserver 127.0.0.11" && file.last?.contains("ndots:0") == true, "\(file)")
        #expect(try box("exec", "asker", "nslookup", "front").output.contains("10.61.0.7"))
        // A container in the foreground asks as well.
        let own = try box("run", "--rm", "--network", "lab", "busybox", "nslookup", "web")
        #expect(own.output.contains("10.61.0.7"), "\(own)")
    }

    @Test func oneAliasMayBeThatOfSeveral() throws {
        let box = try box(["--subnet", "10.62.0.0/24", "lab"])
        for number in 2...4 {
            try start(box, "db\(number)", "--network", "name=lab,ip=10.62.0.\(number),alias=db")
        }
        let all = ["0 aa", "10.62.0.2", "10.62.0.3", "10.62.0.4"]
        #expect(try ask(box, "db2", "db", "A") == all)
        // Whoever ends is forgotten, and who comes is known at once.
        try box("rm", "-f", "db3")
        #expect(try ask(box, "db2", "db", "A") == ["0 aa", "10.62.0.2", "10.62.0.4"])
        try start(box, "db9", "--network", "name=lab,ip=10.62.0.9,alias=db")
        #expect(try ask(box, "db2", "db", "A") == ["0 aa", "10.62.0.2", "10.62.0.4", "10.62.0.9"])
        try box("rename", "db9", "eleven")
        #expect(try ask(box, "db2", "eleven", "A") == ["0 aa", "10.62.0.9"])
        #expect(try ask(box, "db2", "9.0.62.10.in-addr.arpa", "PTR") == ["0 aa", "eleven.lab"])
    }

    @Test func networksDoNotKnowEachOthersNames() throws {
        let box = try box(
            ["--subnet", "10.63.1.0/24", "--internal", "one"], ["--subnet", "10.63.2.0/24", "--internal", "two"])
        try start(box, "first", "--network", "one")
        try start(box, "second", "--network", "two")
        try start(box, "both", "--network", "one", "--network", "two")
        #expect(try ask(box, "first", "second", "A") == ["2"], "SERVFAIL: nobody else is asked")
        #expect(try ask(box, "second", "first", "A") == ["2"])
        #expect(try ask(box, "both", "first", "A") == ["0 aa", "10.63.1.2"])
        #expect(try ask(box, "both", "second", "A") == ["0 aa", "10.63.2.2"])
        #expect(try ask(box, "first", "both", "A") == ["0 aa", "10.63.1.3"])
    }

    @Test func whatIsNoContainersIsAskedOfOthers() throws {
        let box = try box(["--subnet", "10.64.0.0/24", "lab"])
        // By the machine's loopback, which the container cannot reach.
        let server = try RunningProgram(
            [TestMachine.nameProbe, "serve", "127.0.64.1", "127.0.64.2"], environment: [:])
        defer { server.stop() }
        #expect(server.waitForOutput("ready"))
        try start(box, "asker", "--network", "lab", "--dns", "127.0.64.1", "--dns", "127.0.64.2")
        #expect(try ask(box, "asker", "fine.example", "A") == ["0", "192.0.2.7"])
        #expect(try ask(box, "asker", "fine.example", "A", "tcp") == ["0", "192.0.2.7"])
        #expect(try ask(box, "asker", "none.example", "A") == ["3"])
        #expect(
            try ask(box, "asker", "wrong.example", "A") == ["0", "192.0.2.7"], "answers to other questions do not count"
        )
        #expect(try ask(box, "asker", "broken.example", "A") == ["0", "192.0.2.7"], "the second one knows")
        #expect(try ask(box, "asker", "silent.example", "A") == ["0", "192.0.2.7"])
        // Too long for a datagram of 512 bytes, not for 4096, nor for a stream.
        #expect(try ask(box, "asker", "long.example", "A").first == "0 tc")
        #expect(try ask(box, "asker", "long.example", "A", "4096").count == 101)
        #expect(try ask(box, "asker", "long.example", "A", "tcp").count == 101)
        #expect(try ask(box, "asker", "asker", "A") == ["0 aa", "10.64.0.2"])
        let asked = server.stop().output
        #expect(asked.contains("tcp long.example"))
        #expect(!asked.contains("asker"), "a name of the network is nobody else's concern")
    }

    @Test func whoAnswersHasNoRightsAndIsReplacedWhenKilled() throws {
        let box = try box(["--subnet", "10.65.0.0/24", "lab"])
        try start(box, "asker65", "--network", "lab")
        /// The process, where there is one.
        func process() throws -> String {
            try box.shell("grep -lsz '^minibox: names for asker65' /proc/[0-9]*/cmdline | cut -d/ -f3").text
        }
        #expect(try process() == "", "nobody has asked")
        #expect(try ask(box, "asker65", "asker65", "A") == ["0 aa", "10.65.0.2"])
        let first = try process()
        try #require(!first.isEmpty)
        let status = try box.shell("cat /proc/\(first)/status").lines
        for line in [
            "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2",
            "Uid:\t65534\t65534\t65534\t65534", "Gid:\t65534\t65534\t65534\t65534", "Threads:\t1",
        ] { #expect(status.contains(line), "\(line)") }
        for _ in 0..<3 {
            try box.shell("kill -9 \(try process())")
            #expect(try ask(box, "asker65", "asker65", "A") == ["0 aa", "10.65.0.2"])
        }
        let last = try process()
        #expect(last != first)
        try box("rm", "-f", "asker65")
        #expect(try Clock.wait { try process() == "" })
        #expect(try box.shell("find \(box.runRoot)/networks/*/names -type l").output.isEmpty)
    }

    @Test func aSupervisorThatIsKilledTakesNoNamesAlong() throws {
        let box = try box(["--subnet", "10.66.0.0/24", "lab"])
        try start(box, "web", "--network", "lab")
        try start(box, "asker66", "--network", "lab")
        #expect(try ask(box, "asker66", "web", "A") == ["0 aa", "10.66.0.2"])
        let find = "grep -lsz '^minibox: asker66$' /proc/[0-9]*/cmdline | cut -d/ -f3"
        let killed = try box.shell(find).text
        try box.shell("kill -9 \(killed)")
        // A command that looks when it is gone finds it: it goes on where the kernel can tell of its end, and is no more
        // otherwise.
        #expect(
            Clock.wait {
                _ = try? box("ps")
                let now = try? box.shell(find).text
                return now?.isEmpty == false && now != killed
                    || (try? box("inspect", "-f", "{{.State.Running}}", "asker66").text) == "false"
            })
        if try box("inspect", "-f", "{{.State.Running}}", "asker66").text == "true" {
            #expect(try ask(box, "asker66", "web", "A") == ["0 aa", "10.66.0.2"])
        } else {
            #expect(try ask(box, "web", "asker66", "A") != ["0 aa", "10.66.0.3"])
        }
        try box("rm", "-f", "asker66", "web")
        #expect(try box.shell("find \(box.runRoot)/networks/*/names -type l").output.isEmpty)
    }

    @Test func filesSayWhatWasAskedFor() throws {
        let box = try box(["--subnet", "10.67.0.0/24", "lab"])
        let flags = [
            "--dns", "10.67.0.99", "--dns-search", "example.org", "--dns-option", "timeout:1", "--add-host",
            "a.b:10.1.2.3",
            "--add-host", "gate:host-gateway", "-h", "host1", "--domainname", "example.net", "--ip", "10.67.0.5",
        ]
        let shown = try box.run(
            ["run", "--rm", "--network", "lab"] + flags + ["busybox", "cat", "/etc/resolv.conf", "/etc/hosts"])
        #expect(shown.lines.prefix(3) == ["nameserver 127.0.0.11", "search example.org", "options timeout:1 ndots:0"])
        for line in ["10.1.2.3\ta.b", "10.67.0.1\tgate", "10.67.0.5\thost1.example.net host1"] {
            #expect(shown.lines.contains(line), "\(line): \(shown)")
        }
        let bridged = try box(
            "run", "--rm", "--network", "bridge", "--dns", "192.0.2.53", "--dns-search", ".", "busybox", "cat",
            "/etc/resolv.conf")
        #expect(bridged.lines.first == "nameserver 192.0.2.53" && !bridged.output.contains("search"), "\(bridged)")
        try start(box, "holder", "--network", "lab", "--add-host", "x.y:10.9.9.9")
        let shared = try box(
            "run", "--rm", "--network", "container:holder", "busybox", "cat", "/etc/resolv.conf", "/etc/hosts")
        #expect(shared.lines.contains("nameserver 127.0.0.11") && shared.lines.contains("10.9.9.9\tx.y"), "\(shared)")
    }

    @Test(arguments: [
        (["--dns", "nope"], "is no address of a server"),
        (["--link", "web:x"], "needs a network where containers have names"),
        (["--network", "container:a0", "--dns", "1.1.1.1"], "shares that container's names"),
        (["--network", "none", "--add-host", "gate:host-gateway"], "on no network that leads to the host"),
        (["--dns-search", "a b"], "is no word"),
    ]) func whatCannotBeIsRefused(_ flags: [String], _ reason: String) throws {
        let refused = try box().run(["run", "--rm"] + flags + ["busybox", "true"])
        #expect(refused.status == 125 && refused.errors.contains(reason), "\(refused)")
    }

    @Test func aLinkIsSeenByOneAlone() throws {
        let box = try box(["--subnet", "10.68.0.0/24", "--internal", "lab"])
        try start(box, "web", "--network", "lab")
        try start(box, "asker", "--network", "lab", "--link", "web:backend")
        #expect(try ask(box, "asker", "backend", "A") == ["0 aa", "10.68.0.2"])
        #expect(try ask(box, "web", "backend", "A") == ["2"])
        try box("rename", "web", "other")
        #expect(try ask(box, "asker", "backend", "A") == ["0 aa", "10.68.0.2"])
        let missing = try box("run", "--rm", "--network", "lab", "--link", "ghost", "busybox", "true")
        #expect(missing.status == 125 && missing.errors.contains("there is no container ghost"), "\(missing)")
    }
}
