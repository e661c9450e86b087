// SPDX-License-Identifier: Apache-2.0
import Builds
import Foundation
import OCI
import Testing

@Suite struct ImageDescriptionTests {
    @Test func `an image is described as buildx describes it`() throws {
        let fixture = try OutputFixture()
        let digest = try #require(Digest(hex: String(repeating: "a", count: 64)))
        let id = try #require(Digest(hex: String(repeating: "b", count: 64)))
        let description = ImageDescription(
            descriptor: ContentDescriptor(mediaType: .manifest, digest: digest, size: 7), configuration: id,
            names: [try ImageReference("a:1"), try ImageReference("b")])
        try description.writeID(to: fixture.path + "/id")
        try description.writeMetadata(to: fixture.path + "/sub/metadata")
        #expect(try String(contentsOfFile: fixture.path + "/id", encoding: .utf8) == "\(id)")
        #expect(
            try fixture.json("sub/metadata") == [
                "containerimage.config.digest": .string("\(id)"), "containerimage.digest": .string("\(digest)"),
                "containerimage.descriptor": [
                    "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": .string("\(digest)"),
                    "size": 7,
                ], "image.name": "docker.io/library/a:1,docker.io/library/b:latest",
            ])
        #expect(fixture.entries("sub") == ["metadata"])
    }
}
