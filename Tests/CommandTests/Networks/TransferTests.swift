// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// How much goes over a network without a byte being lost, doubled or out of its place.
@Suite(.commands, .box) struct TransferTests {
    /// Sends a mebibyte again and again, each time with its number before it, to everybody who says how often; or sends each
    /// datagram back.
    private static let server = """
        import random, socket, threading
        part = random.Random(7).randbytes(1 << 20)
        def send(s):
            with s:
                for number in range(int(s.makefile().readline())):
                    s.sendall(number.to_bytes(8, "big") + part)
        stream = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
        stream.bind(("::", 80))
        stream.listen(8)
        datagrams = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        datagrams.bind(("::", 81))
        def answer():
            while True:
                data, sender = datagrams.recvfrom(70000)
                datagrams.sendto(data, sender)
        threading.Thread(target=answer, daemon=True).start()
        print("ready", flush=True)
        while True:
            threading.Thread(target=send, args=(stream.accept()[0],), daemon=True).start()
        """
    /// Address, ports of TCP and UDP, and how many mebibytes by TCP; by UDP it is one.
    private static let client = """
        import hashlib, random, socket, sys
        address, port, datagrams, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
        part = random.Random(7).randbytes(1 << 20)
        wanted, found = hashlib.sha256(), hashlib.sha256()
        for number in range(count):
            wanted.update(number.to_bytes(8, "big"))
            wanted.update(part)
        s = socket.create_connection((address, port))
        s.sendall(b"%d\\n" % count)
        while data := s.recv(1 << 20):
            found.update(data)
        print("stream", found.hexdigest() == wanted.hexdigest())
        s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        s.connect((address, datagrams))
        back = b""
        for at in range(0, len(part), 1024):
            # One at a time, so that no queue has to be long enough.
            s.send(part[at:at + 1024])
            back += s.recv(2048)
        print("datagrams", hashlib.sha256(back).digest() == hashlib.sha256(part).digest())
        """

    /// A server on a network with both families, with its ports published; how to get into the network of another container there.
    private func box() throws -> (box: Box, neighbour: [String]) {
        let box = try TestSupport.box()
        box.removeNetworksAtEnd()
        let made = try box("network", "create", "--subnet", "10.98.0.0/24", "--subnet", "fd98::/64", "lab")
        try #require(made.status == 0, "\(made)")
        var places: [[String]] = []
        for flags in [
            ["ip=10.98.0.7,ip6=fd98::7", "-p", "18798:80", "-p", "18798:81/udp"], ["ip=10.98.0.8,ip6=fd98::8"],
        ] {
            let started = try box.run(
                ["run", "-d", "--network", "name=lab,\(flags[0])"] + flags.dropFirst() + ["busybox", "sleep", "5000"])
            try #require(started.status == 0, "\(started)")
            places.append(["nsenter", "-t", try box("inspect", "-f", "{{.State.Pid}}", started.text).text, "-n"])
        }
        let server = try RunningProgram(
            ["/usr/bin/env"] + places[0] + ["python3", "-c", Self.server], environment: box.environment)
        box.atEnd { server.stop() }
        try #require(server.waitForOutput("ready"), "\(server.errorsSoFar)")
        return (box, places[1])
    }

    private func fetch(
        _ box: Box, _ place: [String], _ address: String, _ port: Int, _ datagrams: Int, mebibytes count: Int
    ) throws {
        let program = try RunningProgram(
            ["/usr/bin/env"] + place + ["python3", "-c", Self.client, address, "\(port)", "\(datagrams)", "\(count)"],
            environment: box.environment)
        let outcome = program.wait(seconds: 600)
        #expect(outcome.lines == ["stream True", "datagrams True"], "\(address), \(count) MiB: \(outcome)")
    }

    @Test func betweenTwoContainers() throws {
        let (box, neighbour) = try box()
        for address in ["10.98.0.7", "fd98::7"] {
            for count in [1, 1024] { try fetch(box, neighbour, address, 80, 81, mebibytes: count) }
        }
    }

    /// From this machine: by rules of the kernel, and [::1] by the relay.
    @Test func byAPublishedPort() throws {
        let (box, neighbour) = try box()
        for (address, count) in [("127.0.0.1", 1), ("10.98.0.1", 1024), ("fd98::1", 1), ("::1", 1024)] {
            try fetch(box, [], address, 18798, 18798, mebibytes: count)
        }
        for address in ["10.98.0.1", "fd98::1"] { try fetch(box, neighbour, address, 18798, 18798, mebibytes: 1) }
    }
}
