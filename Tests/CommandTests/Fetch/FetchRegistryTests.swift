// SPDX-License-Identifier: Apache-2.0
import Compression
import OCI
import Registry
import TestSupport
import Testing

/// The fetching program against Debian's docker-registry.
@Suite(.fetching, .dockerRegistry) struct FetchRegistryTests {
    static let blob = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
    static let digest = Digest(sha256: SHA256.digest(of: blob))
    static let empty = Array("{}".utf8)
    static let emptyDigest = Digest(sha256: SHA256.digest(of: empty))
    static let type = "application/vnd.oci.image.manifest.v1+json"
    static let manifest = Array(
        #"""
        {"schemaVersion":2,"mediaType":"\#(type)","config":{"mediaType":"application/vnd.oci.image.config.v1+json",
        "digest":"\#(emptyDigest)","size":2},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar",
        "digest":"\#(digest)","size":\#(blob.count)}]}
        """#.utf8)
    static let manifestDigest = Digest(sha256: SHA256.digest(of: manifest))

    /// Puts an image into a repository.
    static func push(_ fetch: FetchProgram, _ repository: FetchRequest.Repository) throws {
        fetch.write("blob", blob)
        fetch.write("config", empty)
        fetch.write("manifest", manifest)
        let first = fetch.ask(.upload(repository, digest: digest, size: Int64(blob.count), file: "blob", mounts: []))
        let second = fetch.ask(.upload(repository, digest: emptyDigest, size: 2, file: "config", mounts: []))
        #expect(try fetch.outcome(of: first).upload == .uploaded)
        #expect(try fetch.outcome(of: second).upload == .uploaded)
        let put = try fetch.perform(.put(repository, reference: "v1", mediaType: type, file: "manifest"))
        #expect(put.digest == "\(manifestDigest)")
        #expect(put.subject == nil)
    }

    /// Gets it back.
    static func pull(_ fetch: FetchProgram, _ repository: FetchRequest.Repository) throws {
        let resolved = try fetch.perform(.resolve(repository, reference: "v1"))
        #expect(resolved.digest == "\(manifestDigest)")
        #expect(resolved.size == Int64(manifest.count))
        #expect(resolved.mediaType == type)
        let got = try fetch.perform(.manifest(repository, reference: "v1", file: "m"))
        #expect((got.digest, got.mediaType) == ("\(manifestDigest)", type))
        #expect(fetch.bytes("m") == manifest)
        _ = try fetch.perform(.manifest(repository, reference: "\(manifestDigest)", file: "m2"))
        _ = try fetch.perform(.blob(repository, digest: digest, size: Int64(blob.count), file: "b", addresses: []))
        #expect(fetch.bytes("b") == blob)
    }

    @Test func whatIsPutThereComesBackAndGoes() throws {
        try withFolder { folder in
            let registry = try RegistryServer(folder: folder)
            let fetch = try FetchProgram(folder: folder + "/stage")
            let repository = FetchRequest.Repository(registry: registry.name, path: "a/b")
            _ = try fetch.perform(.check(registry: registry.name))
            try Self.push(fetch, repository)
            try Self.pull(fetch, repository)
            // What is there is not sent, and what another repository has is not either.
            let upload = try fetch.perform(
                .upload(repository, digest: Self.digest, size: Int64(Self.blob.count), file: "blob", mounts: []))
            #expect(upload.upload == .existed)
            let other = FetchRequest.Repository(registry: registry.name, path: "c")
            let mounted = try fetch.perform(
                .upload(other, digest: Self.digest, size: Int64(Self.blob.count), file: "blob", mounts: ["x/y", "a/b"]))
            #expect(mounted.upload == .mounted)

            _ = try fetch.perform(.tags(repository, file: "tags"))
            #expect(fetch.bytes("tags") == Array("v1\n".utf8))
            // It knows no such question, and there is no such tag.
            _ = try fetch.perform(.referrers(repository, digest: Self.manifestDigest, artifactType: nil, file: "r"))
            #expect(try JSON(parsing: fetch.bytes("r"))["manifests"]?.array == [])
            #expect(
                fetch.failure(of: .search(registry: registry.name, words: "x", limit: 1, file: "s"))?.code
                    == .unsupported)
            #expect(fetch.failure(of: .manifest(repository, reference: "v2", file: "x"))?.code == .missing)
            #expect(fetch.failure(of: .resolve(repository, reference: "v2"))?.code == .missing)

            _ = try fetch.perform(.deleteManifest(repository, reference: "\(Self.manifestDigest)"))
            #expect(fetch.failure(of: .resolve(repository, reference: "v1"))?.code == .missing)
            _ = try fetch.perform(.deleteBlob(repository, digest: Self.digest))
            #expect(
                fetch.failure(of: .blob(repository, digest: Self.digest, size: 1, file: "n", addresses: []))?.code
                    == .missing)
        }
    }

    @Test func aManifestOfWhatIsNotThereIsRefused() throws {
        try withFolder { folder in
            let registry = try RegistryServer(folder: folder)
            let fetch = try FetchProgram(folder: folder + "/stage")
            fetch.write("manifest", Self.manifest)
            let failure = fetch.failure(
                of: .put(
                    .init(registry: registry.name, path: "a"), reference: "1", mediaType: Self.type, file: "manifest"))
            #expect(failure?.code == .refused)
            #expect(failure?.reason.contains("blob unknown to registry") == true)
        }
    }

    @Test(arguments: [false, true]) func aPasswordIsWanted(hasTLS: Bool) throws {
        try withFolder { folder in
            let registry = try RegistryServer(folder: folder, access: .password, hasTLS: hasTLS)
            let repository = FetchRequest.Repository(registry: registry.name, path: "a/b")
            for (credential, isRight): (RegistryCredential?, Bool) in [
                (.password(user: RegistryServer.user, password: RegistryServer.password), true),
                (.password(user: RegistryServer.user, password: "falsch"), false), (nil, false),
            ] {
                let endpoint = try RegistryEndpoint.at(
                    registry.address, credential: credential, authority: registry.authority)
                let fetch = try FetchProgram(.reaching(registry.name, endpoint), folder: folder + "/stage")
                guard isRight else {
                    #expect(fetch.failure(of: .check(registry: registry.name))?.code == .unauthorized)
                    #expect(fetch.failure(of: .resolve(repository, reference: "v1"))?.code == .unauthorized)
                    continue
                }
                _ = try fetch.perform(.check(registry: registry.name))
                try Self.push(fetch, repository)
                try Self.pull(fetch, repository)
            }
        }
    }

    @Test(arguments: [false, true]) func aTokenIsWanted(hasTLS: Bool) throws {
        try withFolder { folder in
            let registry = try RegistryServer(folder: folder, access: .token, hasTLS: hasTLS)
            func fetch(_ credential: RegistryCredential?) throws -> FetchProgram {
                let endpoint = try RegistryEndpoint.at(
                    registry.address, credential: credential, authority: registry.authority)
                return try FetchProgram(.reaching(registry.name, endpoint), folder: folder + "/stage")
            }
            let repository = FetchRequest.Repository(registry: registry.name, path: "public/a")
            let known = try fetch(.password(user: RegistryServer.user, password: RegistryServer.password))
            let login = try known.perform(.check(registry: registry.name))
            let token = try #require(login.identityToken)
            try Self.push(known, repository)
            try Self.push(known, .init(registry: registry.name, path: "private/a"))
            let mounted = try known.perform(
                .upload(
                    .init(registry: registry.name, path: "private/b"), digest: Self.digest,
                    size: Int64(Self.blob.count),
                    file: "blob", mounts: ["private/a"]))
            #expect(mounted.upload == .mounted, "a token of two scopes")

            try Self.pull(try fetch(.identityToken(token)), .init(registry: registry.name, path: "private/a"))
            let anybody = try fetch(nil)
            try Self.pull(anybody, repository)
            let failure = anybody.failure(
                of: .resolve(.init(registry: registry.name, path: "private/a"), reference: "v1"))
            #expect([.unauthorized, .denied].contains(failure?.code))
            let wrong = try fetch(.password(user: RegistryServer.user, password: "falsch"))
            let refused = wrong.failure(of: .check(registry: registry.name))
            #expect(refused?.code == .unauthorized)
            #expect(refused?.reason.contains("incorrect username or password") == true)
            #expect(refused?.reason.contains("falsch") == false)
            #expect(
                try fetch(.identityToken("falsch")).failure(of: .check(registry: registry.name))?.code == .unauthorized)
        }
    }

    @Test func aCertificateIsProven() throws {
        try withFolder { folder in
            let registry = try RegistryServer(folder: folder, hasTLS: true)
            func check(_ endpoint: RegistryEndpoint) throws -> FetchProgram {
                try FetchProgram(.reaching(registry.name, endpoint), folder: folder + "/stage")
            }
            let stranger = try check(.at(registry.address)).failure(of: .check(registry: registry.name))
            #expect(stranger?.code == .untrusted)
            #expect(stranger?.reason.contains("authority's certificate") == true)
            _ = try check(.at(registry.address, isInsecure: true)).perform(.check(registry: registry.name))
            _ = try check(.at(registry.address, authority: registry.authority)).perform(.check(registry: registry.name))
            // A name that is not in it.
            let port = registry.name.drop { $0 != ":" }
            let other = try check(.at("https://127.0.0.2\(port)", authority: registry.authority))
            #expect([.untrusted, .unreachable].contains(other.failure(of: .check(registry: registry.name))?.code))
        }
    }

    @Test func httpIsSpokenOnlyWhereItIsAllowed() throws {
        try withFolder { folder in
            let registry = try RegistryServer(folder: folder)
            let https = "https://\(registry.name)"
            let strict = try FetchProgram(
                .reaching(registry.name, .at(https)), folder: folder + "/stage")
            #expect(strict.failure(of: .check(registry: registry.name))?.code == .untrusted)
            let lax = try FetchProgram(
                .reaching(registry.name, .at(https, isInsecure: true)), folder: folder + "/stage")
            #expect(try lax.perform(.check(registry: registry.name)).address == registry.address)
        }
    }

    @Test func mirrorsAreAskedFirstAndMayFail() throws {
        try withFolder { folder in
            let registry = try RegistryServer(folder: folder)
            let mirror = try RegistryServer(folder: folder)
            let repository = FetchRequest.Repository(registry: "images.example", path: "a/b")
            let fetch = try FetchProgram(
                .reaching("images.example", .at("http://127.0.0.1:1"), .at(mirror.address), .at(registry.address)),
                folder: folder + "/stage")
            try Self.push(fetch, repository)
            #expect(try fetch.perform(.resolve(repository, reference: "v1")).address == registry.address)
            try Self.push(
                FetchProgram(.reaching("images.example", .at(mirror.address)), folder: folder + "/stage"), repository)
            #expect(try fetch.perform(.resolve(repository, reference: "v1")).address == mirror.address)
        }
    }
}
