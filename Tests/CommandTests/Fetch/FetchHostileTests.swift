// SPDX-License-Identifier: Apache-2.0
import OCI
import Registry
import TestSupport
import Testing

/// The fetching program against a registry that does what none should.
@Suite(.fetching) struct FetchHostileTests {
    /// What a blob of a repository comes to, in a program of its own.
    static func withServer(
        _ session: (BadServer) throws -> FetchSession = { _ in .forTests },
        _ work: (BadServer, FetchProgram) throws -> Void
    ) throws {
        try withFolder { folder in
            let server = try BadServer()
            try work(server, FetchProgram(session(server), folder: folder + "/stage"))
        }
    }

    static func blob(_ server: BadServer, _ kind: String, file: String = "b", size: Int64? = nil) throws
        -> FetchRequest.Work
    {
        .blob(
            .init(registry: server.name, path: "\(kind)/x"), digest: try Digest(server.digest),
            size: size ?? server.size,
            file: file, addresses: [])
    }

    static func manifest(_ server: BadServer, _ kind: String) -> FetchRequest.Work {
        .manifest(.init(registry: server.name, path: "\(kind)/x"), reference: "1", file: "m")
    }

    @Test(arguments: ["good", "truncated", "no-range", "busy", "unavailable", "dropped"])
    func whatPassesIsWaitedFor(_ kind: String) throws {
        try Self.withServer { server, fetch in
            _ = try fetch.perform(Self.blob(server, kind))
            #expect(fetch.bytes("b") == server.blob)
            #expect((fetch.retries > 0) == (kind != "good"))
        }
    }

    @Test(arguments: [
        ("wrong-bytes", FetchFailure.Code.damaged), ("wrong-range", .damaged), ("too-short", .damaged),
        ("too-long", .tooLarge),
        ("endless", .tooLarge), ("always-truncated", .unreachable), ("always-busy", .tooMany), ("away", .tooMany),
        ("endless-headers", .badAnswer), ("long-header", .badAnswer), ("no-http", .badAnswer), ("to-file", .badAnswer),
        ("to-metadata", .badAnswer), ("circle", .badAnswer), ("token-loop", .unauthorized),
        ("basic-loop", .unauthorized),
        ("token-html", .badAnswer), ("token-gigabyte", .tooLarge), ("token-metadata", .badAnswer),
    ])
    func whatIsWrongIsSaid(_ kind: String, _ code: FetchFailure.Code) throws {
        try Self.withServer { server, fetch in
            let failure = try fetch.failure(of: Self.blob(server, kind))
            #expect(failure?.code == code, "\(failure?.reason ?? "")")
            #expect(try server.asked().count < 30)
        }
    }

    @Test(arguments: [
        ("gigabyte", FetchFailure.Code.tooLarge), ("endless", .tooLarge), ("wrong-digest", .damaged),
        ("to-metadata", .badAnswer),
    ])
    func aManifestIsBounded(_ kind: String, _ code: FetchFailure.Code) throws {
        try Self.withServer { server, fetch in
            #expect(fetch.failure(of: Self.manifest(server, kind))?.code == code)
            #expect(fetch.bytes("m").isEmpty)
        }
    }

    @Test func aManifestHasTheDigestThatItIsAskedBy() throws {
        try Self.withServer { server, fetch in
            let work = FetchRequest.Work.manifest(
                .init(registry: server.name, path: "good/x"), reference: server.digest, file: "m")
            #expect(fetch.failure(of: work)?.code == .damaged)
        }
    }

    @Test(arguments: ["silent", "trickle", "stalled"]) func whoIsSlowIsGivenUp(_ kind: String) throws {
        try Self.withServer({ _ in
            var session = FetchSession.forTests
            session.patience = 0.5
            session.slowest = 1000
            session.retries = 1
            return session
        }) { server, fetch in
            let failure = try fetch.failure(of: Self.blob(server, kind), seconds: 60)
            #expect(failure?.code == .slow, "\(failure?.reason ?? "")")
            // It is the program that says so, and not that nothing was heard of it.
            #expect(failure?.reason.hasPrefix("no answer") == false, "\(failure?.reason ?? "")")
        }
    }

    @Test func credentialsStayWithTheRegistry() throws {
        let credential = RegistryCredential.password(user: "me", password: "geheim")
        try Self.withServer({ .reaching($0.name, try .at("http://\($0.name)", credential: credential)) }) {
            server, fetch in
            _ = try fetch.perform(Self.blob(server, "elsewhere"))
            #expect(fetch.bytes("b") == server.blob)
            // One that has not seen yet that the registry wants a password.
            let session = FetchSession.reaching(
                server.name, try .at("http://\(server.name)", credential: credential))
            let fresh = try FetchProgram(session, folder: fetch.folder)
            _ = try fresh.perform(Self.manifest(server, "token-elsewhere"))
            let asked = try server.asked(ofOther: true)
            #expect(asked.count == 2)
            for question in asked { #expect(question.headers["authorization"] == nil, "\(question)") }
            #expect(try server.asked().contains { $0.headers["authorization"] != nil })
        }
    }

    /// CVE-2020-15157: an identity token is in what is sent, not in a header.
    @Test func anIdentityTokenGoesNowhereElse() throws {
        try Self.withServer({ .reaching($0.name, try .at("http://\($0.name)", credential: .identityToken("geheim"))) })
        {
            server, fetch in
            let failure = fetch.failure(of: Self.manifest(server, "token-elsewhere"))
            #expect(failure?.code == .badAnswer, "\(failure?.reason ?? "it was followed")")
            let asked = try server.asked(ofOther: true)
            #expect(asked.isEmpty)
        }
    }

    @Test func anUploadGoesNowhereElseWithCredentials() throws {
        let credential = RegistryCredential.password(user: "me", password: "geheim")
        try Self.withServer({ .reaching($0.name, try .at("http://\($0.name)", credential: credential)) }) {
            server, fetch in
            fetch.write("f", server.blob)
            _ = try? fetch.perform(Self.upload(server, "upload-elsewhere"))
            for question in try server.asked(ofOther: true) { #expect(question.headers["authorization"] == nil) }
        }
    }

    static func upload(_ server: BadServer, _ kind: String) throws -> FetchRequest.Work {
        .upload(
            .init(registry: server.name, path: "\(kind)/x"), digest: try Digest(server.digest), size: server.size,
            file: "f",
            mounts: [])
    }

    @Test(arguments: ["chunks", "small-bodies", "breaking"]) func chunksAreSentAsTheyAreWanted(_ kind: String) throws {
        try Self.withServer { server, fetch in
            fetch.write("f", server.blob)
            let outcome = try fetch.perform(Self.upload(server, kind))
            #expect(outcome.upload == .uploaded)
            #expect(try server.asked().contains { $0.method == "PATCH" })
        }
    }

    @Test func whoTakesNothingIsLeft() throws {
        try Self.withServer { server, fetch in
            fetch.write("f", server.blob)
            let failure = try fetch.failure(of: Self.upload(server, "standing-still"))
            #expect(failure?.code == .badAnswer, "\(failure?.reason ?? "")")
            #expect(try server.asked().count < 30)
        }
    }

    @Test func aDigestThatIsRefusedIsSaid() throws {
        try Self.withServer { server, fetch in
            fetch.write("f", server.blob)
            let failure = try fetch.failure(of: Self.upload(server, "bad-digest"))
            #expect(failure?.code == .refused)
            #expect(failure?.reason.contains("provided digest did not match") == true)
        }
    }

    @Test func pagesAreFollowedToTheirEnd() throws {
        try Self.withServer { server, fetch in
            func tags(_ kind: String) -> FetchRequest.Work {
                .tags(.init(registry: server.name, path: "\(kind)/x"), file: "t")
            }
            _ = try fetch.perform(tags("paged"))
            #expect(fetch.bytes("t") == Array("a\nb\n".utf8))
            for kind in ["endless-pages", "pages-elsewhere", "not-json"] {
                #expect(fetch.failure(of: tags(kind))?.code == .badAnswer, "\(kind)")
            }
            #expect(try server.asked(ofOther: true).isEmpty)
        }
    }

    @Test func whatIsHereIsGoneOnFrom() throws {
        try Self.withServer { server, fetch in
            fetch.write("b", Array(server.blob[..<200_000]))
            _ = try fetch.perform(Self.blob(server, "good"))
            #expect(fetch.bytes("b") == server.blob)
            #expect(try server.asked().contains { $0.headers["range"] == "bytes=200000-" })
            // All of it, of another program: nothing is asked.
            let count = try server.asked().count
            _ = try fetch.perform(Self.blob(server, "good"))
            #expect(try server.asked().count == count)
            // What is here is damaged: it is had once more, from the start.
            fetch.write("d", [1] + server.blob[1..<200_000])
            _ = try fetch.perform(Self.blob(server, "good", file: "d"))
            #expect(fetch.bytes("d") == server.blob)
        }
    }

    @Test func aForeignLayerIsHadFromItsAddress() throws {
        try Self.withServer { server, fetch in
            let work = FetchRequest.Work.blob(
                .init(registry: server.name, path: "bad-digest/x"), digest: try Digest(server.digest),
                size: server.size,
                file: "b", addresses: ["file:///etc/passwd", "http://127.0.0.1:1/x", "http://\(server.other)/get/x"])
            // A manifest is anybody's, and must not lead to this machine.
            #expect(fetch.failure(of: work) != nil)
            #expect(try server.asked(ofOther: true).isEmpty)
        }
    }

    @Test func aPlainAddressIsHadWithItsTime() throws {
        try Self.withServer { server, fetch in
            let outcome = try fetch.perform(.get(address: "http://\(server.name)/get/x", limit: server.size, file: "g"))
            #expect(outcome.modified == "Sun, 06 Nov 1994 08:49:37 GMT")
            #expect(outcome.size == server.size)
            #expect(fetch.bytes("g") == server.blob)
            let small = fetch.failure(of: .get(address: "http://\(server.name)/get/x", limit: 1000, file: "g"))
            #expect(small?.code == .tooLarge)
            #expect(
                fetch.failure(of: .get(address: "http://\(server.name)/get/gigabyte", limit: 1000, file: "g"))?.code
                    == .tooLarge)
            #expect(fetch.failure(of: .get(address: "file:///etc/passwd", limit: 1000, file: "g"))?.code == .badRequest)
            #expect(fetch.failure(of: .get(address: "http://a.invalid/", limit: 1000, file: "g"))?.code == .unreachable)
        }
    }
}
