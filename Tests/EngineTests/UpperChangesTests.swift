// SPDX-License-Identifier: Apache-2.0
import Glibc
import Linux
import Testing

@testable import Engine

/// `diff`: what an upper directory says above lower ones.
@Suite(.enabled(if: geteuid() == 0, "needs root, to make whiteouts")) struct UpperChangesTests {
    private let scratch = Scratch()

    private func make(_ layer: String, directories: [String] = [], files: [String] = [], whiteouts: [String] = [])
        throws
        -> String
    {
        let root = try Descriptor.makeDirectories("\(scratch.path)/\(layer)")
        for name in directories { _ = try Descriptor.makeDirectories("\(scratch.path)/\(layer)/\(name)") }
        for name in files { try root.makeNode(name, mode: 0o100644) }
        for name in whiteouts { try root.makeNode(name, mode: 0o020000) }
        return "\(scratch.path)/\(layer)"
    }

    private func mark(_ path: String) throws {
        try Descriptor.open(path, [.readOnly, .directory]).setAttribute("trusted.overlay.opaque", to: Array("y".utf8))
    }

    private func changes(_ upper: String, _ layers: [String]) throws -> [String] {
        try UpperChanges.list(upper, above: layers).map { "\($0.kind.rawValue) \($0.path)" }
    }

    @Test func tellsWhatIsNewChangedAndGone() throws {
        let lower = try make(
            "lower", directories: ["etc/deep", "var"], files: ["etc/passwd", "etc/gone", "etc/deep/file"])
        let middle = try make("middle", directories: ["etc"], files: ["etc/group"], whiteouts: ["var"])
        let upper = try make(
            "upper", directories: ["etc/new", "var/log"], files: ["etc/passwd", "etc/group", "etc/new/file"],
            whiteouts: ["etc/gone", "etc/never"])
        #expect(
            try changes(upper, [middle, lower]) == [
                "C /etc", "D /etc/gone", "C /etc/group", "A /etc/new", "A /etc/new/file", "C /etc/passwd", "A /var",
                "A /var/log",
            ])
        #expect(try changes(try make("empty"), [middle, lower]).isEmpty)
    }

    @Test func aDirectoryThatWasMadeAnewHidesWhatWasInIt() throws {
        let lower = try make("lower", directories: ["etc/deep"], files: ["etc/a", "etc/b", "etc/deep/file"])
        let upper = try make("upper", directories: ["etc/deep"], files: ["etc/a", "etc/c"])
        try mark(upper + "/etc")
        #expect(try changes(upper, [lower]) == ["C /etc", "C /etc/a", "D /etc/b", "A /etc/c", "C /etc/deep"])
        try mark(upper + "/etc/deep")
        #expect(try changes(upper, [lower]).suffix(2) == ["C /etc/deep", "D /etc/deep/file"])
    }

    @Test func whatALowerLayerHidesIsNotThere() throws {
        let lower = try make("lower", directories: ["etc/deep", "opt"], files: ["etc/old", "etc/deep/file", "opt/x"])
        let middle = try make("middle", directories: ["etc"], files: ["opt"])
        try mark(middle + "/etc")
        let upper = try make(
            "upper", directories: ["etc/deep", "opt"], files: ["etc/old", "etc/deep/file", "opt/x"])
        #expect(
            try changes(upper, [middle, lower]) == [
                "C /etc", "A /etc/deep", "A /etc/deep/file", "A /etc/old", "C /opt", "A /opt/x",
            ])
    }
}
