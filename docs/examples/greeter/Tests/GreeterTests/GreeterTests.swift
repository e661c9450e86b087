// SPDX-License-Identifier: Apache-2.0
import MiniboxTesting
import Testing

/// The service as it will run: built from the Dockerfile, started once for all tests, asked from another container.
@Suite(
    .containers(
        ContainerDescription("greeter", image: "greeter", options: ContainerOptions(readiness: .healthy)),
        ContainerDescription(
            "visitor", image: "busybox", command: ["sleep", "600"],
            options: ContainerOptions(network: .container("greeter")))))
struct GreeterTests {
    private func get(_ path: String) async throws -> String {
        let visitor = try Container.named("visitor")
        return try await visitor.exec(["wget", "-qO-", "http://localhost:8080\(path)"]).text
    }

    @Test func asksForAName() async throws {
        #expect(try await get("/cgi-bin/greet") == "Who are you?")
    }

    @Test func greetsByName() async throws {
        #expect(try await get("/cgi-bin/greet?Ada").hasPrefix("Hello, Ada!"))
    }

    @Test func hasNothingElse() async throws {
        let visitor = try Container.named("visitor")
        let answer = try await visitor.exec(["wget", "-qO-", "http://localhost:8080/etc/passwd"])
        #expect(answer.exitCode != 0 && answer.standardError.contains("404"))
    }

    /// A container of the test's own, for what others must not see.
    @Test(
        .container(
            "french", image: "greeter",
            options: ContainerOptions(environment: ["GREETING": "Bonjour"], readiness: .logLine("listening"))))
    func remembersItsGuests() async throws {
        let greeter = try Container.named("french")
        for (number, guest) in ["Blaise", "Sophie"].enumerated() {
            let answer = try await greeter.exec(["wget", "-qO-", "http://localhost:8080/cgi-bin/greet?\(guest)"])
            #expect(answer.text == "Bonjour, \(guest)! You are guest \(number + 1).")
        }
        try await greeter.stop(timeout: .seconds(1))
        try await greeter.start(readiness: .healthy)
        #expect(try await greeter.exec(["cat", "/guests/book"]).lines == ["Blaise", "Sophie"])
    }
}
