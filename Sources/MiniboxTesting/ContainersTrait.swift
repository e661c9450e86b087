// SPDX-License-Identifier: Apache-2.0
public import Testing

/// Starts containers for a suite or a test, and removes them after it.
///
///     @Suite(.container("database", image: "postgres", options: ContainerOptions(readiness: .healthy)))
///     struct QueryTests {
///         @Test func selects() async throws {
///             let database = try Container.named("database")
///             #expect(try await database.exec(["psql", "-c", "select 1"]).exitCode == 0)
///         }
///     }
///
/// A suite's containers are started once, before its first test. Each test function (and each of its cases) that has the
/// trait itself has containers of its own.
public struct ContainersTrait: SuiteTrait, TestTrait, TestScoping {
    let containers: [ContainerDescription]

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        var running = Container.running
        var started: [Container] = []
        let result: Result<Void, any Error>
        do {
            for description in containers {
                let container = try await description.start(among: running)
                started.append(container)
                running[description.name] = container
            }
            result = .success(try await Container.$running.withValue(running, operation: function))
        } catch {
            result = .failure(error)
        }
        // Also of a test that was cancelled, and the last one first.
        let ended = started.reversed()
        await Task.detached {
            for container in ended {
                do { try await container.remove() } catch { Issue.record(error) }
            }
        }.value
        try result.get()
    }
}

/// A container that a trait starts.
public struct ContainerDescription: Sendable {
    /// What tests call it; the container itself has a name of its own.
    public var name: String
    public var image: String
    public var command: [String]
    public var options: ContainerOptions

    public init(
        _ name: String, image: String, command: [String] = [], options: ContainerOptions = ContainerOptions()
    ) {
        self.name = name
        self.image = image
        self.command = command
        self.options = options
    }

    /// - Parameter others: those that it may share a network with, by name.
    func start(among others: [String: Container]) async throws(MiniboxError) -> Container {
        var options = options
        if case .container(let name) = options.network, let other = others[name] {
            options.network = .container(other.id)
        }
        return try await Container.run(image: image, command: command, options: options)
    }
}

extension Trait where Self == ContainersTrait {
    /// Starts a container, which ``Container/named(_:)`` gives to the tests.
    public static func container(
        _ name: String, image: String, command: [String] = [], options: ContainerOptions = ContainerOptions()
    ) -> ContainersTrait {
        ContainersTrait(containers: [ContainerDescription(name, image: image, command: command, options: options)])
    }

    /// Starts containers one after the other, each when the one before it is ready.
    public static func containers(_ containers: ContainerDescription...) -> ContainersTrait {
        ContainersTrait(containers: containers)
    }
}

extension Container {
    @TaskLocal static var running: [String: Container] = [:]

    /// The container that a trait of this test, or of a suite around it, has started under that name.
    public static func named(_ name: String) throws(MiniboxError) -> Container {
        guard let container = running[name] else {
            let names = running.keys.sorted().joined(separator: ", ")
            throw MiniboxError(
                .unknownContainer,
                "no container was started for this test as \(name)"
                    + (names.isEmpty ? "" : ", only \(names)")
                    + ": give it or its suite .container(\"\(name)\", image: ...)")
        }
        return container
    }
}
