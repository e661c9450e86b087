// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// Each wall of a network from both sides: shut, and open where its option opens it.
@Suite(.commands, .box) struct PublishTests {
    private func box() throws -> Box {
        let box = try TestSupport.box()
        box.removeNetworksAtEnd()
        return box
    }

    /// Who listens, and says a word to everybody.
    private func serve(_ box: Box, _ name: String, _ word: String, port: Int, _ flags: [String]) throws {
        let started = try box.run(
            ["run", "-d", "--name", name] + flags + ["busybox", "nc", "-ll", "-p", "\(port)", "-e", "echo", word])
        try #require(started.status == 0, "\(started)")
        // Its socket is there when its table says so.
        #expect(Clock.wait { (try? box("exec", name, "sh", "-c", "netstat -ltn | grep -q :\(port)").status) == 0 })
    }

    /// What the host gets from there; empty where nobody answers.
    private func ask(_ box: Box, _ address: String, _ port: Int) throws -> String {
        try box("run", "--rm", "--network", "host", "busybox", "nc", "-w", "20", address, "\(port)").text
    }

    @Test func aPublishedPortLeadsToTheContainer() throws {
        let box = try box()
        try serve(box, "web", "hello", port: 80, ["--network", "bridge", "-p", "18080:80", "-p", "127.0.0.1:18081:80"])
        #expect(try box("port", "web").lines == ["80/tcp -> 0.0.0.0:18080", "80/tcp -> 127.0.0.1:18081"])
        #expect(try box("port", "web", "80/tcp").lines == ["0.0.0.0:18080", "127.0.0.1:18081"])
        #expect(try box("port", "web", "81").errors.contains("no public port '81/tcp' published for web"))
        #expect(try box("ps", "--format", "{{.Ports}}").text == "0.0.0.0:18080->80/tcp, 127.0.0.1:18081->80/tcp")
        let inside = "{{(index (index .NetworkSettings.Ports \"80/tcp\") 0).HostPort}}"
        #expect(try box("inspect", "-f", inside, "web").text == "18080")
        #expect(try ask(box, "127.0.0.1", 18080) == "hello")
        #expect(try ask(box, "127.0.0.1", 18081) == "hello")
        #expect(try ask(box, "172.17.0.1", 18080) == "hello")
        #expect(try ask(box, "172.17.0.1", 18081) == "", "one address of the host's is not all")
        try box("rm", "-f", "web")
        #expect(try ask(box, "127.0.0.1", 18080) == "")
        #expect(
            try box.shell("ls \(box.runRoot)/ports \(box.runRoot)/networks/walls").lines.filter {
                !$0.hasSuffix(":") && !$0.isEmpty
            }.isEmpty)
    }

    @Test func aPortHasOneHolder() throws {
        let box = try box()
        try serve(box, "web", "hello", port: 80, ["--network", "bridge", "-p", "18080:80"])
        let id = try box("inspect", "-f", "{{.Id}}", "web").text.prefix(12)
        let taken = try box("run", "--rm", "--network", "bridge", "-p", "18080:80", "busybox", "true")
        #expect(taken.status == 125 && taken.errors.contains("the container \(id) has the port 18080/tcp"), "\(taken)")
        try serve(box, "host", "mine", port: 18082, ["--network", "host"])
        let foreign = try box("run", "--rm", "--network", "bridge", "-p", "18082:80", "busybox", "true")
        let holder = try box("inspect", "-f", "{{.State.Pid}}", "host").text
        #expect(
            foreign.status == 125
                && foreign.errors.contains("the program nc (process \(holder)) has the port 18082/tcp: publish on"),
            "\(foreign)")
        // Where one of several is taken, none is.
        #expect(
            try box("run", "--rm", "--network", "bridge", "-p", "18083:1", "-p", "18080:2", "busybox", "true").status
                == 125)
        #expect(try box("run", "--rm", "--network", "bridge", "-p", "18083:1", "busybox", "true").status == 0)
        // A free one is found.
        let free = try box("run", "-d", "--name", "free", "--network", "bridge", "-p", "80", "busybox", "sleep", "100")
        #expect(free.status == 0)
        let port = try box("port", "free", "80").text.split(separator: ":").last.flatMap { Int($0) } ?? 0
        #expect((1024...65535).contains(port))
    }

    /// `-p 8000-8010:80`: the first that is free at all addresses.
    @Test func oneOfSeveralPortsIsTheFirstFreeOne() throws {
        let box = try box()
        let words = ["run", "-d", "--network", "bridge", "-p", "18800-18802:80"]
        try serve(box, "host", "mine", port: 18800, ["--network", "host"])
        try serve(box, "web", "hello", port: 80, ["--network", "bridge", "-p", "18800-18802:80"])
        #expect(try box("port", "web").text == "80/tcp -> 0.0.0.0:18801")
        #expect(try ask(box, "127.0.0.1", 18801) == "hello")
        let asked = "{{(index (index .HostConfig.PortBindings \"80/tcp\") 0).HostPort}}"
        #expect(try box("inspect", "-f", asked, "web").text == "18800-18802")
        #expect(try box.run(words + ["--name", "next", "busybox", "sleep", "1000"]).status == 0)
        #expect(try box("port", "next").text == "80/tcp -> 0.0.0.0:18802")
        let none = try box.run(words + ["busybox", "true"])
        #expect(
            none.status == 125 && none.errors.contains("all ports from 18800 to 18802 are taken"), "\(none)")
        // One that is started again chooses again.
        try box("stop", "-t", "0", "next")
        try box("rm", "-f", "web")
        try box("start", "next")
        #expect(try box("port", "next").text == "80/tcp -> 0.0.0.0:18801")
    }

    /// Whether the kernel has SCTP is the machine's; what is said where it has none, and what is led where it has.
    @Test func aPortOfSCTPIsLedWhereTheKernelHasIt() throws {
        let box = try box()
        let probe = "import socket; socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)"
        let isThere = try box.shell("python3 -c '\(probe)'").status == 0
        let started = try box(
            "run", "-d", "--name", "web", "--network", "bridge", "-p", "18803:9/sctp", "busybox", "sleep", "1000")
        guard isThere else {
            #expect(
                started.status == 125 && started.errors.contains("-p 18803:9/sctp: this kernel has no sctp"),
                "\(started)")
            return
        }
        try #require(started.status == 0, "\(started)")
        #expect(try box("port", "web").text == "9/sctp -> 0.0.0.0:18803")
        let process = try box("inspect", "-f", "{{.State.Pid}}", "web").text
        let server = try RunningProgram(
            [
                "/usr/bin/env", "nsenter", "-t", process, "-n", "python3", "-c",
                """
                import socket
                s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)
                s.bind(("0.0.0.0", 9))
                s.listen(5)
                print("ready", flush=True)
                while True:
                    c = s.accept()[0]
                    c.sendall(b"hello")
                    c.close()
                """,
            ], environment: box.environment)
        box.atEnd { server.stop() }
        try #require(server.waitForOutput("ready"))
        let script =
            "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132); s.settimeout(20); "
            + "s.connect((\"172.17.0.1\", 18803)); print(s.recv(10).decode())"
        #expect(try box.shell("python3 -c '\(script)'", timeout: 30).text == "hello")
    }

    @Test(arguments: [([], false), (["-o", "host-access=on"], true)] as [([String], Bool)])
    func servicesOfTheHostAreReachedWhereThatIsGranted(_ flags: [String], _ reaches: Bool) throws {
        let box = try box()
        #expect(try box.run(["network", "create", "--subnet", "10.9.0.0/24"] + flags + ["lab"]).status == 0)
        try serve(box, "host", "mine", port: 18090, ["--network", "host"])
        let asked = try box(
            "run", "--rm", "--network", "lab", "busybox", "nc", "-w", reaches ? "20" : "2", "10.9.0.1", "18090")
        #expect((asked.text == "mine") == reaches, "\(asked)")
    }

    @Test func networksDoNotReachEachOther() throws {
        let box = try box()
        for (name, subnet) in [("one", "10.1.0.0/24"), ("two", "10.2.0.0/24")] {
            #expect(try box("network", "create", "--subnet", subnet, name).status == 0)
        }
        try serve(box, "web", "hello", port: 80, ["--network", "name=one,ip=10.1.0.9"])
        #expect(try box("run", "--rm", "--network", "two", "busybox", "nc", "-w", "2", "10.1.0.9", "80").text == "")
        #expect(
            try box(
                "run", "--rm", "--network", "two", "--network", "one", "busybox", "nc", "-w", "20", "10.1.0.9", "80"
            )
            .text == "hello")
    }

    @Test(arguments: [([], false), (["-o", "antispoof=off"], true)] as [([String], Bool)])
    func anotherAddressIsNotItsOwn(_ flags: [String], _ reaches: Bool) throws {
        let box = try box()
        #expect(try box.run(["network", "create", "--subnet", "10.9.0.0/24"] + flags + ["lab"]).status == 0)
        try serve(box, "web", "hello", port: 80, ["--network", "name=lab,ip=10.9.0.9"])
        let script =
            "ip addr del 10.9.0.2/24 dev eth0; ip addr add 10.9.0.77/24 dev eth0; nc -w \(reaches ? 20 : 2) 10.9.0.9 80"
        let asked = try box(
            "run", "--rm", "--network", "lab", "--ip", "10.9.0.2", "--cap-add", "NET_ADMIN", "busybox", "sh", "-c",
            script)
        #expect((asked.text == "hello") == reaches, "\(asked)")
    }

    @Test func aPortNeedsANetwork() throws {
        let box = try box()
        for flags in [["-p", "80"], ["-p", "80", "--network", "none"], ["-p", "80", "--network", "host"]] {
            let refused = try box.run(["run", "--rm"] + flags + ["busybox", "true"])
            #expect(refused.status == 125 && refused.errors.contains("needs a network"), "\(refused)")
        }
        let refused = try box("run", "--rm", "--network", "bridge", "-p", "80:x", "busybox", "true")
        #expect(refused.status == 125 && refused.errors.contains("no port from 1 to 65535"), "\(refused)")
    }
}
