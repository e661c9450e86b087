// SPDX-License-Identifier: Apache-2.0
import Registry
import Synchronization

/// Does what is asked, and says what came of it.
final class Fetcher: Sendable {
    let session: FetchSession
    let transport: Transport
    private let output: EventOutput
    private let gate: Gate
    private let doors = Doors()
    /// Mirrors that did not answer, and are not asked again.
    private let dead = Mutex<Set<RegistryEndpoint>>([])

    private actor Doors {
        var all: [RegistryEndpoint: Door] = [:]

        func door(_ endpoint: RegistryEndpoint, _ transport: Transport) -> Door {
            if let door = all[endpoint] { return door }
            let door = Door(endpoint, transport)
            all[endpoint] = door
            return door
        }
    }

    init(_ session: FetchSession, _ output: EventOutput) {
        self.session = session
        self.output = output
        transport = Transport(session)
        gate = Gate(session.concurrency)
    }

    func perform(_ request: FetchRequest) async {
        let progress = Progress(request.id, output)
        let report: FetchEvent.Report = await gate.pass { [self] in
            do throws(FetchFailure) {
                return .done(try await outcome(of: request.work, progress))
            } catch {
                return .failed(error)
            }
        }
        output.write(FetchEvent(id: request.id, report))
    }

    private func outcome(
        of work: FetchRequest.Work, _ progress: Progress
    ) async throws(FetchFailure) -> FetchEvent.Outcome {
        switch work {
        case .check(let registry): try await check(registry, progress)
        case .resolve(let repository, let reference): try await resolve(repository, reference, progress)
        case .manifest(let repository, let reference, let file):
            try await manifest(repository, reference, file, progress)
        case .blob(let repository, let digest, let size, let file, let addresses):
            try await blob(repository, digest, size, file, addresses, progress)
        case .upload(let repository, let digest, let size, let file, let mounts):
            try await upload(repository, digest, size, file, mounts, progress)
        case .put(let repository, let reference, let mediaType, let file):
            try await put(repository, reference, mediaType, file, progress)
        case .tags(let repository, let file): try await tags(repository, file, progress)
        case .referrers(let repository, let digest, let artifactType, let file):
            try await referrers(repository, digest, artifactType, file, progress)
        case .deleteManifest(let repository, let reference):
            try await delete(repository, "manifests", reference, progress)
        case .deleteBlob(let repository, let digest):
            try await delete(repository, "blobs", "\(digest)", progress)
        case .search(let registry, let words, let limit, let file):
            try await search(registry, words, limit, file, progress)
        case .get(let address, let limit, let file): try await get(address, limit, file, progress)
        }
    }

    /// Does `work` again while that may help, after pauses.
    /// - Parameter work: told how far it came, so that progress counts for more than failures do.
    func retrying<T: Sendable>(
        _ progress: Progress, _ work: (inout Bool) async throws(Setback) -> T
    ) async throws(FetchFailure) -> T {
        let policy = RetryPolicy(retries: session.retries, firstPause: session.firstPause)
        var attempt = 0
        while true {
            var cameFurther = false
            do throws(Setback) {
                return try await work(&cameFurther)
            } catch {
                attempt = cameFurther ? 1 : attempt + 1
                guard let pause = policy.pause(after: error, attempt: attempt, chance: .random(in: 0...1)) else {
                    throw error.failure
                }
                progress.retry(attempt, after: pause, error.failure.reason)
                try? await Task.sleep(nanoseconds: UInt64(pause * 1e9))
            }
        }
    }

    /// Asks the mirrors and then the registry itself, until one has it.
    func reading<T: Sendable>(
        _ registry: String, _ work: (Door) async throws(FetchFailure) -> T
    ) async throws(FetchFailure) -> T {
        let endpoints = session.access(to: registry).endpoints
        for mirror in endpoints.dropLast() where !dead.withLock({ $0.contains(mirror) }) {
            // Whatever is wrong with a mirror: the registry knows better.
            do throws(FetchFailure) { return try await work(doors.door(mirror, transport)) } catch {
                if [.unreachable, .slow, .untrusted].contains(error.code) { dead.withLock { _ = $0.insert(mirror) } }
            }
        }
        return try await work(try await writable(registry))
    }

    /// The registry itself.
    func writable(_ registry: String) async throws(FetchFailure) -> Door {
        guard let endpoint = session.access(to: registry).endpoints.last else {
            throw FetchFailure(.badRequest, "no address of \(registry) is known")
        }
        return await doors.door(endpoint, transport)
    }
}

extension Door {
    /// An address below `v2/`.
    nonisolated func address(_ parts: [String]) async throws(Setback) -> WebAddress {
        var result = try await base()
        result.path = (result.path == "/" ? "" : result.path) + "/v2/" + parts.joined(separator: "/")
        return result
    }

    /// Sends what is no more than a question, and returns the answer where its status is one of `good`.
    nonisolated func ask(
        _ call: inout Call, scopes: [String], isLogin: Bool = false, good: Set<Int> = [200]
    ) async throws(Setback) -> Reply {
        let reply = try await exchange(&call, scopes: scopes, isLogin: isLogin)
        guard good.contains(reply.status) else { throw await transport.setback(of: reply, call) }
        return reply
    }
}
