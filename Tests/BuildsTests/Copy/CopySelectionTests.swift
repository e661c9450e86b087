// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Builds

/// `--parents`, `--exclude` and `--link`.
@Suite(.enabled(if: CopyFixture.isRoot, "needs root, to set owners and to mount an overlay"))
struct CopySelectionTests {
    static let tree =
        "mkdir -p x/a y/b/c; echo 1 > x/a/one.txt; echo 2 > y/b/c/two.txt; echo 3 > y/three.md; chmod 711 x y/b"

    @Test(arguments: CopyRoot.allCases) func `--parents keeps the directories above, with their attributes`(
        _ kind: CopyRoot
    ) throws {
        let fixture = try CopyFixture(kind, context: Self.tree + "; touch -d @1500000000 x x/a")
        try fixture.copy(["x/a/one.txt", "y/b"], to: "/p/", parents: true)
        #expect(
            try fixture.list("p")
                == "x d 711\nx/a d 755\nx/a/one.txt f 644\ny d 755\ny/b d 711\ny/b/c d 755\ny/b/c/two.txt f 644\n")
        #expect(try fixture.look("stat -c %Y p/x p/x/a") == "1500000000\n1500000000\n")
    }

    @Test(arguments: CopyRoot.allCases) func `what is in front of the pivot is not kept`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(kind, context: Self.tree)
        try fixture.copy(["y/./b/c/two.txt", "./x/./a"], to: "/p/", parents: true)
        #expect(try fixture.list("p") == "a d 755\na/one.txt f 644\nb d 711\nb/c d 755\nb/c/two.txt f 644\n")
    }

    @Test(arguments: CopyRoot.allCases) func `with --parents a pattern may go over any number of directories`(
        _ kind: CopyRoot
    ) throws {
        let fixture = try CopyFixture(kind, context: Self.tree)
        try fixture.copy(["**/*.txt"], to: "/p/", parents: true)
        #expect(
            try fixture.list("p")
                == "x d 711\nx/a d 755\nx/a/one.txt f 644\ny d 755\ny/b d 711\ny/b/c d 755\ny/b/c/two.txt f 644\n")
        try fixture.copy(["**/*.none"], to: "/q/", parents: true)
        #expect(try fixture.list("q") == "")
    }

    @Test(arguments: CopyRoot.allCases) func `directories that --parents finds only get the source's mode`(
        _ kind: CopyRoot
    ) throws {
        let fixture = try CopyFixture(
            kind, context: Self.tree, base: "mkdir -p p/x; chown 7:8 p/x; chmod 777 p/x; touch p/x/keep")
        try fixture.copy(["x/a/one.txt"], to: "/p/", owner: "3:4", parents: true)
        #expect(
            try fixture.look("stat -c '%n %a %u:%g' p p/x p/x/a p/x/a/one.txt; ls p/x")
                == "p 755 0:0\np/x 711 7:8\np/x/a 755 3:4\np/x/a/one.txt 644 3:4\na\nkeep\n")
    }

    @Test func `a path of --parents has to be there`() throws {
        let fixture = try CopyFixture(context: Self.tree)
        #expect(throws: BuildError.self) { try fixture.copy(["x/none"], to: "/p/", parents: true) }
    }

    @Test(arguments: CopyRoot.allCases) func `--exclude is relative to the source`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(kind, context: Self.tree)
        try fixture.copy(["."], to: "/p/", excludes: ["x", "**/*.md"])
        #expect(try fixture.list("p") == "y d 755\ny/b d 711\ny/b/c d 755\ny/b/c/two.txt f 644\n")
        try fixture.copy(["y"], to: "/q/", excludes: ["b/c", "!b/c/two.txt"])
        #expect(try fixture.list("q") == "b d 711\nb/c d 755\nb/c/two.txt f 644\nthree.md f 644\n")
        try fixture.copy(["y"], to: "/r/", excludes: ["b"])
        #expect(try fixture.list("r") == "three.md f 644\n")
    }

    @Test(arguments: CopyRoot.allCases) func `--exclude goes with --parents`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(kind, context: Self.tree)
        try fixture.copy(["*"], to: "/p/", parents: true, excludes: ["y/b", "x/a/*.txt"])
        #expect(try fixture.list("p") == "x d 711\nx/a d 755\ny d 755\ny/three.md f 644\n")
    }

    @Test func `a layer of --link stands on its own, and replaces what it is stacked on`() throws {
        let fixture = try CopyFixture(
            context: "mkdir -p s/lib; echo new > s/lib/f; echo new > s/file",
            base:
                "mkdir -p usr/lib file app; ln -s usr/lib lib; echo keep > usr/lib/f; ln -s /usr/lib link; echo keep > app/k"
        )
        // It is made in an empty directory: nothing of the stage is looked at.
        let operation = CopyOperation(
            sources: [.path("s", of: .context("")), .path("s/file", of: .context(""))], destination: "/link/",
            isLink: true)
        var copier = try FileCopier(
            operation, into: try Descriptor.open(fixture.path + "/layer/upper", [.readOnly, .directory]),
            now: CopyFixture.now)
        let tree = try fixture.tree()
        var selector = try PathSelector(filter: nil)
        try copier.add(try selector.select("s", in: tree), of: tree)
        _ = try copier.finish()
        let merged = try LayerStack.open(
            [fixture.path + "/base", fixture.path + "/layer/upper"], empty: fixture.path + "/outside")
        #expect(
            try fixture.shell(
                "stat -c %F link; cat usr/lib/f link/lib/f app/k", in: "/proc/\(CurrentProcess.id)/fd/\(merged.number)/"
            )
                == "directory\nkeep\nnew\nkeep\n")
    }
}
