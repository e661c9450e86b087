// SPDX-License-Identifier: Apache-2.0
public import OCI

/// Something that is said of an image, apart from the image: how it was made, what is in it (in-toto attestation
/// framework, spec/v1).
public struct Attestation: Hashable, Sendable {
    /// What kind of statement it is: a URI.
    public var predicateType: String
    public var predicate: JSON
    /// The file that has it, where it is written beside files: `provenance.json`.
    public var fileName: String

    public static let provenanceType = "https://slsa.dev/provenance/v1"
    public static let spdxType = "https://spdx.dev/Document"

    public init(predicateType: String, predicate: JSON, fileName: String) {
        self.predicateType = predicateType
        self.predicate = predicate
        self.fileName = fileName
    }

    /// What a statement is about: something with a name and a digest.
    public struct Subject: Hashable, Sendable {
        public var name: String
        public var digest: Digest
        public init(name: String, digest: Digest) {
            self.name = name
            self.digest = digest
        }
    }

    /// The statement about `subjects` (in-toto, spec/v1/statement.md).
    public func statement(about subjects: [Subject]) -> JSON {
        [
            "_type": "https://in-toto.io/Statement/v1",
            "subject": .array(
                subjects.map { ["name": .string($0.name), "digest": ["sha256": .string($0.digest.hex)]] }),
            "predicateType": .string(predicateType), "predicate": predicate,
        ]
    }
}
