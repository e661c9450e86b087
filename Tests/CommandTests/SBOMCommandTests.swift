// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// sbom.
@Suite(.commands, .emptyBox) struct SBOMCommandTests {
    private func document(_ outcome: Outcome) throws -> [String: Any] {
        #expect(outcome.status == 0, "\(outcome)")
        return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    @Test func thePackagesOfAnImageAreListed() throws {
        let box = try box()
        try box.shell(
            """
            mkdir -p \(box.folder)/tree/lib/apk/db \(box.folder)/tree/etc && cd \(box.folder)/tree
            printf 'ID=alpine\\nVERSION_ID=3.20\\n' >etc/os-release
            printf 'P:musl\\nV:1.2.5-r0\\nA:x86_64\\nL:MIT\\n\\nP:zlib\\nV:1.3-r1\\nA:x86_64\\nL:Zlib\\n' >lib/apk/db/installed
            """)
        #expect(try box("import", box.folder + "/tree", "listed").status == 0)
        let spdx = try document(box("sbom", "listed"))
        let packages = spdx["packages"] as? [[String: Any]] ?? []
        #expect(packages.compactMap { $0["name"] as? String } == ["listed:latest", "alpine", "musl", "zlib"])
        let cyclone = try document(box("image", "sbom", "listed", "--format", "cyclonedx"))
        let components = cyclone["components"] as? [[String: Any]] ?? []
        #expect(
            components.last?["purl"] as? String == "pkg:apk/alpine/zlib@1.3-r1?arch=x86_64&distro=alpine-3.20")
        #expect(try box("sbom", "listed").output == box("sbom", "listed").output)
    }

    @Test func whatCannotBeReadIsSaid() throws {
        let box = try box()
        try box.shell(
            "mkdir -p \(box.folder)/tree/var/lib/rpm && echo garbage >\(box.folder)/tree/var/lib/rpm/Packages.db")
        #expect(try box("import", box.folder + "/tree", "damaged").status == 0)
        let outcome = try box("sbom", "damaged")
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("the list is not complete: /var/lib/rpm/Packages.db"))
        #expect(try box("sbom", "damaged", "--format", "xml").errors.contains("write spdx or cyclonedx"))
        #expect(try box("sbom", "nothing").status == 125)
    }
}
