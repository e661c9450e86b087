// SPDX-License-Identifier: Apache-2.0
import MiniboxTesting
import TestSupport
import Testing

/// The server goes into the background once it listens.
private let serves = [
    "sh", "-c", "mkdir /www; echo hello >/www/index.html; httpd -p 80 -h /www && echo serving; exec sleep 1000",
]

@Suite(
    .commands, .installed,
    .containers(
        ContainerDescription(
            "server", image: "busybox", command: serves, options: ContainerOptions(readiness: .logLine("serving"))),
        ContainerDescription(
            "client", image: "busybox", command: ["sleep", "1000"],
            options: ContainerOptions(network: .container("server")))))
struct ContainersTraitTests {
    @Test func theSuitesContainersAreThere() async throws {
        let answer = try await Container.named("client").exec(["wget", "-qO-", "http://localhost/"])
        #expect(answer.text == "hello", "\(answer)")
    }

    @Test func andTheSameForEachTest() async throws {
        #expect(
            try await Minibox.current.succeed(["ps", "-q", "--no-trunc"]).lines.contains(Container.named("server").id))
    }

    @Test(.container("own", image: "busybox", command: ["sleep", "1000"]), arguments: [1, 2])
    func aTestHasItsOwn(_ number: Int) async throws {
        let own = try Container.named("own")
        #expect(try await own.shell("ls /mark* 2>/dev/null").text.isEmpty)
        try await own.shell("touch /mark\(number)")
        #expect(try Container.named("server") != own)
    }

    @Test func aNameThatNoneHasIsToldWithThoseThatThereAre() {
        let error = #expect(throws: MiniboxError.self) { try Container.named("databse") }
        #expect(error?.code == .unknownContainer)
        #expect(error?.message.contains("client, server") == true)
    }
}
