// SPDX-License-Identifier: Apache-2.0
import Foundation
import Linux
import OCI
import Testing

@testable import Images

/// Archives that were made to get out of the layer, or to break who reads them.
@Suite(.enabled(if: Fixture.isRoot, "needs root, to set the owners of files"))
struct HostileArchiveTests {
    private func entry(_ name: String, _ kind: TarEntry.Kind = .regular, target: String = "") -> TarEntry {
        var entry = TarEntry(name: Array(name.utf8), kind: kind)
        entry.target = Array(target.utf8)
        entry.mode = kind == .directory ? 0o755 : 0o644
        return entry
    }

    private func archive(_ entries: [TarEntry], data: String = "") -> [UInt8] {
        var bytes: [UInt8] = []
        for var entry in entries {
            if entry.kind == .regular { entry.dataSize = Int64(data.utf8.count) }
            bytes += TarWriter.header(entry)
            if entry.kind == .regular { bytes += Array(data.utf8) + TarWriter.padding(after: entry.dataSize) }
        }
        return bytes + TarWriter.end
    }

    /// Imports `bytes`; the store may hold nothing afterwards if that fails.
    private func unpack(_ bytes: [UInt8], _ fixture: Fixture) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: fixture.path + "/archive"))
        do { return try fixture.importImage("archive").layers[0].path } catch {
            for place in ["staging", "layers", "blobs/sha256"] { #expect(fixture.entries(place).isEmpty, "\(place)") }
            throw error
        }
    }

    @Test(arguments: ["../out", "a/../../out", "/../out", "a/..", "a\u{600}/../../out", "../\u{301}out"])
    func dotsCannotLeaveTheLayer(_ name: String) throws {
        let fixture = try Fixture()
        let error = #expect(throws: ImageError.self) { _ = try unpack(archive([entry(name)]), fixture) }
        let shown = ShownName.text(Array(name.utf8))
        #expect(error?.description.contains("cannot unpack \(shown): \"..\" would lead out of the layer") == true)
    }

    @Test func absoluteNamesAreInside() throws {
        let fixture = try Fixture()
        let layer = try unpack(archive([entry("/etc/x"), entry("//./y")], data: "in"), fixture)
        #expect(try fixture.shell("cat \(layer)/etc/x \(layer)/y") == "inin")
    }

    @Test(arguments: ["/outside", "../../../../outside", "../../../../../../../../tmp"])
    func linksLeadBackInside(_ target: String) throws {
        let fixture = try Fixture()
        // The target exists inside for none of these: the entry is refused, or ends up inside, but never outside.
        let bytes = archive(
            [entry("link", .symbolicLink, target: target), entry("link/mark-\(fixture.name)")], data: "x")
        _ = try? unpack(bytes, fixture)
        #expect(!FileManager.default.fileExists(atPath: "/tmp/mark-\(fixture.name)"))
        #expect(!FileManager.default.fileExists(atPath: "/outside"))
    }

    @Test func aDirectoryInPlaceOfALinkOutsideChangesNothingThere() throws {
        let fixture = try Fixture()
        try fixture.shell("echo keep > precious && chmod 600 precious && mkdir -m 700 secret")
        for target in ["/precious", "/secret"] {
            let bytes = archive([entry("a", .symbolicLink, target: fixture.path + target), entry("a/b")])
            #expect(throws: ImageError.self) { _ = try unpack(bytes, fixture) }
        }
        #expect(try fixture.shell("stat -c %a precious secret") == "600\n700\n")
    }

    @Test func aLinkInsideIsFollowedAndOneAtTheEndIsReplaced() throws {
        let fixture = try Fixture()
        let outside = fixture.path + "/precious"
        try fixture.shell("echo keep > precious")
        let layer = try unpack(
            archive(
                [
                    entry("usr/lib/", .directory), entry("lib", .symbolicLink, target: "usr/lib"), entry("lib/file"),
                    entry("out", .symbolicLink, target: outside), entry("out"),
                ], data: "data"), fixture)
        #expect(try fixture.shell("cat \(layer)/usr/lib/file \(layer)/out precious") == "datadatakeep\n")
        #expect(try fixture.shell("stat -c %F \(layer)/out") == "regular file\n")
    }

    @Test(arguments: ["../../../../precious", "/../precious", "link"])
    func hardLinksCannotReachOutside(_ target: String) throws {
        let fixture = try Fixture()
        try fixture.shell("echo keep > precious")
        let bytes = archive([
            entry("link", .symbolicLink, target: fixture.path + "/precious"), entry("hard", .hardLink, target: target),
        ])
        if let layer = try? unpack(bytes, fixture) {
            // A link to the link itself.
            #expect(try fixture.shell("stat -c %F \(layer)/hard") == "symbolic link\n")
        }
        #expect(try fixture.shell("stat -c %h precious") == "1\n")
    }

    @Test func hardLinkToNothingNamesBoth() throws {
        let fixture = try Fixture()
        let error = #expect(throws: ImageError.self) {
            _ = try unpack(archive([entry("a", .hardLink, target: "b/c")]), fixture)
        }
        #expect(error?.description.contains("cannot unpack a: it is a hard link to b/c") == true)
    }

    @Test func overlayAttributesAreRefused() throws {
        let fixture = try Fixture()
        var hostile = entry("dir/", .directory)
        hostile.attributes = [("trusted.overlay.redirect", Array("/etc".utf8))]
        let error = #expect(throws: ImageError.self) { _ = try unpack(archive([hostile]), fixture) }
        #expect(error?.description.contains("trusted.overlay.redirect, which belongs to overlayfs") == true)
    }

    @Test func whiteoutsBecomeOverlays() throws {
        let fixture = try Fixture()
        let layer = try unpack(
            archive([
                entry("a/", .directory), entry("a/.wh.gone"), entry("b/", .directory), entry("b/.wh..wh..opq"),
                entry("b/new"), entry("c"), entry(".wh.c"), entry("d/", .directory), entry(".wh.d"), entry(".wh.e"),
                entry("e/", .directory), entry(".wh..wh.plnk"), entry(".wh.f"), entry("f"),
            ]), fixture)
        #expect(try fixture.shell("stat -c '%F %t:%T' \(layer)/a/gone") == "character special file 0:0\n")
        let opaque =
            "python3 -c 'import os,sys;print([n for n in sorted(os.listdir(\"\(layer)\")) if \"trusted.overlay.opaque\" in os.listxattr(\"\(layer)/\"+n)])'"
        #expect(try fixture.shell(opaque) == "['b', 'd', 'e']\n")
        #expect(
            try fixture.shell("ls -A \(layer); ls -A \(layer)/b; stat -c %F \(layer)/f \(layer)/c")
                == "a\nb\nc\nd\ne\nf\nnew\nregular empty file\nregular empty file\n")
        let error = #expect(throws: ImageError.self) { _ = try unpack(archive([entry("x/.wh.")]), try Fixture()) }
        #expect(error?.description.contains("cannot unpack x/.wh.") == true)
    }

    @Test func laterEntriesReplaceEarlierOnes() throws {
        let fixture = try Fixture()
        var tight = entry("d/", .directory)
        tight.mode = 0o700
        let layer = try unpack(
            archive(
                [
                    entry("d/", .directory), entry("d/keep"), tight, entry("x/", .directory), entry("x/y"), entry("x"),
                    entry("z"), entry("z/", .directory), entry("z/in"),
                ], data: "1"), fixture)
        #expect(
            try fixture.shell("cd \(layer) && find . -type f | sort && stat -c %a d") == "./d/keep\n./x\n./z/in\n700\n")
    }

    @Test func directoriesThatAreOnlyPassedThroughAreAlwaysTheSame() throws {
        let fixture = try Fixture()
        var early = entry("a/b/early")
        early.modified = FileTime(seconds: 1000, nanoseconds: 0)
        var late = entry("c/", .directory)
        late.modified = FileTime(seconds: 2000, nanoseconds: 0)
        let layer = try unpack(archive([early, entry("a/late"), entry("c/x"), late, late]), fixture)
        #expect(
            try fixture.shell("cd \(layer) && stat -c '%Y %a %U' a a/b c")
                == "1000 755 root\n1000 755 root\n2000 755 root\n")
        #expect(try fixture.store.check(repairs: false).findings.isEmpty)
    }

    @Test func anEntryBelowAFileNamesIt() throws {
        let error = #expect(throws: ImageError.self) {
            _ = try unpack(archive([entry("file"), entry("file/below")]), try Fixture())
        }
        #expect(error?.description.contains("cannot unpack file/below: openat2: not a directory") == true)
    }

    @Test func everyTruncationIsNoticed() throws {
        let fixture = try Fixture()
        let bytes = archive([entry("a"), entry(String(repeating: "n", count: 200)), entry("b")], data: "some data")
        for length in stride(from: 0, to: bytes.count - 1024, by: 100) {
            let error = #expect(throws: ImageError.self) { _ = try unpack(Array(bytes.prefix(length)), fixture) }
            #expect(error?.code == .badArchive, "\(length)")
            #expect(error?.description.contains("the archive is truncated") == true, "\(length)")
        }
    }

    @Test func garbageIsNoArchive() throws {
        for bytes in [
            Array("#!/bin/sh\n".utf8) + [UInt8](repeating: 0x61, count: 2000),
            (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 7) },
        ] {
            let error = #expect(throws: ImageError.self) { _ = try unpack(bytes, try Fixture()) }
            #expect(error?.code == .badArchive)
            #expect(error?.description.contains("no tar archive") == true)
        }
        let xz: [UInt8] = [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 0]
        let error = #expect(throws: ImageError.self) { _ = try unpack(xz, try Fixture()) }
        #expect(error?.description.contains("cannot read the archive: ") == true)
    }

    @Test func bombsOfLongNamesAreRefused() throws {
        // A GNU long name that says it is huge.
        var huge = entry("././@LongLink")
        huge.dataSize = 1 << 32
        var block = TarWriter.header(huge)
        retype(&block, "L")
        let error = #expect(throws: ImageError.self) { _ = try unpack(block, try Fixture()) }
        #expect(error?.description.contains("a long name of 4294967296 bytes, 1048576 is the limit") == true)
        // One header after the other that never comes to an entry.
        var small = entry("././@LongLink")
        small.dataSize = 4
        var one = TarWriter.header(small)
        retype(&one, "L")
        one += Array("name".utf8) + TarWriter.padding(after: 4)
        let many = (0..<100).flatMap { _ in one }
        let second = #expect(throws: ImageError.self) { _ = try unpack(many + archive([entry("a")]), try Fixture()) }
        #expect(second?.description.contains("more than 16 extension headers") == true)
        // A path that no kernel takes.
        let long = String(repeating: "d/", count: 3000) + "f"
        let third = #expect(throws: ImageError.self) { _ = try unpack(archive([entry(long)]), try Fixture()) }
        #expect(third?.description.contains("longer than a path may be") == true)
        let wide = #expect(throws: ImageError.self) {
            _ = try unpack(archive([entry(String(repeating: "w", count: 256))]), try Fixture())
        }
        #expect(wide?.description.contains("longer than 255 bytes") == true)
    }

    /// Changes the type of a header and its checksum with it.
    private func retype(_ block: inout [UInt8], _ type: Unicode.Scalar) {
        let place = block.count - 512
        block[place + 156] = UInt8(ascii: type)
        for index in 148..<156 { block[place + index] = 0x20 }
        let sum = block[place...].reduce(0) { $0 + Int($1) }
        let text = String(sum, radix: 8)
        let digits = String(repeating: "0", count: 6 - text.count) + text
        for (index, byte) in digits.utf8.enumerated() { block[place + 148 + index] = byte }
        block[place + 154] = 0
    }

    @Test func damageNeverGetsPastAnError() throws {
        let fixture = try Fixture()
        var named = entry(String(repeating: "n", count: 150))
        named.attributes = [("user.a", [1, 2])]
        let whole = archive(
            [entry("d/", .directory), entry("d/a"), named, entry("l", .symbolicLink, target: "x")], data: "1234")
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let root = try Descriptor.makeDirectories("\(fixture.path)/fuzz")
            try? LayerUnpacker(into: root).unpack(TarReader(Bytes(bytes)))
            try fixture.shell("rm -r fuzz")
        }
    }

    /// The bytes of an array, a few at a time.
    private final class Bytes: ByteSource {
        private var rest: ArraySlice<UInt8>
        init(_ bytes: [UInt8]) { rest = bytes[...] }
        func read(into buffer: inout [UInt8]) throws(ImageError) -> Int {
            let part = rest.prefix(700)
            buffer.replaceSubrange(..<part.count, with: part)
            rest = rest.dropFirst(part.count)
            return part.count
        }
    }
}
