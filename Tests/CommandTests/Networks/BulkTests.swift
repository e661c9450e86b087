// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// What goes through a network arrives whole: a megabyte of anything, and a gigabyte.
@Suite(.commands, .box) struct BulkTests {
    private static let gigabyte = "1073741824"

    private func box() throws -> Box {
        let box = try TestSupport.box()
        box.removeNetworksAtEnd()
        try box("network", "create", "--subnet", "10.76.0.0/24", "--subnet", "fd76::/64", "lab")
        return box
    }

    private func serve(_ box: Box, _ name: String, _ flags: [String], _ program: [String]) throws {
        let started = try box.run(
            ["run", "-d", "--name", name, "--network", "name=lab,ip=10.76.0.9,ip6=fd76::9"] + flags
                + ["busybox", "nc", "-ll", "-p", "80", "-e"] + program)
        try #require(started.status == 0, "\(started)")
        #expect(Clock.wait { (try? box("exec", name, "sh", "-c", "netstat -ltn | grep -q :80").status) == 0 })
    }

    /// What a program says of all that comes from there. It reads the connection itself.
    private func read(_ box: Box, _ network: String, _ address: String, _ port: Int, _ program: String) throws -> String
    {
        try box.run(
            [
                "run", "--rm", "--network", network, "busybox", "sh", "-c",
                "nc \(address) \(port) -e sh -c '\(program) >/tmp/said'; cat /tmp/said",
            ], timeout: 400
        ).text
    }

    @Test(
        .timeLimit(.minutes(20)),
        arguments: [("lab", "10.76.0.9", 80), ("lab", "fd76::9", 80), ("host", "127.0.0.1", 18620)])
    func aGigabyteArrives(_ network: String, _ address: String, _ port: Int) throws {
        let box = try box()
        try serve(box, "web", ["-p", "18620:80"], ["dd", "if=/dev/zero", "bs=1M", "count=1024"])
        #expect(try read(box, network, address, port, "wc -c") == Self.gigabyte)
    }

    @Test(arguments: [("lab", "10.76.0.9", 80), ("lab", "fd76::9", 80), ("host", "127.0.0.1", 18621)])
    func aMegabyteIsTheSameAtTheOtherEnd(_ network: String, _ address: String, _ port: Int) throws {
        let box = try box()
        try serve(box, "web", ["-p", "18621:80"], ["cat", "/tmp/data"])
        let sum = try box(
            "exec", "web", "sh", "-c", "head -c 1048576 /dev/urandom >/tmp/data && sha256sum </tmp/data")
        #expect(sum.status == 0 && sum.text.count > 64, "\(sum)")
        #expect(try read(box, network, address, port, "sha256sum") == sum.text)
    }
}
