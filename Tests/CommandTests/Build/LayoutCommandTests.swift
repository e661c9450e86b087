// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Images that are files in a directory: `oci-layout://PATH[:TAG|@DIGEST]`.
@Suite(.commands, .emptyBox) struct LayoutCommandTests {
    /// A layout with the images that these Dockerfiles make, by tag.
    private func layout(_ box: Box, _ dockerfiles: [String: String]) throws -> String {
        let path = box.folder + "/layout"
        for (tag, dockerfile) in dockerfiles.sorted(by: { $0.key < $1.key }) {
            let built = try box(
                "build", "-t", "base:\(tag)", "-o", "type=oci,tar=false,compression=zstd,dest=\(path)",
                try box.context(dockerfile, name: "base"))
            #expect(built.status == 0, "\(built)")
        }
        // Of the store that is built in, nothing is known of them.
        try box.shell("rm -rf $MINIBOX_ROOT/images && mv \(box.folder)/base \(box.folder)/base-done")
        return path
    }

    @Test func aBaseIsReadFromALayout() throws {
        let box = try box()
        let layout = try layout(
            box,
            ["latest": "FROM busybox\nRUN echo base > /base\nENV A=b\n", "two": "FROM busybox\nRUN echo two > /base\n"])
        let path = try box.directory("context")
        for (from, text) in [(layout, "base b\n"), ("\(layout):two", "two\n")] {
            try box.file("context/Dockerfile", "FROM oci-layout://\(from)\nRUN echo $(cat /base) $A > /seen\n")
            let built = try box("build", "-t", "app", path)
            #expect(built.status == 0, "\(built)")
            #expect(try box("run", "--rm", "app", "cat", "/seen").output == text)
        }
        // The layers of the base stay with the image that stands on them, and nothing else is listed.
        #expect(try box("images", "-q").lines.count == 2)
        #expect(try box("rmi", "-f", "missing").status != 0)
        #expect(try box("system", "check").status == 0)
        let again = try box("build", "-t", "app", path)
        #expect(again.errors.contains("CACHED") && !again.errors.contains("reading oci-layout"), "\(again)")
    }

    @Test func aLayoutTakesThePlaceOfANameAndIsCopiedFrom() throws {
        let box = try box()
        let layout = try layout(box, ["one": "FROM busybox\nRUN echo from-layout > /base\n"])
        let path = try box.directory("context")
        try box.file(
            "context/Dockerfile",
            "FROM somewhere/app:1\nCOPY --from=other /base /copied\nRUN cat /base /copied > /seen\n")
        let built = try box(
            "build", "-t", "app", "--build-context", "somewhere/app:1=oci-layout://\(layout):one", "--build-context",
            "other=oci-layout://\(layout)", path)
        #expect(built.status == 0, "\(built)")
        #expect(try box("run", "--rm", "app", "cat", "/seen").output == "from-layout\nfrom-layout\n")
    }

    @Test func whatCannotBeReadIsToldAtItsPlace() throws {
        let box = try box()
        let layout = try layout(box, ["one": "FROM busybox\nRUN echo one > /base\n"])
        let path = try box.directory("context")
        for (from, words) in [
            ("\(layout):three", "there is no three in it, there are one"), ("\(layout)-other", "cannot read"),
            (path, "it is no OCI image layout"),
        ] {
            try box.file("context/Dockerfile", "FROM oci-layout://\(from)\n")
            let built = try box("build", path)
            #expect(built.status == 1 && built.errors.contains(words), "\(built)")
            #expect(built.errors.contains("Dockerfile:1:1"), "\(built)")
        }
        try box.file("context/Dockerfile", "FROM oci-layout://\(layout)\nRUN true\n")
        try box.shell("cd \(layout)/blobs/sha256; for f in *; do [ $(stat -c %s $f) -lt 1000 ] || printf x >> $f; done")
        let built = try box("build", path)
        #expect(built.status == 1 && built.errors.contains("bytes, and"), "\(built)")
    }
}
