// SPDX-License-Identifier: Apache-2.0
public import OCI

/// What refers to a manifest, page for page (distribution-spec, "Listing Referrers").
public struct ReferrersIndex: Hashable, Sendable {
    /// The most descriptors of all pages.
    public static let limit = 100_000

    private var manifests: [JSON] = []

    public init() {}

    /// The tag that stands for the question where a registry does not know it.
    public static func fallbackTag(of digest: Digest) -> String { "sha256-\(digest.hex)" }

    /// - Parameter artifactType: which alone are wanted, where the registry did not see to that.
    public mutating func add(page bytes: [UInt8], artifactType: String?) throws(FetchFailure) {
        func failure(_ reason: String) -> FetchFailure {
            FetchFailure(.badAnswer, "the list of referrers is none: \(reason)")
        }
        let json: JSON
        do { json = try JSON(parsing: bytes) } catch { throw failure("\(error)") }
        guard case .object = json else { throw failure("it is no JSON object") }
        guard let list = json["manifests"], !list.isNull else { return }
        guard let descriptors = list.array else { throw failure("\"manifests\" is no array") }
        for descriptor in descriptors {
            do { _ = try ContentDescriptor(descriptor) } catch { throw failure("\(error)") }
            if let artifactType, descriptor["artifactType"]?.string != artifactType { continue }
            manifests.append(descriptor)
        }
        guard manifests.count <= Self.limit else {
            throw FetchFailure(.tooLarge, "there are more than \(Self.limit) referrers")
        }
    }

    public var bytes: [UInt8] {
        let json: JSON = [
            "schemaVersion": 2, "mediaType": .string(MediaType.index.rawValue), "manifests": .array(manifests),
        ]
        return json.bytes()
    }
}
