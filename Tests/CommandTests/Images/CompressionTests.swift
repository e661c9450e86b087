// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Layers and archives that are compressed on their way out.
@Suite(.commands, .emptyBox) struct CompressionTests {
    /// An image of two layers of some megabytes, as the store has those that were built.
    private func built(_ box: Box) throws {
        let context = try box.context(
            """
            FROM busybox
            RUN for i in 1 2 3 4 5 6; do cat /bin/busybox; echo $i; done >/large; seq 400000 >/numbers
            RUN echo small >/small

            """)
        #expect(try box("build", "-t", "app:1", context).status == 0)
    }

    @Test(arguments: ["gzip", "zstd"]) func oneProcessorAndAllWriteTheSameBytes(_ format: String) throws {
        let box = try box()
        try built(box)
        let save = "$MINIBOX save --compress \(format) app:1"
        let sums = try box.shell("for i in 1 2; do \(save) | sha256sum; taskset -c 0 \(save) | sha256sum; done")
        #expect(sums.lines.count == 4 && Set(sums.lines).count == 1, "\(sums)")
        let folder = try box.directory("saved")
        #expect(try box("save", "--format", "oci-dir", "--compress", format, "-o", folder, "app:1").status == 0)
        let tool = format == "gzip" ? "zcat" : "zstdcat"
        // The tools that everybody has read it, and find in each layer what its digest in the configuration says.
        let proven = try box.shell(
            """
            cd \(folder)/blobs/sha256
            manifest=$(jq -r '.manifests[0].digest[7:]' ../../index.json)
            config=$(jq -r '.config.digest[7:]' $manifest)
            for layer in $(jq -r '.layers[].digest[7:]' $manifest); do \(tool) <$layer | sha256sum | cut -c1-64; done
            echo; jq -r '.rootfs.diff_ids[][7:]' $config
            """)
        let parts = proven.output.components(separatedBy: "\n\n")
        #expect(parts.count == 2 && parts[0].contains(where: \.isNumber), "\(proven)")
        #expect(parts.first?.split(separator: "\n") == parts.last?.split(separator: "\n"), "\(proven)")
    }

    @Test func whatIsCompressedAlreadyStaysAsItIs() throws {
        let box = try box()
        try built(box)
        func layers(_ words: [String]) throws -> [String] {
            try? FileManager.default.removeItem(atPath: box.folder + "/it")
            #expect(
                try box.run(["save", "--format", "oci-dir", "-o", box.folder + "/it"] + words + ["app:1"]).status == 0)
            return try box.shell(
                """
                cd \(box.folder)/it/blobs/sha256; manifest=$(jq -r '.manifests[0].digest[7:]' ../../index.json)
                jq -r '.layers[] | .mediaType[35:] + " " + .digest' $manifest
                """
            ).lines
        }
        let plain = try layers([])
        #expect(plain.count == 3 && plain.allSatisfy { $0.hasPrefix("tar sha256:") }, "\(plain)")
        let compressed = try layers(["--compress", "gzip"])
        #expect(compressed.allSatisfy { $0.hasPrefix("tar+gzip ") }, "\(compressed)")
        #expect(try box("rmi", "app:1").status == 0)
        #expect(try box("load", "-i", box.folder + "/it").status == 0)
        #expect(try layers([]) == compressed)
        #expect(try layers(["--compress", "gzip"]) == compressed)
        #expect(try layers(["--compress", "gzip", "--compression-level", "1"]) != compressed)
        #expect(try layers(["--compress", "zstd"]).allSatisfy { $0.hasPrefix("tar+zstd ") })
        #expect(try layers(["--compress", "none"]) == plain)
    }

    @Test(arguments: [("gzip", "zcat"), ("zstd", "zstdcat")])
    func anExportIsCompressed(_ format: String, _ tool: String) throws {
        let box = try box()
        try built(box)
        #expect(try box("create", "--name", "made", "app:1", "true").status == 0)
        let sums = try box.shell(
            """
            $MINIBOX export made | sha256sum
            $MINIBOX export --compress \(format) made | \(tool) | sha256sum
            taskset -c 0 $MINIBOX export --compress \(format) -o \(box.folder)/x made; \(tool) <\(box.folder)/x | sha256sum
            """)
        #expect(sums.lines.count == 3 && Set(sums.lines).count == 1, "\(sums)")
        #expect(try box("rm", "made").status == 0)
    }

    @Test func whatMakesNoSenseIsRefused() throws {
        let box = try box()
        for (words, reason) in [
            (["save", "--compression-level", "3", "x"], "add --compress gzip or zstd"),
            (["save", "--compress", "zstd", "--compression-level", "23", "x"], "write 1 to 22"),
            (["save", "--compress", "none", "--compression-level", "1", "x"], "no compression has no level"),
            (["export", "--compress", "xz", "x"], "write none, gzip or zstd"),
        ] {
            let refused = try box.run(words)
            #expect(refused.status == 125 && refused.errors.contains(reason), "\(refused)")
        }
    }

    @Test func onlyImagesForAMachineAreSavedAndLoaded() throws {
        let box = try box()
        let file = box.folder + "/both.tar"
        let tar = try box.shell("echo x >\(box.folder)/x; tar -C \(box.folder) -cf \(box.folder)/x.tar x")
        #expect(tar.status == 0)
        #expect(try box("import", "--platform", "linux/arm64", box.folder + "/x.tar", "both:arm").status == 0)
        #expect(try box("import", box.folder + "/x.tar", "both:own").status == 0)
        #expect(try box("save", "-o", file, "both").status == 0)
        #expect(try box("rmi", "both:arm", "both:own").status == 0)
        #expect(try box("load", "--platform", "linux/arm64", "-i", file).output == "Loaded image: both:arm\n")
        let refused = try box("save", "--platform", "linux/riscv64", "-o", file, "both")
        #expect(refused.status == 125 && refused.errors.contains("it is for linux/arm64, and not for linux/riscv64"))
        #expect(try box("load", "-i", file).output.contains("both:own"))
        #expect(try box("save", "--platform", "linux/arm64", "-o", file, "both").status == 0)
        #expect(try box.shell("tar -xOf \(file) manifest.json").output.contains("both:own") == false)
        let wrong = try box("load", "--platform", "linux/riscv64", "-i", file)
        #expect(wrong.status == 125 && wrong.errors.contains("what is in it is for linux/arm64"), "\(wrong)")
    }
}
