// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

@Suite struct ImageDocumentTests {
    static let digest = Digest(sha256: [UInt8](0..<32))

    @Test func writesAndReadsADigest() throws {
        #expect(Self.digest.description == "sha256:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
        #expect(try Digest(Self.digest.description) == Self.digest)
        #expect(Self.digest.short == "000102030405")
        for text in ["", "sha256", "sha256:", "sha256:\(String(repeating: "A", count: 64))", "sha512:00"] {
            #expect(throws: ImageFormatError.self) { try Digest(text) }
        }
    }

    @Test func configurationSurvivesARoundTrip() throws {
        var execution = ImageConfiguration.Execution()
        execution.user = "1000:5"
        execution.environment = ["PATH=/bin", "A=b=c"]
        execution.entrypoint = []
        execution.command = ["sh", "-c", "echo"]
        execution.workingDirectory = "/srv"
        execution.labels = ["b": "1", "a": "2"]
        execution.exposedPorts = ["53/udp", "80/tcp"]
        execution.volumes = ["/data"]
        execution.stopSignal = "SIGINT"
        execution.isArgumentsEscaped = true
        execution.healthcheck = .init(
            test: ["CMD", "true"], interval: 1, timeout: 2, startPeriod: 3, startInterval: 4, retries: 5)
        execution.onBuild = ["RUN make"]
        execution.shell = ["/bin/bash", "-c"]
        let configuration = ImageConfiguration(
            platform: Platform(os: "linux", architecture: "arm", variant: "v7"), created: "2026-01-02T03:04:05Z",
            author: "me", execution: execution, diffIDs: [Self.digest],
            history: [.init(createdBy: "import", comment: "c", isEmptyLayer: true)])
        #expect(try ImageConfiguration(parsing: configuration.json.bytes()) == configuration)
        #expect(configuration.platform.description == "linux/arm/v7")
    }

    @Test func writesWhatIsDockersAsDockerDoesAndOnlyWhereItIs() throws {
        var execution = ImageConfiguration.Execution()
        #expect("\(execution.json)" == "{}")
        execution.command = ["a"]
        execution.isArgumentsEscaped = true
        execution.healthcheck = .init(test: ["NONE"], interval: 30_000_000_000)
        execution.onBuild = ["RUN make"]
        execution.shell = ["/bin/bash", "-c"]
        #expect(
            "\(execution.json)" == #"{"Cmd":["a"],"ArgsEscaped":true,"#
                + #""Healthcheck":{"Test":["NONE"],"Interval":30000000000},"OnBuild":["RUN make"],"#
                + #""Shell":["/bin/bash","-c"]}"#)
    }

    @Test func setsAreReadInOneOrder() throws {
        func configuration(_ ports: String) throws -> ImageConfiguration {
            try ImageConfiguration(
                parsing: Array(
                    #"{"architecture":"a","os":"l","config":{"ExposedPorts":{\#(ports)}},"rootfs":{"type":"layers"}}"#
                        .utf8))
        }
        let sorted = try configuration(#""53/udp":{},"80/tcp":{}"#)
        #expect(sorted.execution.exposedPorts == ["53/udp", "80/tcp"])
        #expect(try configuration(#""80/tcp":{},"53/udp":{}"#) == sorted)
    }

    @Test func readsAConfigurationOfAnotherTool() throws {
        let text = """
            {"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":["bash"],"Entrypoint":null,"Labels":null,
            "Volumes":{"/v":{}},"ArgsEscaped":true},"rootfs":{"type":"layers","diff_ids":["\(Self.digest)"]},"unknown":[1]}
            """
        let configuration = try ImageConfiguration(parsing: Array(text.utf8))
        #expect(configuration.execution.command == ["bash"])
        #expect(configuration.execution.entrypoint == nil)
        #expect(configuration.execution.volumes == ["/v"])
        #expect(configuration.diffIDs == [Self.digest])
    }

    @Test(arguments: [
        ("[]", "it is no JSON object"),
        ("{", "the document ends in the middle"),
        (#"{"os":"linux"}"#, "\"architecture\" is missing"),
        (#"{"os":"linux","architecture":"amd64"}"#, "\"rootfs\" is missing"),
        (#"{"os":"linux","architecture":"amd64","rootfs":{"type":"x"}}"#, "only \"layers\" is known"),
        (
            #"{"os":"linux","architecture":"amd64","config":{"Env":[1]},"rootfs":{"type":"layers"}}"#,
            "\"Env\" has the wrong type"
        ),
        (
            #"{"os":"linux","architecture":"amd64","config":{"Healthcheck":{"Retries":"3"}},"rootfs":{"type":"layers"}}"#,
            "\"Retries\" has the wrong type"
        ),
    ])
    func namesWhatIsWrongInAConfiguration(_ text: String, _ part: String) {
        let error = #expect(throws: ImageFormatError.self) { try ImageConfiguration(parsing: Array(text.utf8)) }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "none")")
    }

    @Test func manifestAndIndexSurviveARoundTrip() throws {
        let manifest = ImageManifest(
            configuration: ContentDescriptor(mediaType: .configuration, digest: Self.digest, size: 7),
            layers: [ContentDescriptor(mediaType: .layer, digest: Self.digest, size: 5_000_000_000)],
            annotations: ["a": "b"])
        #expect(try ImageManifest(parsing: manifest.json.bytes()) == manifest)
        let index = ImageIndex(manifests: [
            ContentDescriptor(
                mediaType: .manifest, digest: Self.digest, size: 1, annotations: ["x": "y"], platform: .current)
        ])
        #expect(try ImageIndex(parsing: index.json.bytes(pretty: true)) == index)
        #expect(throws: ImageFormatError.self) { try ImageManifest(parsing: Array(#"{"schemaVersion":1}"#.utf8)) }
        #expect(throws: ImageFormatError.self) { try ImageIndex(parsing: Array("{}".utf8)) }
    }
}
