// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// What a step's result was made of: the parts of its key, and for each selection of files that it read, the files.
struct StepMemory: Sendable {
    var parts: [CacheKey.Part]
    /// In the order of the step's selections.
    var manifests: [ContentManifest]

    init(parts: [CacheKey.Part] = [], manifests: [ContentManifest] = []) {
        self.parts = parts
        self.manifests = manifests
    }

    /// A line of JSON, and the bytes of the manifests, one behind the other.
    var bytes: [UInt8] {
        let json: JSON = [
            "parts": .array(parts.map { .array([.string($0.label), .string($0.value)]) }),
            "manifests": .array(manifests.map { JSON($0.bytes.count) }),
        ]
        return json.bytes() + [UInt8(ascii: "\n")] + manifests.flatMap(\.bytes)
    }

    /// Nil where the bytes are anything else: then nothing is remembered.
    init?(_ bytes: [UInt8]) {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")), let json = try? JSON(parsing: Array(bytes[..<end])),
            let parts = json["parts"]?.array, let counts = json["manifests"]?.array
        else { return nil }
        self.parts = parts.compactMap { part in
            guard let label = part[0]?.string, let value = part[1]?.string else { return nil }
            return CacheKey.Part(label, value)
        }
        manifests = []
        var rest = bytes[(end + 1)...]
        for count in counts {
            guard let count = count.int, count >= 0, count <= rest.count,
                let manifest = ContentManifest(bytes: Array(rest.prefix(count)))
            else { return nil }
            manifests.append(manifest)
            rest = rest.dropFirst(count)
        }
    }
}
