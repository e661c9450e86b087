// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `manifest`: documents of images, and images for several machines.
@Suite(.commands, .emptyBox) struct ManifestTests {
    /// `app:own`, and `app:arm` for another machine.
    private func box() throws -> Box {
        let box = try TestSupport.box()
        for (tag, platform) in [("own", "linux/amd64"), ("arm", "linux/arm64")] {
            let made = try box.shell(
                """
                echo \(tag) >\(box.folder)/\(tag); tar -C \(box.folder) -cf \(box.folder)/\(tag).tar \(tag)
                $MINIBOX import --platform \(platform) \(box.folder)/\(tag).tar app:\(tag)
                """)
            #expect(made.status == 0, "\(made)")
        }
        return box
    }

    private func json(_ outcome: Outcome) throws -> Any {
        #expect(outcome.status == 0, "\(outcome)")
        return try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    }

    private func platforms(_ box: Box, _ list: String) throws -> [String] {
        let index = try #require(try json(try box("manifest", "inspect", list)) as? [String: Any])
        return try #require(index["manifests"] as? [[String: Any]]).map { member in
            let platform = member["platform"] as? [String: String] ?? [:]
            return ["os", "architecture", "variant"].compactMap { platform[$0] }.joined(separator: "/")
        }
    }

    @Test func aManifestIsShown() throws {
        let box = try box()
        let manifest = try #require(try json(try box("manifest", "inspect", "app:own")) as? [String: Any])
        #expect(manifest["schemaVersion"] as? Int == 2 && (manifest["layers"] as? [Any])?.count == 1)
        let all = try #require(try json(try box("manifest", "inspect", "-v", "app:arm")) as? [String: Any])
        #expect(all["Ref"] as? String == "docker.io/library/app:arm")
        let descriptor = try #require(all["Descriptor"] as? [String: Any])
        let raw = try #require((all["Raw"] as? String).flatMap { Data(base64Encoded: $0) })
        #expect(descriptor["size"] as? Int == raw.count)
        #expect((descriptor["platform"] as? [String: String])?["architecture"] == "arm64")
        #expect((all["OCIManifest"] as? [String: Any])?["config"] != nil)
        let unknown = try box("manifest", "inspect", "nothing")
        #expect(unknown.status == 125 && unknown.errors.contains("no image nothing"), "\(unknown)")
    }

    @Test func aListIsMadeChangedAndRemoved() throws {
        let box = try box()
        #expect(try box("manifest", "create", "app:1", "app:own").output == "app:1\n")
        let twice = try box("manifest", "create", "app:1", "app:arm")
        #expect(twice.status == 125 && twice.errors.contains("--amend"), "\(twice)")
        #expect(try box("manifest", "create", "-a", "app:1", "app:arm").status == 0)
        #expect(try platforms(box, "app:1") == ["linux/amd64", "linux/arm64"])
        #expect(try box("manifest", "add", "app:1", "app:arm").status == 0)
        #expect(try platforms(box, "app:1").count == 2)
        #expect(
            try box(
                "manifest", "annotate", "app:1", "app:arm", "--arch", "arm", "--variant", "v7", "--annotation", "a=b"
            )
            .status == 0)
        #expect(try platforms(box, "app:1") == ["linux/amd64", "linux/arm/v7"])
        #expect(try box("manifest", "inspect", "app:1").output.contains("\"a\": \"b\""))
        let all = try #require(try json(try box("manifest", "inspect", "--verbose", "app:1")) as? [[String: Any]])
        #expect(all.count == 2 && (all[0]["Ref"] as? String)?.hasPrefix("docker.io/library/app:1@sha256:") == true)
        #expect(try box("manifest", "remove", "app:1", "app:own").status == 0)
        #expect(try platforms(box, "app:1") == ["linux/arm/v7"])
        let none = try box("manifest", "remove", "app:1", "app:own")
        #expect(none.status == 125 && none.errors.contains("which has app:arm"), "\(none)")
        #expect(try box("manifest", "rm", "app:1").output == "app:1\n")
        let gone = try box("manifest", "rm", "app:1")
        #expect(gone.status == 125 && gone.errors.contains("there is no list app:1"), "\(gone)")
        let taken = try box("manifest", "create", "app:own", "app:arm")
        #expect(taken.status == 125 && taken.errors.contains("give the list another name"), "\(taken)")
        #expect(try box("system", "check").status == 0)
    }

    @Test(arguments: ["oci-archive", "oci-dir"]) func aListIsSavedAsOneImage(_ format: String) throws {
        let box = try box()
        let place = box.folder + "/saved"
        #expect(try box("manifest", "create", "app:1", "app:own", "app:arm").status == 0)
        let saved = try box("save", "--format", format, "--compress", "gzip", "-o", place, "app:1")
        #expect(saved.status == 0, "\(saved)")
        let refused = try box("save", "-o", place + ".tar", "app:1")
        #expect(refused.status == 125 && refused.errors.contains("write --format oci-archive"), "\(refused)")
        #expect(try box("rmi", "app:own", "app:arm").status == 0)
        let missing = try box("save", "--format", format, "-o", place + "2", "app:1")
        #expect(missing.status == 125 && missing.errors.contains("app:own of the list was removed"), "\(missing)")
        #expect(try box("manifest", "rm", "app:1").status == 0)
        for (platform, tag) in [("linux/arm64", "arm"), ("linux/amd64", "own")] {
            #expect(try box("load", "--platform", platform, "-i", place).output == "Loaded image: app:1\n")
            #expect(try box("image", "inspect", "-f", "{{.Architecture}}", "app:1").text == platform.dropFirst(6))
            #expect(try box("create", "--name", "made", "app:1", "x").status == 0)
            #expect(try box.shell("$MINIBOX export made | tar xO \(tag)").output == tag + "\n")
            #expect(try box("rm", "made").status == 0)
            #expect(try box("rmi", "app:1").status == 0)
        }
        // Without a machine, it is this one's.
        #expect(try box("load", "-i", place).status == 0)
        #expect(try box("image", "inspect", "-f", "{{.Architecture}}", "app:1").text == "amd64")
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/skopeo"), "needs skopeo"))
    func skopeoReadsAList() throws {
        let box = try box()
        #expect(try box("manifest", "create", "app:1", "app:own", "app:arm").status == 0)
        #expect(try box("save", "--format", "oci-dir", "-o", box.folder + "/saved", "app:1").status == 0)
        let copied = try box.shell(
            """
            cd \(box.folder); skopeo --insecure-policy --tmpdir . copy -q --all oci:saved oci:copied:it 2>&1
            cd copied/blobs/sha256; jq -r '.manifests[].platform.architecture' $(jq -r '.manifests[0].digest[7:]' ../../index.json)
            """)
        #expect(copied.output == "amd64\narm64\n", "\(copied)")
        #expect(try box("manifest", "rm", "app:1").status == 0)
    }
}
