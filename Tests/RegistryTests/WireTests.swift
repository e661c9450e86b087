// SPDX-License-Identifier: Apache-2.0
import OCI
import Registry
import Testing

@Suite struct WireTests {
    static let digest = Digest(sha256: [UInt8](0..<32))
    static let repository = FetchRequest.Repository(registry: "localhost:5000", path: "a/b")

    @Test func sessionSurvivesARoundTrip() throws {
        var session = FetchSession()
        #expect(try FetchSession(line: session.json.bytes()) == session)
        var endpoint = RegistryEndpoint("https://mirror.example/prefix")
        endpoint.isInsecure = true
        endpoint.authorities = "-----BEGIN\nx"
        endpoint.certificate = "c"
        endpoint.key = "k"
        let credentials: [RegistryCredential] = [
            .password(user: "me", password: "\"geheim\\\n"), .identityToken("i"), .registryToken("r"),
        ]
        session.registries["a"] = RegistryAccess(
            endpoints: [endpoint]
                + credentials.map { credential in
                    var endpoint = RegistryEndpoint("http://localhost:5000")
                    endpoint.credential = credential
                    return endpoint
                })
        session.proxy.http = "http://proxy:3128"
        session.proxy.https = "http://u:p@proxy:3128"
        session.proxy.except = "localhost,10.0.0.0/8"
        session.insecure = InsecureServers(["auth.example:5001", "10.0.0.0/8"])
        session.retries = 0
        session.concurrency = 1
        session.firstPause = 0
        session.patience = 0.25
        session.slowest = 0
        #expect(try FetchSession(line: session.json.bytes()) == session)
    }

    /// What a program may write that somebody has taken over, and that is shown as seconds and bytes.
    @Test(arguments: ["1e300", "-1", "86401", "1e999", "-0.5", "\"1\"", "null"])
    func aPauseIsOneThatSomebodyWaitsFor(_ after: String) {
        let line = #"{"id":1,"event":"retry","attempt":1,"after":\#(after),"reason":"x"}"#
        #expect(throws: WireError.self) { try FetchEvent(line: Array(line.utf8)) }
    }

    @Test(arguments: ["-1", "9223372036854775808", "1.5", "1e300"]) func aSizeIsANumberOfBytes(_ size: String) {
        let line = #"{"id":1,"event":"progress","done":\#(size),"total":1}"#
        #expect(throws: WireError.self) { try FetchEvent(line: Array(line.utf8)) }
    }

    static let work: [FetchRequest.Work] = [
        .check(registry: "docker.io"), .resolve(repository, reference: "latest"),
        .manifest(repository, reference: "\(digest)", file: "m"),
        .blob(repository, digest: digest, size: 1 << 40, file: "b", addresses: ["https://a.example/x"]),
        .upload(repository, digest: digest, size: 0, file: "b", mounts: ["c/d"]),
        .put(repository, reference: "1", mediaType: "application/json", file: "m"), .tags(repository, file: "t"),
        .referrers(repository, digest: digest, artifactType: nil, file: "r"),
        .referrers(repository, digest: digest, artifactType: "application/spdx+json", file: "r"),
        .deleteManifest(repository, reference: "1"), .deleteBlob(repository, digest: digest),
        .search(registry: "docker.io", words: "web server", limit: 25, file: "s"),
        .get(address: "https://a.example/x?y#z", limit: 7, file: "g"),
    ]

    @Test(arguments: work) func requestSurvivesARoundTrip(_ work: FetchRequest.Work) throws {
        let request = FetchRequest(id: 7, work)
        let line = request.json.bytes()
        #expect(try FetchRequest(line: line) == request)
        #expect(!line.contains(0x0A))
    }

    static let reports: [FetchEvent.Report] = {
        var outcome = FetchEvent.Outcome()
        var all: [FetchEvent.Report] = [.done(outcome)]
        outcome.mediaType = "application/json"
        outcome.digest = "sha256:1"
        outcome.size = 5
        outcome.upload = .mounted
        outcome.modified = "Sun, 06 Nov 1994 08:49:37 GMT"
        outcome.identityToken = "t"
        outcome.address = "https://registry-1.docker.io"
        outcome.subject = "sha256:2"
        all += [
            .done(outcome), .progress(done: 0, total: 9), .retry(attempt: 1, after: 0.5, reason: "it broke"),
            .retry(attempt: 2, after: 1, reason: ""),
        ]
        return all
            + FetchFailure.Code.allCases.map {
                .failed(FetchFailure($0, "no\nreason", status: $0 == .slow ? nil : 500))
            }
    }()

    @Test(arguments: reports) func eventSurvivesARoundTrip(_ report: FetchEvent.Report) throws {
        let event = FetchEvent(id: 3, report)
        let line = event.json.bytes()
        #expect(try FetchEvent(line: line) == event)
        #expect(!line.contains(0x0A))
    }

    @Test(arguments: [
        ("", "the document ends"), ("[]", "no JSON object"), ("{}", "\"id\" is missing"),
        (#"{"id":1}"#, "\"do\" is missing"), (#"{"id":1,"do":"burn"}"#, "\"do\" is not what it should be"),
        (#"{"id":1,"do":"check","registry":"a","x":1}"#, "\"x\" is not known"),
        (#"{"id":1,"do":"check","registry":1}"#, "\"registry\" is not"),
        (#"{"id":1,"do":"tags","registry":"a","repository":"b","file":"../x"}"#, "\"file\" is not"),
        (#"{"id":1,"do":"tags","registry":"a","repository":"b","file":".."}"#, "\"file\" is not"),
        (#"{"id":1,"do":"tags","registry":"a","repository":"b","file":""}"#, "\"file\" is not"),
        (#"{"id":1,"do":"get","address":"a","limit":-1,"file":"x"}"#, "\"limit\" is not"),
        (#"{"id":1,"do":"deleteBlob","registry":"a","repository":"b","digest":"sha256:1"}"#, "\"digest\" is not"),
    ])
    func requestThatMakesNoSenseIsRefused(_ line: String, _ words: String) throws {
        let error = #expect(throws: WireError.self) { try FetchRequest(line: Array(line.utf8)) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        #"{"id":1,"event":"done","size":-1}"#, #"{"id":1,"event":"failed","code":"bored","reason":""}"#,
        #"{"id":1,"event":"progress","done":1}"#, #"{"id":1,"event":"done","path":"/etc"}"#,
        #"{"id":1.5,"event":"done"}"#,
    ])
    func eventThatMakesNoSenseIsRefused(_ line: String) {
        #expect(throws: WireError.self) { try FetchEvent(line: Array(line.utf8)) }
    }

    @Test func sessionThatMakesNoSenseIsRefused() throws {
        let good = FetchSession().json
        for (key, value): (String, JSON?) in [
            ("concurrency", 0), ("retries", -1), ("patience", 0), ("registries", ["a": ["endpoints": []]]),
            ("registries", ["a": ["endpoints": [["address": "x", "credential": [:]]]]]), ("proxy", nil), ("odd", 1),
        ] {
            var bad = good
            bad[key] = value
            #expect(throws: WireError.self, "\(key)") { try FetchSession(json: bad) }
        }
    }
}
