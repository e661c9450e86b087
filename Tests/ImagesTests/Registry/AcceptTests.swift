// SPDX-License-Identifier: Apache-2.0
import Foundation
import Linux
import OCI
import Testing

@testable import Images

/// What is taken from the fetching program, and what is left as it is.
@Suite(.enabled(if: Fixture.isRoot, "needs root, to have files of another one"))
struct AcceptTests {
    /// A folder with a directory of the program's and one of root's, and what `script` makes there.
    private func folder(_ script: String) throws -> Fixture {
        let fixture = try Fixture()
        try fixture.shell("mkdir program own && chown 65534:65534 program && echo secret >own/secret && \(script)")
        return fixture
    }

    private func accept(_ fixture: Fixture) throws -> [UInt8] {
        let program = try Descriptor.open(fixture.path + "/program", [.readOnly, .directory])
        let own = try Descriptor.open(fixture.path + "/own", [.readOnly, .directory])
        return try FetchProcess.accept("file", of: program, as: "taken", in: own, size: nil).readAll()
    }

    @Test func itsOwnFileIsTaken() throws {
        let place = try folder("echo hi >program/file; chown 65534:65534 program/file")
        #expect(try accept(place) == Array("hi\n".utf8))
        #expect(try place.shell("stat -c '%u:%g %a %h' own/taken; ls program") == "0:0 444 1\n")
    }

    @Test(arguments: [true, false]) func whatWasFetchedIsMoved(_ isElsewhere: Bool) throws {
        let fixture = try folder("echo hi >own/taken; chmod 444 own/taken; mkdir place")
        let own = try Descriptor.open(fixture.path + "/own", [.readOnly, .directory])
        let disk =
            isElsewhere
            ? try FileSystemContext("tmpfs").mount([]).take()
            : try Descriptor.open(fixture.path + "/place", [.readOnly, .directory])
        let file = try own.open("taken", [.readOnly, .noFollow])
        let digest = try ImageStore.move(file, "taken", of: own, to: "a b", in: disk)
        #expect(digest == Digest(of: Array("hi\n".utf8)))
        #expect(try disk.open("a b", [.readOnly]).readAll() == Array("hi\n".utf8))
        #expect(try disk.status(of: "a b").permissions == 0o600)
    }

    /// Where links to any file may be made (`fs.protected_hardlinks` 0), or to one that everybody can write to.
    @Test(arguments: [
        "ln own/secret program/file", "chmod 666 own/secret; ln own/secret program/file",
        "cp own/secret program/file; chmod 600 program/file",
        "echo hi >program/other; chown 65534:65534 program/other; ln program/other program/file",
        "ln -s ../own/secret program/file", "mkdir program/file", "mkfifo program/file; chown 65534 program/file",
    ])
    func whatIsNotItsOwnStaysAsItIs(_ script: String) throws {
        let place = try folder(script)
        let before = try place.shell("stat -c '%n %u:%g %a %h' own/* program/*")
        #expect(throws: ImageError.self) { try accept(place) }
        #expect(try place.shell("stat -c '%n %u:%g %a %h' own/* program/*") == before)
    }
}

/// What is kept of downloads that were broken off.
@Suite(.enabled(if: Fixture.isRoot, "needs root, to have files of another one"))
struct PartialLayerTests {
    private static let one = String(repeating: "1", count: 64), two = String(repeating: "2", count: 64)

    @Test func aKilledPullLeavesWhatHadCome() throws {
        let fixture = try Fixture()
        let store = try ImageStore(root: fixture.path + "/store")
        _ = try store.list()
        let (one, two) = (Self.one, Self.two)
        try fixture.shell(
            """
            mkdir -p store/staging/dead/fetched && cd store/staging/dead && echo part >fetched/\(one) && echo whole >blob-\(two)
            echo x >fetched/manifest-1; echo y >fetched/\(String(repeating: "3", count: 64)); echo z >blob-x
            echo own >fetched/\(String(repeating: "4", count: 64)); ln -s /etc/shadow fetched/\(String(repeating: "5", count: 64))
            chown -h 65534:65534 fetched/*; chown 0:0 fetched/4*; ln fetched/3* fetched/other; chmod 444 blob-*
            """)
        // Whoever makes something next.
        do {
            let staging = try store.makeStaging()
            #expect(staging.path.hasPrefix(fixture.path))
        }
        #expect(
            try fixture.shell("cd store; ls staging; stat -c '%n %u %a %s' partial/*")
                == "partial/\(one) 0 600 5\npartial/\(two) 0 600 6\n")
        // Those who tidy up take it.
        let removed = PartialLayers(of: store.directory, isMade: false)?.removeAll() ?? 0
        #expect(removed > 0)
        #expect(try fixture.shell("ls store/partial") == "")
    }

    @Test func whatIsOldGoes() throws {
        let fixture = try Fixture()
        let store = try ImageStore(root: fixture.path + "/store")
        _ = try store.list()
        try fixture.shell("mkdir store/partial; echo a >store/partial/new; touch -d '8 days ago' store/partial/old")
        PartialLayers(of: store.directory, isMade: false)?.prune()
        #expect(try fixture.shell("ls store/partial") == "new\n")
    }
}
