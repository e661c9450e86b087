// SPDX-License-Identifier: Apache-2.0
import Builds
import Foundation
import Images
import OCI
import Testing

/// What is written, read by a program that others read images with.
@Suite(
    .enabled(if: OutputFixture.isRoot, "needs root, to make layers"),
    .enabled(if: OutputFixture.hasSkopeo, "needs skopeo: run scripts/setup --all"))
struct SkopeoTests {
    private static let policy = "skopeo --insecure-policy --tmpdir ."

    @Test(
        arguments: [
            ("type=oci,tar=false,dest=out", "oci:out:1"), ("type=oci,dest=out.tar", "oci-archive:out.tar:1"),
            ("type=oci,dest=out.tar,compression=gzip", "oci-archive:out.tar:1"),
            ("type=oci,tar=false,dest=out,compression=zstd", "oci:out:1"),
            ("type=docker,dest=out.tar", "docker-archive:out.tar:docker.io/library/test:1"),
            ("type=docker,dest=out.tar,compression=gzip", "docker-archive:out.tar"),
        ])
    func `skopeo reads what is written`(_ output: String, _ source: String) throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(LayoutTests.layers)
        try fixture.write(image, output)
        let text = try fixture.shell("\(Self.policy) inspect --config --raw \(source)")
        #expect(Digest(hex: try fixture.shell("printf %s '\(text)' | sha256sum").prefix(64).description) == image.id)
        // A copy reads every layer, checks it, and gives the same files.
        try fixture.shell("\(Self.policy) copy -q \(source) dir:copy")
        try fixture.shell("\(Self.policy) copy -q --dest-decompress \(source) dir:plain")
        for diffID in image.configuration.diffIDs { #expect(fixture.entries("plain").contains(diffID.hex)) }
    }

    @Test func `skopeo finds the image beside its attestations`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(LayoutTests.layers)
        let attestation = Attestation(
            predicateType: Attestation.provenanceType, predicate: [:], fileName: "provenance.json")
        try fixture.write(image, "type=oci,tar=false,dest=out", attestations: [attestation])
        let text = try fixture.shell("\(Self.policy) inspect --override-arch amd64 oci:out:1")
        #expect(try JSON(parsing: Array(text.utf8))["Layers"]?.array?.count == 2)
        try fixture.shell("\(Self.policy) copy -q --override-arch amd64 oci:out:1 dir:copy")
    }
}
