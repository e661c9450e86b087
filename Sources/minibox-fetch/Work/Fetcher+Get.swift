// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Registry

extension Fetcher {
    /// Docker's search, which is older than the distribution specification, and elsewhere than docker.io's images are.
    func search(
        _ registry: String, _ words: String, _ limit: Int, _ file: String, _ progress: Progress
    ) async throws(FetchFailure) -> FetchEvent.Outcome {
        let staged = try StagedFile(file, for: .write)
        var door = try await writable(registry)
        // The registry that docker.io has for its images answers no search; one that stands for it may.
        if door.endpoint.address == RegistryEndpoint.dockerImages {
            door = Door(RegistryEndpoint(RegistryEndpoint.dockerSearch), transport)
        }
        let bytes = try await retrying(progress) { (_) async throws(Setback) in
            var address = try await door.base()
            address.path = (address.path == "/" ? "" : address.path) + "/v1/search"
            var call = Call(
                method: .GET, address: address.adding([("q", words), ("n", "\(limit)")]),
                headers: [("Accept", "application/json")])
            let reply = try await door.exchange(&call, scopes: [])
            if reply.status == 404 {
                await transport.drain(reply, call)
                throw Setback(FetchFailure(.unsupported, "\(registry) has no search", status: 404), mayPass: false)
            }
            guard reply.status == 200 else { throw await transport.setback(of: reply, call) }
            return try await transport.bytes(of: reply, limit: ManifestKinds.limit, call)
        }
        try staged.replace(with: bytes)
        var outcome = FetchEvent.Outcome()
        outcome.size = Int64(bytes.count)
        return outcome
    }

    /// What is at an address, which belongs to no registry.
    func get(
        _ text: String, _ limit: Int64, _ file: String, _ progress: Progress
    ) async throws(FetchFailure) -> FetchEvent.Outcome {
        let address: WebAddress
        do { address = try WebAddress(text) } catch { throw FetchFailure(.badRequest, "\(error)") }
        let staged = try StagedFile(file, for: .write)
        return try await retrying(progress) { (_) async throws(Setback) in
            var call = Call(method: .GET, address: address, headers: [("Accept", "*/*")])
            let exchange = Exchange(transport: transport, trust: Trust())
            let reply = try await exchange.follow(&call, start: nil, authorization: nil)
            guard reply.status == 200 else { throw await transport.setback(of: reply, call) }
            var outcome = FetchEvent.Outcome()
            outcome.mediaType = ManifestKinds.mediaType(reply.header("Content-Type"))
            outcome.modified = reply.header("Last-Modified")
            outcome.address = call.address.shown
            outcome.size = try await save(reply, call, limit, staged, progress)
            return outcome
        }
    }

    private func save(
        _ reply: Reply, _ call: Call, _ limit: Int64, _ file: StagedFile, _ progress: Progress
    ) async throws(Setback) -> Int64 {
        let tooLarge = FetchFailure(.tooLarge, "\(call.shown) has more than the \(limit) bytes that are taken")
        if let length = reply.length, length > limit { throw Setback(tooLarge, mayPass: false) }
        var done: Int64 = 0
        var watch = transport.rateWatch
        do {
            try file.truncate()
            for try await buffer in reply.body {
                done += Int64(buffer.readableBytes)
                guard done <= limit else { throw tooLarge }
                try file.write(Array(buffer.readableBytesView))
                progress.report(done, of: reply.length ?? 0)
                guard watch.take(buffer.readableBytes, now: now) else { throw transport.tooSlow(call) }
            }
        } catch { throw transport.setback(error, call) }
        return done
    }
}
