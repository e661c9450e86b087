// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What containers and steps of builds are on where nothing is said of networks: here the variable that all other tests
/// have is as if it were not set.
@Suite(.commands, .box) struct DefaultNetworkTests {
    private static let unset = ["MINIBOX_NETWORK": ""]
    private static let interfaces = "ls /sys/class/net | xargs"

    private func box() throws -> Box {
        let box = try TestSupport.box()
        box.removeNetworksAtEnd()
        return box
    }

    @Test func aContainerIsOnTheBuiltInBridge() throws {
        let box = try box()
        let shown = try box(
            "run", "--rm", "busybox", "sh", "-c", "\(Self.interfaces); ip route | grep -c default",
            environment: Self.unset)
        #expect(shown.lines == ["eth0 lo", "1"], "\(shown)")
        let made = try box("create", "--name", "made", "busybox", "true", environment: Self.unset)
        #expect(made.status == 0, "\(made)")
        #expect(try box("inspect", "-f", "{{.HostConfig.NetworkMode}}", "made").text == "bridge")
        #expect(try box("ps", "-a", "--format", "{{.Networks}}").text == "bridge")
        // As it was made, wherever it is started.
        #expect(try box("start", "-a", "made", environment: ["MINIBOX_NETWORK": "host"]).status == 0)
        #expect(try box("inspect", "-f", "{{.HostConfig.NetworkMode}}", "made").text == "bridge")
        box.removeContainersAtEnd()
    }

    @Test(arguments: [("none", "lo"), ("lab", "eth0 lo")]) func theVariableSaysAnother(
        _ name: String, _ interfaces: String
    ) throws {
        let box = try box()
        try box("network", "create", "--subnet", "10.31.0.0/24", "lab")
        let words = [
            "run", "--rm", "busybox", "sh", "-c", "\(Self.interfaces); ip -o -4 addr | grep -c 10.31.0 || true",
        ]
        let shown = try box.run(words, environment: ["MINIBOX_NETWORK": name])
        #expect(shown.lines == [interfaces, name == "lab" ? "1" : "0"], "\(shown)")
        // What a line says counts.
        let said = try box(
            "run", "--rm", "--network", "bridge", "busybox", "sh", "-c", Self.interfaces,
            environment: ["MINIBOX_NETWORK": name])
        #expect(said.text == "eth0 lo")
    }

    @Test func whatIsNoNetworkIsRefused() throws {
        let refused = try box()("run", "--rm", "busybox", "true", environment: ["MINIBOX_NETWORK": "container:x"])
        #expect(refused.status == 125 && refused.errors.contains("MINIBOX_NETWORK=container:x"), "\(refused)")
        let build = try box()("build", box().folder, environment: ["MINIBOX_NETWORK": "container:x"])
        #expect(build.status == 125 && build.errors.contains("MINIBOX_NETWORK=container:x"), "\(build)")
    }

    /// A kernel without a part that networks need: as one is seen by who may not use it.
    @Test func whereTheKernelHasNoneTheErrorSaysWhatStarts() throws {
        let box = try box()
        let outcome = try box.shell(
            "MINIBOX_NETWORK= setpriv --bounding-set -net_admin $MINIBOX run --rm busybox true; echo $?")
        #expect(outcome.text == "125" && outcome.errors.contains("starts with --network none"), "\(outcome)")
        #expect(outcome.errors.contains("CAP_NET_ADMIN"), "\(outcome)")
        let doctor = try box.shell(
            "MINIBOX_NETWORK= setpriv --bounding-set -net_admin $MINIBOX doctor | grep -A2 '^networks: missing'")
        #expect(doctor.text.contains("MINIBOX_NETWORK=none"), "\(doctor)")
        #expect(try box.shell("$MINIBOX doctor | grep '^networks '").text.contains(" ok "))
    }

    @Test(
        arguments: [
            ([], "", "eth0 lo"), ([], "none", "lo"), (["--network", "none"], "", "lo"),
            (["--network", "lab"], "none", "eth0 lo"),
        ] as [([String], String, String)])
    func soIsRunOfABuild(_ flags: [String], _ variable: String, _ interfaces: String) throws {
        let box = try box()
        try box("network", "create", "--subnet", "10.32.0.0/24", "lab")
        let context = try box.directory("context")
        try box.file(
            "context/Dockerfile",
            """
            FROM busybox
            RUN \(Self.interfaces) >/standard
            RUN --network=none \(Self.interfaces) >/none
            RUN --network=default \(Self.interfaces) >/default; ip -o -4 addr | grep -c 10.32.0 >/lab || true
            """)
        let built = try box.run(
            ["build", "-q", "--no-cache", "-t", "networked"] + flags + [context],
            timeout: 60, environment: ["MINIBOX_NETWORK": variable])
        #expect(built.status == 0, "\(built)")
        let seen = try box("run", "--rm", "networked", "cat", "/standard", "/none", "/default", "/lab")
        #expect(seen.lines == [interfaces, "lo", interfaces, flags.contains("lab") ? "1" : "0"], "\(seen)")
        box.atEnd { _ = try? box("rmi", "-f", "networked") }
        // Nothing that a step had is left.
        let left = try box.shell("ls \(box.runRoot)/networks/*/addresses \(box.runRoot)/networks/walls | grep -v :$")
        #expect(left.lines.allSatisfy { $0.isEmpty || $0.hasPrefix("next-") }, "\(left)")
    }

    /// What networks there are is no part of what a step makes.
    @Test func theCacheIsTheSameOnAnyNetwork() throws {
        let box = try box()
        let context = try box.directory("context")
        try box.file("context/Dockerfile", "FROM busybox\nRUN cat /proc/sys/kernel/random/uuid >/made\n")
        box.atEnd { _ = try? box("rmi", "-f", "cached") }
        var made: Set<String> = []
        for variable in ["none", "", "bridge"] {
            let built = try box("build", "-q", "-t", "cached", context, environment: ["MINIBOX_NETWORK": variable])
            #expect(built.status == 0, "\(built)")
            made.insert(try box("run", "--rm", "cached", "cat", "/made").text)
        }
        #expect(made.count == 1)
        // But what is to have none never had one.
        try box.file("context/Dockerfile", "FROM busybox\nRUN --network=none cat /proc/sys/kernel/random/uuid >/made\n")
        #expect(try box("build", "-q", "-t", "cached", context).status == 0)
        made.insert(try box("run", "--rm", "cached", "cat", "/made").text)
        #expect(made.count == 2)
    }
}
