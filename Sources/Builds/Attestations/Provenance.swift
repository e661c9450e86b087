// SPDX-License-Identifier: Apache-2.0
internal import Images
public import Linux
public import OCI

/// How an image was made, as far as it is told: SLSA provenance, version 1 (slsa.dev/spec/v1.0/provenance), with the
/// parameters that BuildKit has for builds of a Dockerfile (moby/buildkit, docs/attestations/slsa-definitions.md).
public struct Provenance: Sendable {
    /// Where the Dockerfile is: the repository or address that the context came from, if it is not of this machine.
    public var sourceURI: String?
    /// What that was, by algorithm: `sha1` of a commit, `sha256` of an archive.
    public var sourceDigest: [String: String] = [:]
    /// The path of the Dockerfile in its context.
    public var dockerfilePath: String
    /// What is only told in full.
    public var details: Details
    /// The platform that the build ran on.
    public var platform = Platform.current
    /// All that went into the image from elsewhere.
    public var dependencies: [Dependency] = []
    public var started: FileTime
    public var finished: FileTime
    /// A URI that stands for whoever ran the build; empty where nobody said one.
    public var builderID = ""
    /// Digits that no other build has.
    public var invocationID: String

    public init(
        dockerfilePath: String, details: Details = Details(), started: FileTime, finished: FileTime,
        invocationID: String
    ) {
        self.dockerfilePath = dockerfilePath
        self.details = details
        self.started = started
        self.finished = finished
        self.invocationID = invocationID
    }

    /// What may say more than one wants everybody to know.
    public struct Details: Sendable {
        public var target: String?
        public var arguments: [(name: String, value: String)] = []
        public var labels: [(key: String, value: String)] = []
        /// The names of secrets and agents, never what they are.
        public var secrets: [String] = []
        public var agents: [String] = []
        /// The text of the Dockerfile.
        public var dockerfile: [UInt8] = []
        public var steps: [Step] = []
        public init() {}
    }

    /// One step, as a person reads it.
    public struct Step: Hashable, Sendable {
        public var stage: String
        public var text: String
        /// Of the Dockerfile, from 1; nil for what a base image says.
        public var line: Int?
        /// The digest of the layer that came of it.
        public var layer: Digest?
        public init(stage: String, text: String, line: Int? = nil, layer: Digest? = nil) {
            self.stage = stage
            self.text = text
            self.line = line
            self.layer = layer
        }
    }

    /// An image, a file or a commit that the build used.
    public struct Dependency: Hashable, Sendable {
        public var uri: String
        /// `sha256` or `sha1`, and its digits.
        public var algorithm: String
        public var digest: String

        public init(uri: String, algorithm: String = "sha256", digest: String) {
            self.uri = uri
            self.algorithm = algorithm
            self.digest = digest
        }

        /// A base image.
        public static func image(_ name: ImageReference, _ platform: Platform, manifest: Digest) -> Dependency {
            Dependency(uri: name.packageURL(platform), digest: manifest.hex)
        }
    }

    /// What is attached to the image; nil where nothing is to be told.
    public func attestation(_ mode: BuildRequest.ProvenanceMode) -> Attestation? {
        guard mode != .none else { return nil }
        return Attestation(
            predicateType: Attestation.provenanceType, predicate: predicate(isFull: mode == .max),
            fileName: "provenance.json")
    }

    private static let buildType = "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md"

    private func predicate(isFull: Bool) -> JSON {
        var configuration: JSON = [:]
        if let sourceURI { configuration["uri"] = .string(sourceURI) }
        if !sourceDigest.isEmpty { configuration["digest"] = JSON(sourceDigest) }
        configuration["path"] = .string(dockerfilePath)
        var request: JSON = ["frontend": "dockerfile.v0"]
        if isFull { details.add(to: &request) }
        if sourceURI == nil { request["locals"] = [["name": "context"], ["name": "dockerfile"]] }
        var parameters: JSON = [:]
        if isFull, !details.steps.isEmpty {
            parameters["buildConfig"] = ["steps": .array(details.steps.map(\.json))]
        }
        parameters["builderPlatform"] = .string("\(platform)")
        var metadata: JSON = [
            "invocationId": .string(invocationID), "startedOn": .string(Timestamp.text(started)),
            "finishedOn": .string(Timestamp.text(finished)),
            "buildkit_completeness": ["request": .bool(isFull), "resolvedDependencies": .bool(sourceURI != nil)],
            "buildkit_reproducible": false,
        ]
        if isFull, !details.dockerfile.isEmpty {
            metadata["buildkit_metadata"] = [
                "source": [
                    "infos": [
                        [
                            "filename": .string(dockerfilePath), "language": "Dockerfile",
                            "data": .string(Base64.text(details.dockerfile)),
                        ]
                    ]
                ]
            ]
        }
        return [
            "buildDefinition": [
                "buildType": .string(Self.buildType),
                "externalParameters": ["configSource": configuration, "request": request],
                "internalParameters": parameters, "resolvedDependencies": .array(resolved),
            ],
            "runDetails": ["builder": ["id": .string(builderID)], "metadata": metadata],
        ]
    }

    /// Each once, in the order of their names.
    private var resolved: [JSON] {
        Set(dependencies).sorted { ($0.uri, $0.digest) < ($1.uri, $1.digest) }.map { dependency in
            ["uri": .string(dependency.uri), "digest": JSON([dependency.algorithm: dependency.digest])]
        }
    }
}

extension Provenance.Details {
    fileprivate func add(to request: inout JSON) {
        var values: [String: String] = [:]
        if let target { values["target"] = target }
        for argument in arguments { values["build-arg:\(argument.name)"] = argument.value }
        for label in labels { values["label:\(label.key)"] = label.value }
        if !values.isEmpty { request["args"] = JSON(values) }
        if !secrets.isEmpty { request["secrets"] = .array(secrets.map { ["id": .string($0)] }) }
        if !agents.isEmpty { request["ssh"] = .array(agents.map { ["id": .string($0)] }) }
    }
}

extension Provenance.Step {
    fileprivate var json: JSON {
        var result: JSON = ["stage": .string(stage), "instruction": .string(text)]
        if let line { result["line"] = JSON(line) }
        if let layer { result["layer"] = .string("\(layer)") }
        return result
    }
}
