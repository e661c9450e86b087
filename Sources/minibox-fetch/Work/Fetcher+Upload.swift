// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1
import OCI
import Registry

extension Fetcher {
    func upload(
        _ repository: FetchRequest.Repository, _ digest: Digest, _ size: Int64, _ file: String, _ mounts: [String],
        _ progress: Progress
    ) async throws(FetchFailure) -> FetchEvent.Outcome {
        // What the registry has, or another of its repositories lends, needs no file.
        let lacking: FetchFailure?
        do throws(FetchFailure) {
            let actual = try StagedFile(file, for: .read).size
            guard actual == size else {
                throw FetchFailure(
                    .file, "the file \(file) of the staging directory has \(actual) bytes instead of \(size)")
            }
            lacking = nil
        } catch { lacking = error }
        let door = try await writable(repository.registry)
        var machine = UploadMachine(size: size, mounts: mounts)
        let kind: FetchEvent.Upload = try await retrying(progress) { (cameFurther) async throws(Setback) in
            while true {
                switch machine.step {
                case .done(let kind): return kind
                case .ask, .mount: break
                default: if let lacking { throw Setback(lacking, mayPass: false) }
                }
                do throws(Setback) {
                    let before = machine.advances
                    try await step(&machine, door, repository, digest, file, progress)
                    if machine.advances > before { cameFurther = true }
                } catch {
                    if error.mayPass { machine.broke() }
                    throw error
                }
            }
        }
        var outcome = FetchEvent.Outcome()
        outcome.upload = kind
        outcome.digest = "\(digest)"
        outcome.size = size
        outcome.address = door.endpoint.address
        return outcome
    }

    private func step(
        _ machine: inout UploadMachine, _ door: Door, _ repository: FetchRequest.Repository, _ digest: Digest,
        _ file: String, _ progress: Progress
    ) async throws(Setback) {
        var scopes = [RegistryScope.push(repository.path)]
        if case .mount(let from) = machine.step { scopes.append(RegistryScope.pull(from)) }
        var call = try await call(for: machine.step, size: machine.size, door, repository, digest, file, progress)
        let place = call.address
        let reply = try await door.exchange(&call, scopes: scopes)
        var answer = UploadMachine.Answer(
            status: reply.status, range: reply.header("Range"), chunkMinimum: reply.header("OCI-Chunk-Min-Length"))
        if let location = reply.header("Location") {
            do throws(WebAddressError) {
                answer.location = "\(Self.secured(try call.address.resolving(location), like: place))"
            } catch {
                throw Setback(FetchFailure(.badAnswer, "\(call.shown) names an upload \(error)"), mayPass: false)
            }
        }
        let isFine: Bool
        do { isFine = try machine.take(answer) } catch { throw Setback(error, mayPass: false) }
        if isFine { await transport.drain(reply, call) } else { throw await transport.setback(of: reply, call) }
    }

    /// A registry behind a gateway that ends TLS may not know of it, and name itself by http: it is asked by https, as before.
    private static func secured(_ location: WebAddress, like place: WebAddress) -> WebAddress {
        guard place.scheme == .https, location.scheme == .http, location.host == place.host else { return location }
        var result = location
        result.scheme = .https
        result.port = place.port
        return result
    }

    private func call(
        for step: UploadMachine.Step, size: Int64, _ door: Door, _ repository: FetchRequest.Repository,
        _ digest: Digest, _ file: String, _ progress: Progress
    ) async throws(Setback) -> Call {
        func place(_ location: String) throws(Setback) -> WebAddress {
            do { return try WebAddress(location) } catch {
                throw Setback(FetchFailure(.badAnswer, "an upload's place is \(error)"), mayPass: false)
            }
        }
        let stream = ("Content-Type", "application/octet-stream")
        switch step {
        case .ask, .done:
            return Call(method: .HEAD, address: try await door.address([repository.path, "blobs", "\(digest)"]))
        case .mount(let from):
            let uploads = try await door.address([repository.path, "blobs", "uploads", ""])
            return Call(method: .POST, address: uploads.adding([("mount", "\(digest)"), ("from", from)]))
        case .begin:
            return Call(method: .POST, address: try await door.address([repository.path, "blobs", "uploads", ""]))
        case .sendAll(let location):
            return Call(
                method: .PUT, address: try place(location).adding([("digest", "\(digest)")]), headers: [stream],
                payload: .file(name: file, 0..<size, progress, total: size))
        case .send(let range, let location):
            return Call(
                method: .PATCH, address: try place(location),
                headers: [stream, ("Content-Range", "\(range.lowerBound)-\(range.upperBound - 1)")],
                payload: .file(name: file, range, progress, total: size))
        case .finish(let location):
            return Call(method: .PUT, address: try place(location).adding([("digest", "\(digest)")]))
        case .askProgress(let location): return Call(method: .GET, address: try place(location))
        }
    }

    func put(
        _ repository: FetchRequest.Repository, _ reference: String, _ mediaType: String, _ file: String,
        _ progress: Progress
    ) async throws(FetchFailure) -> FetchEvent.Outcome {
        let staged = try StagedFile(file, for: .read)
        guard try staged.size <= Int64(ManifestKinds.limit) else {
            throw FetchFailure(
                .tooLarge, "the manifest has more than \(ManifestKinds.limit) bytes, which no registry takes")
        }
        let bytes = try staged.read(upTo: ManifestKinds.limit)
        let door = try await writable(repository.registry)
        return try await retrying(progress) { (_) async throws(Setback) in
            var call = Call(
                method: .PUT, address: try await door.address([repository.path, "manifests", reference]),
                headers: [("Content-Type", mediaType)], payload: .bytes(bytes))
            let reply = try await door.ask(
                &call, scopes: [RegistryScope.push(repository.path)], good: [200, 201, 202, 204])
            await transport.drain(reply, call)
            var outcome = FetchEvent.Outcome()
            outcome.digest = reply.header("Docker-Content-Digest")
            outcome.subject = reply.header("OCI-Subject")
            outcome.size = Int64(bytes.count)
            outcome.address = door.endpoint.address
            return outcome
        }
    }
}
