// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Builds

@Suite struct GitCheckoutTests {
    private let fixture: ContextFixture

    /// A repository `repo` with two commits, a branch, tags, a link, an executable file and a directory.
    init() throws {
        fixture = try ContextFixture(
            """
            export HOME=$PWD GIT_CONFIG_NOSYSTEM=1 GIT_COMMITTER_DATE='2001-02-03T04:05:06Z'
            git config --global user.email a@example.com; git config --global user.name A
            git config --global init.defaultBranch main; git config --global protocol.file.allow always
            mkdir repo; cd repo; git init -q; mkdir sub; echo one > f; echo x > sub/x; echo run > run.sh; chmod 755 run.sh
            ln -s f link; git add .; git commit -qm one; git tag v1; git tag -am annotated a1; git branch old
            echo two > f; git commit -qam two; git tag old-tag; git tag both; git checkout -qb both; echo b > f
            git commit -qam branch; git checkout -q main
            printf '#!/bin/sh\\ntouch ../hook-ran\\n' > .git/hooks/post-checkout; chmod 755 .git/hooks/post-checkout
            """)
    }

    private func git(_ arguments: String) throws -> String {
        String(try fixture.shell("git -C repo \(arguments)").dropLast())
    }

    @discardableResult
    private func check(
        _ change: (inout GitReference) -> Void = { _ in }, keepsDirectory: Bool = false, path: String = "repo"
    ) throws -> GitCheckout {
        var reference = GitReference(remote: "file://\(fixture.path)/\(path)")
        change(&reference)
        try fixture.shell("rm -rf out; mkdir out")
        return try GitCheckout(
            of: reference, into: Descriptor.open(fixture.path + "/out", [.readOnly, .directory]),
            keepsDirectory: keepsDirectory, interruptedBy: SignalQueue(of: []))
    }

    @Test func `the head of the repository is checked out`() throws {
        let checkout = try check()
        #expect(try checkout.commit == git("rev-parse main"))
        #expect(checkout.time == 981_173_106)
        #expect(checkout.place.isEmpty)
        #expect(try fixture.shell("cd out; find . | sort; cat f") == ".\n./f\n./link\n./run.sh\n./sub\n./sub/x\ntwo\n")
    }

    @Test(arguments: [
        ("old", "old", "one"), ("v1", "v1", "one"), ("a1", "a1^{commit}", "one"), ("refs/tags/v1", "v1", "one"),
        ("refs/heads/main", "main", "two"), ("heads/main", "main", "two"),
        // Of a branch and a tag, the branch is meant.
        ("both", "refs/heads/both", "b"), ("refs/tags/both", "refs/tags/both", "two"),
    ])
    func `a branch or a tag is checked out`(name: String, revision: String, contents: String) throws {
        #expect(try check { $0.name = name }.commit == git("rev-parse '\(revision)'"))
        #expect(try fixture.shell("cat out/f") == contents + "\n")
    }

    @Test func `a commit is checked out by its id, also one that no name leads to, and by a part of it`() throws {
        let id = try git("rev-parse v1")
        #expect(try check { $0.name = id }.commit == id)
        #expect(try check { $0.name = String(id.prefix(9)) }.commit == id)
        try fixture.shell(
            "cd repo; git config uploadpack.allowAnySHA1InWant false; git config uploadpack.allowReachableSHA1InWant false"
        )
        #expect(try check { $0.name = id }.commit == id)
    }

    @Test func `a checksum has to be that of the commit, or of the tag`() throws {
        let id = try git("rev-parse v1")
        let tag = try git("rev-parse a1")
        let head = try git("rev-parse main")
        #expect(
            try check {
                $0.name = "v1"; $0.checksum = String(id.prefix(8))
            }.commit == id)
        #expect(
            try check {
                $0.name = "a1"; $0.checksum = tag
            }.commit == id)
        #expect(
            try check {
                $0.name = "main"; $0.checksum = id; $0.fetchesByCommit = true
            }.commit == id)
        let error = #expect(throws: BuildError.self) {
            try check {
                $0.name = "main"; $0.checksum = id
            }
        }
        #expect(error?.words.contains(head) == true)
    }

    @Test func `permissions do not depend on the machine`() throws {
        try fixture.shell(
            "mkdir odd; cd odd; mkdir d; touch a d/b; chmod 600 a; chmod 2700 d; chmod 777 d/b; ln -s a l")
        let odd = try Descriptor.open(fixture.path + "/odd", [.readOnly, .directory])
        try GitCheckout.settle(odd, keepsDirectory: false, time: nil)
        #expect(try fixture.shell("cd odd; stat -c '%n %a' a d d/b") == "a 644\nd 755\nd/b 755\n")
    }

    @Test func `times can be the commit's`() throws {
        try check { $0.usesCommitTime = true }
        #expect(
            try fixture.shell("cd out; stat -c '%n %a %Y' f run.sh sub sub/x; stat -c %Y link")
                == "f 644 981173106\nrun.sh 755 981173106\nsub 755 981173106\nsub/x 644 981173106\n981173106\n")
    }

    @Test func `the directory of git can be kept`() throws {
        try check(keepsDirectory: true)
        #expect(try fixture.shell("git -C out -c safe.directory='*' log --format=%s") == "two\n")
        #expect(try fixture.shell("git -C out -c safe.directory='*' status --short") == "")
        #expect(try fixture.shell("ls out/.git/hooks 2>/dev/null | wc -l") == "0\n")
    }

    @Test func `a directory of the repository can be the context`() throws {
        #expect(try check { $0.subdirectory = "sub" }.place == "sub")
        #expect(try check { $0.subdirectory = "/sub/" }.place == "sub")
        #expect(try check { $0.subdirectory = "../../sub" }.place == "sub")
        for bad in ["none", "f", "link/x"] {
            #expect(throws: BuildError.self) { try check { $0.subdirectory = bad } }
        }
        try fixture.shell("cd repo; ln -s /etc out; git add out; git commit -qm l")
        let error = #expect(throws: BuildError.self) { try check { $0.subdirectory = "out" } }
        #expect(error?.words.hasPrefix("out is no directory of file://") == true)
    }

    @Test func `submodules come with it, unless they are not wanted`() throws {
        try fixture.shell(
            """
            export HOME=$PWD; git init -q module; cd module; echo m > m; git add .; git commit -qm m; cd ..
            cd repo; git submodule --quiet add file://$HOME/module mod; git commit -qm sub
            """)
        try check()
        #expect(try fixture.shell("cat out/mod/m; find out -name .git | wc -l") == "m\n0\n")
        try check { $0.hasSubmodules = false }
        #expect(try fixture.shell("ls out/mod | wc -l") == "0\n")
        try check(keepsDirectory: true)
        #expect(try fixture.shell("test -e out/mod/.git && cat out/mod/m") == "m\n")
    }

    @Test func `nothing of the machine's configuration and no hook takes part`() throws {
        try fixture.shell(
            """
            printf '[filter "x"]\\nsmudge = touch ../filter-ran\\n[core]\\nhooksPath = ../repo/.git/hooks\\n' >> .gitconfig
            cd repo; echo '* filter=x' > .gitattributes; git add -A; git commit -qm attributes
            """)
        try check()
        #expect(try fixture.shell("ls") == "out\nrepo\n")
    }

    @Test func `without git, the message names the package`() {
        let error = #expect(throws: BuildError.self) {
            _ = try GitProgram(for: GitReference(remote: "https://a:b@example.com/a.git"), path: nil)
        }
        #expect(error?.words.contains("install the package git") == true)
        #expect(error?.words.contains("a:b") == false)
    }

    @Test func `what is not there is said`() throws {
        let error = #expect(throws: BuildError.self) { try check { $0.name = "none" } }
        #expect(error?.words == "file://\(fixture.path)/repo has no branch, tag or commit none")
        #expect(throws: BuildError.self) { try check { $0.name = String(repeating: "0", count: 40) } }
        #expect(throws: BuildError.self) { try check { $0.name = "0123456789" } }
        let missing = #expect(throws: BuildError.self) { try check(path: "nowhere") }
        #expect(missing?.words.hasPrefix("cannot list the branches and tags of file://") == true)
        #expect(missing?.words.contains("git says: fatal: ") == true)
        try fixture.shell("git init -q fresh")
        let empty = #expect(throws: BuildError.self) { try check(path: "fresh") }
        #expect(empty?.words == "file://\(fixture.path)/fresh has no commit yet")
    }
}
