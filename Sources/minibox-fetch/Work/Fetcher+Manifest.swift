// SPDX-License-Identifier: Apache-2.0
import Compression
import NIOHTTP1
import OCI
import Registry

extension Fetcher {
    func check(_ registry: String, _ progress: Progress) async throws(FetchFailure) -> FetchEvent.Outcome {
        let door = try await writable(registry)
        return try await retrying(progress) { (_) async throws(Setback) in
            var call = Call(method: .GET, address: try await door.address([""]))
            let reply = try await door.ask(&call, scopes: [], isLogin: true)
            await transport.drain(reply, call)
            var outcome = FetchEvent.Outcome()
            outcome.identityToken = await door.identityToken
            outcome.address = try await door.base().origin
            return outcome
        }
    }

    func resolve(
        _ repository: FetchRequest.Repository, _ reference: String, _ progress: Progress
    ) async throws(FetchFailure) -> FetchEvent.Outcome {
        try await reading(repository.registry) { (door) async throws(FetchFailure) in
            try await retrying(progress) { (_) async throws(Setback) in
                var call = try await manifestCall(.HEAD, door, repository, reference)
                let reply = try await door.exchange(&call, scopes: [RegistryScope.pull(repository.path)])
                // Some know no HEAD, and some do not say the digest: both tell by the bytes.
                if reply.status == 200, let digest = digest(of: reply), let size = reply.length {
                    var outcome = outcome(of: reply, door)
                    outcome.digest = digest
                    outcome.size = size
                    return outcome
                }
                guard [200, 400, 405, 501].contains(reply.status) else {
                    throw await transport.setback(of: reply, call)
                }
                return try await manifestBytes(door, repository, reference).outcome
            }
        }
    }

    func manifest(
        _ repository: FetchRequest.Repository, _ reference: String, _ file: String, _ progress: Progress
    ) async throws(FetchFailure) -> FetchEvent.Outcome {
        let staged = try StagedFile(file, for: .write)
        return try await reading(repository.registry) { (door) async throws(FetchFailure) in
            let (bytes, outcome) = try await retrying(progress) { (_) async throws(Setback) in
                try await manifestBytes(door, repository, reference)
            }
            try staged.replace(with: bytes)
            return outcome
        }
    }

    func manifestCall(
        _ method: HTTPMethod, _ door: Door, _ repository: FetchRequest.Repository, _ reference: String
    ) async throws(Setback) -> Call {
        Call(
            method: method, address: try await door.address([repository.path, "manifests", reference]),
            headers: [("Accept", ManifestKinds.accept)])
    }

    /// A manifest, which is what it is said to be where a digest was said.
    func manifestBytes(
        _ door: Door, _ repository: FetchRequest.Repository, _ reference: String
    ) async throws(Setback) -> (bytes: [UInt8], outcome: FetchEvent.Outcome) {
        var call = try await manifestCall(.GET, door, repository, reference)
        let reply = try await door.ask(&call, scopes: [RegistryScope.pull(repository.path)])
        let bytes = try await transport.bytes(of: reply, limit: ManifestKinds.limit, call)
        let actual = "\(Digest(sha256: SHA256.digest(of: bytes)))"
        for said in [digest(of: reply), reference.hasPrefix("sha256:") ? reference : nil] {
            guard let said, said.hasPrefix("sha256:"), said != actual else { continue }
            throw Setback(
                FetchFailure(
                    .damaged, "\(call.shown) is answered with bytes of the digest \(actual) instead of \(said)",
                    status: reply.status), mayPass: false)
        }
        var outcome = outcome(of: reply, door)
        outcome.digest = actual
        outcome.size = Int64(bytes.count)
        return (bytes, outcome)
    }

    private func digest(of reply: Reply) -> String? {
        reply.header("Docker-Content-Digest").flatMap { $0.utf8.count <= 256 ? $0 : nil }
    }

    private func outcome(of reply: Reply, _ door: Door) -> FetchEvent.Outcome {
        var outcome = FetchEvent.Outcome()
        outcome.mediaType = ManifestKinds.mediaType(reply.header("Content-Type"))
        outcome.address = door.endpoint.address
        return outcome
    }
}
