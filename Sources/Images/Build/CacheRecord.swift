// SPDX-License-Identifier: Apache-2.0
public import OCI

/// What a step of a build came to, by the key of all that it depended on.
public struct CacheRecord: Hashable, Sendable {
    /// What the step depended on.
    public var key: Digest
    /// What stands for the step's result in the keys of later steps.
    public var identity: Digest
    /// The layer that it made.
    public var diffID: Digest
    /// When it ran, as RFC 3339 writes it.
    public var created: String
    /// The step as a person reads it.
    public var step: String
    /// What the key was made of, for whoever asks why a step ran again.
    public var components: JSON

    public init(
        key: Digest, identity: Digest, diffID: Digest, created: String, step: String, components: JSON = [:]
    ) {
        self.key = key
        self.identity = identity
        self.diffID = diffID
        self.created = created
        self.step = step
        self.components = components
    }

    var json: JSON {
        [
            "identity": .string("\(identity)"), "diffID": .string("\(diffID)"), "created": .string(created),
            "step": .string(step), "components": components,
        ]
    }

    /// Reads the record of `key`; nil where the bytes are anything else: then there is none.
    init?(_ bytes: [UInt8], key: Digest) {
        guard let json = try? JSON(parsing: bytes), let identity = json["identity"]?.string,
            let identity = try? Digest(identity), let diffID = json["diffID"]?.string,
            let diffID = try? Digest(diffID), let created = json["created"]?.string, let step = json["step"]?.string,
            let components = json["components"]
        else { return nil }
        self.init(
            key: key, identity: identity, diffID: diffID, created: created, step: step, components: components)
    }
}
