// SPDX-License-Identifier: Apache-2.0
import Builds
import Images
import Linux
import OCI
import Testing

@Suite struct ProvenanceTests {
    static func provenance() throws -> Provenance {
        var details = Provenance.Details()
        details.target = "app"
        details.arguments = [("VERSION", "1"), ("A", "b")]
        details.labels = [("l", "m")]
        details.secrets = ["token"]
        details.agents = ["default"]
        details.dockerfile = Array("FROM debian\nRUN true\n".utf8)
        details.steps = [.init(stage: "app", text: "RUN true", line: 2)]
        var result = Provenance(
            dockerfilePath: "Dockerfile", details: details, started: FileTime(seconds: 0, nanoseconds: 0),
            finished: FileTime(seconds: 60, nanoseconds: 0), invocationID: "abc")
        let digest = try #require(Digest(hex: String(repeating: "a", count: 64)))
        let amd64 = Platform(os: "linux", architecture: "amd64")
        result.platform = amd64
        let base = Provenance.Dependency.image(try ImageReference("debian:12"), amd64, manifest: digest)
        result.dependencies = [base, .init(uri: "https://example.org/a.tar", digest: "ff"), base]
        return result
    }

    @Test func `little is told of a build where little is wanted`() throws {
        let attestation = try #require(try Self.provenance().attestation(.min))
        #expect(attestation.predicateType == "https://slsa.dev/provenance/v1")
        #expect(attestation.fileName == "provenance.json")
        let definition = try #require(attestation.predicate["buildDefinition"])
        #expect(
            definition["externalParameters"] == [
                "configSource": ["path": "Dockerfile"],
                "request": ["frontend": "dockerfile.v0", "locals": [["name": "context"], ["name": "dockerfile"]]],
            ])
        #expect(definition["internalParameters"] == ["builderPlatform": "linux/amd64"])
        #expect(
            definition["resolvedDependencies"] == [
                ["uri": "https://example.org/a.tar", "digest": ["sha256": "ff"]],
                [
                    "uri": "pkg:docker/debian@12?platform=linux%2Famd64",
                    "digest": ["sha256": .string(String(repeating: "a", count: 64))],
                ],
            ])
        let metadata = attestation.predicate["runDetails"]?["metadata"]
        #expect(metadata?["startedOn"]?.string == "1970-01-01T00:00:00Z")
        #expect(metadata?["finishedOn"]?.string == "1970-01-01T00:01:00Z")
        #expect(metadata?["buildkit_metadata"] == nil)
        for word in ["VERSION", "token", "RUN true"] {
            #expect(!attestation.predicate.description.contains(word))
        }
    }

    @Test func `all but the values of secrets is told where that is wanted`() throws {
        let predicate = try #require(try Self.provenance().attestation(.max)).predicate
        let request = predicate["buildDefinition"]?["externalParameters"]?["request"]
        #expect(request?["args"] == ["build-arg:A": "b", "build-arg:VERSION": "1", "label:l": "m", "target": "app"])
        #expect(request?["secrets"] == [["id": "token"]])
        #expect(request?["ssh"] == [["id": "default"]])
        #expect(
            predicate["buildDefinition"]?["internalParameters"]?["buildConfig"] == [
                "steps": [["stage": "app", "instruction": "RUN true", "line": 2]]
            ])
        #expect(
            predicate["runDetails"]?["metadata"]?["buildkit_metadata"]?["source"]?["infos"]?[0]?["data"]?.string
                == "RlJPTSBkZWJpYW4KUlVOIHRydWUK")
    }

    @Test func `nothing is told where nothing is wanted`() throws {
        #expect(try Self.provenance().attestation(.none) == nil)
    }
}

@Suite(.enabled(if: OutputFixture.isRoot, "needs root, to make layers"))
struct AttestationStoreTests {
    @Test func `what is said of an image stays as long as the image`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(["echo 1 > file"], as: ["one", "uno"])
        let other = try fixture.build(["echo 2 > file"], as: ["two"])
        let said = [
            Attestation(predicateType: "a", predicate: ["x": [1, "y"]], fileName: "a.json"),
            Attestation(predicateType: "b", predicate: .null, fileName: "b.json"),
        ]
        #expect(try fixture.store.attestations(of: image) == [])
        try fixture.store.attach([said[1]], to: image)
        try fixture.store.attach(said, to: image)
        #expect(try fixture.store.attestations(of: image) == said)
        #expect(try fixture.store.attestations(of: other) == [])
        _ = try fixture.store.remove("two") { _ in nil }
        _ = try fixture.store.remove("one") { _ in nil }
        #expect(try fixture.store.attestations(of: image) == said)
        _ = try fixture.store.remove("uno") { _ in nil }
        #expect(fixture.entries("store/attestations") == [])
        let error = #expect(throws: BuildError.self) { try fixture.store.attach(said, to: image) }
        #expect(error?.description.contains("no image of the store") == true)
    }

    @Test func `what is said can be taken back, and damage is no statement`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(["echo 1 > file"])
        let said = [Attestation(predicateType: "a", predicate: [:], fileName: "a.json")]
        try fixture.store.attach(said, to: image)
        try fixture.shell("echo '[{}]' > store/attestations/*")
        let error = #expect(throws: BuildError.self) { try fixture.store.attestations(of: image) }
        #expect(error?.description.contains("build the image again") == true)
        try fixture.store.attach([], to: image)
        try fixture.store.attach([], to: image)
        #expect(try fixture.store.attestations(of: image) == [])
        #expect(fixture.entries("store/attestations") == [])
    }
}
