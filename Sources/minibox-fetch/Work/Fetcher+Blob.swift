// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import OCI
import Registry

extension Fetcher {
    func blob(
        _ repository: FetchRequest.Repository, _ digest: Digest, _ size: Int64, _ file: String, _ addresses: [String],
        _ progress: Progress
    ) async throws(FetchFailure) -> FetchEvent.Outcome {
        var outcome = FetchEvent.Outcome()
        outcome.size = size
        outcome.digest = "\(digest)"
        if try Download(file, digest, size).isComplete { return outcome }
        do throws(FetchFailure) {
            outcome.address = try await reading(repository.registry) { (door) async throws(FetchFailure) in
                try await transfer(file, digest, size, progress) { (headers) async throws(Setback) in
                    var call = Call(
                        method: .GET, address: try await door.address([repository.path, "blobs", "\(digest)"]),
                        headers: headers)
                    return (try await door.exchange(&call, scopes: [RegistryScope.pull(repository.path)]), call)
                }
                return door.endpoint.address
            }
        } catch {
            guard let address = try await foreign(digest, size, file, addresses, progress) else { throw error }
            outcome.address = address
        }
        return outcome
    }

    /// The first of the addresses that has the blob; they belong to no registry, and are shown nothing.
    private func foreign(
        _ digest: Digest, _ size: Int64, _ file: String, _ addresses: [String], _ progress: Progress
    ) async throws(FetchFailure) -> String? {
        for text in addresses {
            // They were named by a manifest, which is anybody's.
            guard let address = try? WebAddress(text) else { continue }
            do throws(FetchFailure) {
                try await transfer(file, digest, size, progress) { (headers) async throws(Setback) in
                    var call = Call(method: .GET, address: address, headers: headers)
                    let exchange = Exchange(transport: transport, trust: Trust())
                    return (try await exchange.follow(&call, start: false, authorization: nil), call)
                }
                return address.origin
            } catch  where error.code == .file { throw error } catch { continue }
        }
        return nil
    }

    private func transfer(
        _ file: String, _ digest: Digest, _ size: Int64, _ progress: Progress,
        _ ask: ([(String, String)]) async throws(Setback) -> (Reply, Call)
    ) async throws(FetchFailure) {
        var download = try Download(file, digest, size)
        try await retrying(progress) { (cameFurther) async throws(Setback) in
            let (reply, call) = try await ask(download.headers)
            if reply.status == 416 {
                await transport.drain(reply, call)
                do throws(FetchFailure) { try download.startAnew() } catch { throw Setback(error, mayPass: false) }
                throw Setback(
                    FetchFailure(.damaged, "\(call.shown): it has less than what is here already", status: 416),
                    mayPass: true)
            }
            guard reply.status == 200 || reply.status == 206 && download.offset > 0 else {
                throw await transport.setback(of: reply, call)
            }
            try await download.take(reply, call, transport, progress, &cameFurther)
            try download.prove(call.shown)
        }
    }
}
