// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import OCI
import Registry

extension Fetcher {
    func tags(
        _ repository: FetchRequest.Repository, _ file: String, _ progress: Progress
    ) async throws(FetchFailure) -> FetchEvent.Outcome {
        let staged = try StagedFile(file, for: .write)
        return try await reading(repository.registry) { (door) async throws(FetchFailure) in
            var list = TagList()
            let first = try await retrying(progress) { (_) async throws(Setback) in
                try await door.address([repository.path, "tags", "list"])
            }
            try await pages(first, door, repository, limit: TagList.pageLimit, progress) {
                (page, _) throws(FetchFailure) in
                try list.add(page: page)
            }
            try staged.replace(with: list.lines)
            var outcome = FetchEvent.Outcome()
            outcome.size = Int64(list.lines.count)
            outcome.address = door.endpoint.address
            return outcome
        }
    }

    func referrers(
        _ repository: FetchRequest.Repository, _ digest: Digest, _ artifactType: String?, _ file: String,
        _ progress: Progress
    ) async throws(FetchFailure) -> FetchEvent.Outcome {
        let staged = try StagedFile(file, for: .write)
        return try await reading(repository.registry) { (door) async throws(FetchFailure) in
            let first = try await retrying(progress) { (_) async throws(Setback) in
                try await door.address([repository.path, "referrers", "\(digest)"])
                    .adding(artifactType.map { [("artifactType", $0)] } ?? [])
            }
            var index = ReferrersIndex()
            do throws(FetchFailure) {
                try await pages(first, door, repository, limit: ManifestKinds.limit, progress) {
                    (page, reply) throws(FetchFailure) in
                    let isFiltered = reply.header("OCI-Filters-Applied")?.contains("artifactType") ?? false
                    try index.add(page: page, artifactType: isFiltered ? nil : artifactType)
                }
            } catch {
                guard [.missing, .unsupported, .refused].contains(error.code) else { throw error }
                index = try await fallback(door, repository, digest, artifactType, progress)
            }
            try staged.replace(with: index.bytes)
            var outcome = FetchEvent.Outcome()
            outcome.mediaType = MediaType.index.rawValue
            outcome.size = Int64(index.bytes.count)
            outcome.address = door.endpoint.address
            return outcome
        }
    }

    /// What the tag that stands for the question lists; nothing where there is no such tag.
    private func fallback(
        _ door: Door, _ repository: FetchRequest.Repository, _ digest: Digest, _ artifactType: String?,
        _ progress: Progress
    ) async throws(FetchFailure) -> ReferrersIndex {
        var index = ReferrersIndex()
        do throws(FetchFailure) {
            let (bytes, _) = try await retrying(progress) { (_) async throws(Setback) in
                try await manifestBytes(door, repository, ReferrersIndex.fallbackTag(of: digest))
            }
            try index.add(page: bytes, artifactType: artifactType)
        } catch {
            guard error.code == .missing else { throw error }
        }
        return index
    }

    /// All pages of a list, as long as each names the next and that is of the same registry.
    private func pages(
        _ first: WebAddress, _ door: Door, _ repository: FetchRequest.Repository, limit: Int, _ progress: Progress,
        _ take: ([UInt8], Reply) throws(FetchFailure) -> Void
    ) async throws(FetchFailure) {
        var next: WebAddress? = first
        var seen: Set<WebAddress> = []
        while let address = next {
            guard seen.insert(address).inserted, seen.count <= TagList.pages else {
                throw FetchFailure(.badAnswer, "\(first.shown) has pages without an end")
            }
            let (bytes, reply) = try await retrying(progress) { (_) async throws(Setback) in
                var call = Call(method: .GET, address: address)
                let reply = try await door.ask(&call, scopes: [RegistryScope.pull(repository.path)])
                return (try await transport.bytes(of: reply, limit: limit, call), reply)
            }
            try take(bytes, reply)
            next = nil
            guard let link = reply.headers["Link"].compactMap(LinkHeader.next(in:)).first else { return }
            guard let page = try? address.resolving(link), page.hasSameOrigin(as: address) else {
                throw FetchFailure(.badAnswer, "\(address.shown) names a next page that is not its own")
            }
            next = page
        }
    }

    func delete(
        _ repository: FetchRequest.Repository, _ kind: String, _ what: String, _ progress: Progress
    ) async throws(FetchFailure) -> FetchEvent.Outcome {
        let door = try await writable(repository.registry)
        return try await retrying(progress) { (_) async throws(Setback) in
            var call = Call(method: .DELETE, address: try await door.address([repository.path, kind, what]))
            let reply = try await door.ask(
                &call, scopes: [RegistryScope.delete(repository.path)], good: [200, 202, 204])
            await transport.drain(reply, call)
            var outcome = FetchEvent.Outcome()
            outcome.address = door.endpoint.address
            return outcome
        }
    }
}
