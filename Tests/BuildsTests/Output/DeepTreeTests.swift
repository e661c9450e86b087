// SPDX-License-Identifier: Apache-2.0
import Foundation
import Linux
import Testing

@testable import Builds

/// Trees that are nested deeper than a process may have files open.
@Suite struct DeepTreeTests {
    private static let depth = 5000

    /// Makes `depth` directories in one another below `name`, each with a file in it at the end and on the way.
    private func makeDeep(_ name: FileName, in directory: borrowing Descriptor, file: String) throws {
        try directory.makeDirectory(name, mode: 0o700)
        var current = try directory.open(name, [.readOnly, .directory])
        for level in 1...Self.depth {
            if level == Self.depth || level == 7 {
                try current.open(FileName(file), [.writeOnly, .create], mode: 0o700).write(Array("deep".utf8))
            }
            if level == Self.depth { break }
            try current.makeDirectory("d", mode: 0o700)
            current = try current.open("d", [.readOnly, .directory])
        }
    }

    /// The deepest directory below `name`.
    private func end(of name: FileName, in directory: borrowing Descriptor) throws -> Descriptor {
        var current = try directory.open(name, [.readOnly, .directory])
        for _ in 1..<Self.depth { current = try current.open("d", [.readOnly, .directory]) }
        return current
    }

    /// Calls `body` with a directory of its own, which goes then.
    private func withDirectory(_ body: (borrowing Descriptor) throws -> Void) throws {
        let above = try Descriptor.open(NSTemporaryDirectory(), [.readOnly, .directory])
        let name = FileName("minibox-deep-" + UUID().uuidString)
        try above.makeDirectory(name, mode: 0o755)
        defer { try? above.removeTree(name) }
        try body(try above.open(name, [.readOnly, .directory]))
    }

    @Test func theFilesOfARepositoryGetTheirPermissions() throws {
        try withDirectory { directory in
            try makeDeep("a", in: directory, file: "run")
            try makeDeep(".git", in: directory, file: "object")
            let time = FileTime(seconds: 1000, nanoseconds: 0)
            try GitCheckout.settle(directory, keepsDirectory: false, time: time)
            let names = try directory.names()
            #expect(names == ["a"])
            let end = try end(of: "a", in: directory)
            let (status, file) = (try end.status(), try end.status(of: "run"))
            #expect(status.permissions == 0o755 && status.modified == time)
            #expect(file.permissions == 0o755)
        }
    }

    @Test func theNewestFileIsFound() throws {
        try withDirectory { directory in
            try makeDeep("a", in: directory, file: "f")
            let later = FileTime(seconds: 9_000_000_000, nanoseconds: 0)
            try end(of: "a", in: directory).setTimes(modified: later, of: "f")
            let newest = try ContextLoader.newest(in: directory)
            #expect(newest == later.seconds)
        }
    }

    @Test func allFilesAreHashed() throws {
        try withDirectory { directory in
            try makeDeep("a", in: directory, file: "f")
            let found = try FileDigests.of(directory)
            #expect(found.map(\.name.utf8.count).sorted() == [2 * 6 + 3, 2 * (Self.depth - 1) + 3])
            #expect(Set(found.map(\.digest)).count == 1)
        }
    }

    @Test func oneIsMovedIntoAnother() throws {
        try withDirectory { directory in
            for (name, file) in [("from", "new"), ("to", "old")] as [(FileName, String)] {
                try directory.makeDirectory(name, mode: 0o755)
                try makeDeep("a", in: try directory.open(name, [.readOnly, .directory]), file: file)
            }
            let from = try directory.open("from", [.readOnly, .directory])
            let to = try directory.open("to", [.readOnly, .directory])
            let time = FileTime(seconds: 1000, nanoseconds: 0)
            let moved = try end(of: "a", in: from)
            try moved.setTimes(modified: time)
            try moved.setPermissions(0o750)
            try DirectoryMerge(deletesOthers: false, kept: "", last: nil).move(
                try from.duplicate(), into: try to.duplicate())
            let end = try end(of: "a", in: to)
            let (names, status) = (try end.names(), try end.status())
            #expect(names == ["new", "old"])
            #expect(status.modified == time && status.permissions == 0o750)
            try DirectoryMerge(deletesOthers: true, kept: "", last: nil).move(
                try from.duplicate(), into: try to.duplicate())
            let left = try end.names()
            #expect(left == [])
        }
    }
}
