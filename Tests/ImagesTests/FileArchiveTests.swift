// SPDX-License-Identifier: Apache-2.0
import Foundation
import Linux
import Testing

@testable import Images

/// Archives that are unpacked into a tree that exists, as ADD does it.
@Suite(.enabled(if: Fixture.isRoot, "needs root, to set the owners of files"))
struct FileArchiveTests {
    /// An archive by tar(1) of `d/file`, 7:8 and 0640, by each compressor.
    static let compressed: [(format: String, base64: String)] = [
        (
            "gzip",
            "H4sIAAAAAAACA+3PQQ4CIQyF4a49BTewDCjnISNmSIwLRM8/MDo3UBOS/9u8vnTTXo7XfEvyU9qcvW6pGt5p997nINaFKXjbm7Sd"
                + "m05iVP7g+aixtFO+8eR2/CcHke+mLsnEMi/5lQ4CAAAAAAAAAAAAAAAAABjDCiIDAqgAKAAA"
        ),
        (
            "bzip2",
            "QlpoOTFBWSZTWQP7c24AAH37kPoQCABAAP+EABBvZR8ABAAACCAAdCENGoDTTQeoBppoMkaRoNAABoD6fRJGkEB7gCQqEgiyN6yo"
                + "5rGAghCHsCR2XBWcVgJqARWjBRQMg5xR1vI0Yh6NMiH1+SS+lyfkqNmEwpR9GwERAPxdyRThQkAP7c24"
        ),
        (
            "xz",
            "/Td6WFoAAAFpIt42AgAhARwAAAAQz1jM4Cf/AHtdADILyMbUDKmGEX3z8uV27EYCqnvfeyaa2yRJIRBoWhJRapSrSA0ZhZs8NZfl"
                + "reLckA6T/LXH6pcuhi1oXIMjGm+srVjs2tpN4OVsxDVVZkfka48VW1iIbQJ8Xz3lKhue0fsgR2UrUtKz5DE2FL60kcONeonq/EGD"
                + "qCG+AAAAIgMCqAABkwGAUAAACwEi5D4wDYsCAAAAAAFZWg=="
        ),
        (
            "zstd",
            "KLUv/QBolQIAkgQOEKAvBoCqTgpV9XPclgoCL6YG7cK3pgrt1SDh/XuqSq394EPKx/3/wySSynAa90e6b9D/u0XoBAsKIKAf2gu/"
                + "JAoLDJcS6p/DSB52SZ30Fg=="
        ),

    ]

    private func entry(_ name: String, _ kind: TarEntry.Kind = .regular, target: String = "") -> TarEntry {
        var entry = TarEntry(name: Array(name.utf8), kind: kind)
        entry.target = Array(target.utf8)
        entry.mode = kind == .directory ? 0o750 : 0o644
        entry.modified = FileTime(seconds: 1_600_000_000, nanoseconds: 0)
        return entry
    }

    private func archive(_ entries: [TarEntry], data: String = "data") -> [UInt8] {
        var bytes: [UInt8] = []
        for var entry in entries {
            if entry.kind == .regular { entry.dataSize = Int64(data.utf8.count) }
            bytes += TarWriter.header(entry)
            if entry.kind == .regular { bytes += Array(data.utf8) + TarWriter.padding(after: entry.dataSize) }
        }
        return bytes + TarWriter.end
    }

    /// Unpacks into `root/opt` of the fixture.
    @discardableResult
    private func unpack(
        _ bytes: [UInt8], _ fixture: Fixture, owner: FileArchive.Owner? = nil
    ) throws -> [UInt32] {
        try Data(bytes).write(to: URL(fileURLWithPath: fixture.path + "/archive"))
        try fixture.shell("mkdir -p root/opt")
        let file = try Descriptor.open(fixture.path + "/archive", .readOnly)
        let root = try Descriptor.open(fixture.path + "/root/opt", [.readOnly, .directory])
        return try FileArchive.unpack(file, named: "archive", into: root, owner: owner)
    }

    @Test(arguments: compressed) func `every compression is read`(_ format: String, _ base64: String) throws {
        let fixture = try Fixture()
        try unpack(Array(try #require(Data(base64Encoded: base64))), fixture)
        #expect(
            try fixture.shell("cd root/opt; cat d/file; stat -c '%u:%g %a %Y' d/file")
                == "in the archive\n7:8 640 1600000000\n")
    }

    @Test(arguments: compressed) func `every compression is recognised`(_ format: String, _ base64: String) throws {
        let fixture = try Fixture()
        let bytes = Array(try #require(Data(base64Encoded: base64)))
        #expect(try isArchive(bytes, fixture))
        #expect(try !isArchive(Array(bytes.prefix(20)), fixture))
    }

    private func isArchive(_ bytes: [UInt8], _ fixture: Fixture) throws -> Bool {
        try Data(bytes).write(to: URL(fileURLWithPath: fixture.path + "/maybe"))
        let file = try Descriptor.open(fixture.path + "/maybe", .readOnly)
        let answer = try FileArchive.isArchive(file, named: "maybe")
        #expect(try file.readAll() == bytes, "the file is at its start again")
        return answer
    }

    @Test func `only what starts with a header is an archive`() throws {
        let fixture = try Fixture()
        #expect(try isArchive(archive([entry("a")]), fixture))
        #expect(try isArchive(archive([entry("a")]).dropLast(1024).map { $0 }, fixture))
        #expect(try !isArchive([], fixture))
        #expect(try !isArchive(Array("#!/bin/sh\necho no\n".utf8), fixture))
        #expect(try !isArchive(TarWriter.end, fixture))
        #expect(try !isArchive([UInt8](repeating: 0x41, count: 4096), fixture))
        // It says why when it is unpacked.
        var odd = TarWriter.header(entry("multi"))
        odd[156] = UInt8(ascii: "M")
        let sum = odd.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
        odd.replaceSubrange(148..<154, with: Array(("00000" + String(sum, radix: 8)).suffix(6).utf8))
        #expect(try isArchive(odd + TarWriter.end, fixture))
        let error = #expect(throws: ImageError.self) { try unpack(odd + TarWriter.end, fixture) }
        #expect(error?.description.contains("cannot unpack archive: cannot unpack multi: it goes on from") == true)
    }

    @Test func `directories are merged and everything else is replaced`() throws {
        let fixture = try Fixture()
        try fixture.shell(
            """
            mkdir -p root/opt/d/keep root/opt/tree/below; chmod 700 root/opt/d
            echo old > root/opt/file; ln -s file root/opt/link; echo old > root/opt/plain
            """)
        try unpack(
            archive([
                entry("d/", .directory), entry("d/new"), entry("file"), entry("link"), entry("tree"),
                entry("plain/", .directory), entry("plain/in"),
            ]), fixture)
        #expect(
            try fixture.shell("cd root/opt; find . -mindepth 1 -printf '%P %y %m\n' | sort")
                == """
                d d 750
                d/keep d 755
                d/new f 644
                file f 644
                link f 644
                plain d 750
                plain/in f 644
                tree f 644

                """)
        #expect(try fixture.shell("cat root/opt/file root/opt/link") == "datadata")
        #expect(try fixture.shell("stat -c %Y root/opt/d") == "1600000000\n")
    }

    @Test func `a directory that is a link to one in the tree goes where that leads`() throws {
        let fixture = try Fixture()
        try fixture.shell(
            "mkdir -p root/opt/usr/lib root/opt/no; ln -s usr/lib root/opt/lib; ln -s nowhere root/opt/no/x")
        try unpack(archive([entry("lib/", .directory), entry("lib/so"), entry("no/x/", .directory)]), fixture)
        #expect(
            try fixture.shell("cd root/opt; stat -c '%n %F' lib usr/lib/so no/x; stat -c %a usr/lib")
                == "lib symbolic link\nusr/lib/so regular file\nno/x directory\n750\n")
    }

    @Test func `the attributes of the destination stay`() throws {
        let fixture = try Fixture()
        try fixture.shell("mkdir -p root/opt; chmod 711 root/opt")
        try unpack(archive([entry("./", .directory), entry("./a")]), fixture)
        #expect(try fixture.shell("stat -c %a root/opt; ls root/opt") == "711\na\n")
    }

    @Test func `whiteouts mean nothing`() throws {
        let fixture = try Fixture()
        try fixture.shell("mkdir -p root/opt; touch root/opt/x")
        try unpack(archive([entry(".wh.x"), entry(".wh..wh..opq")]), fixture)
        #expect(
            try fixture.shell("cd root/opt; stat -c '%n %F' x .wh.x .wh..wh..opq | sort")
                == ".wh..wh..opq regular file\n.wh.x regular file\nx regular empty file\n")
    }

    @Test func `an owner goes before those of the archive, and high ones are told`() throws {
        let fixture = try Fixture()
        var high = entry("a")
        (high.user, high.group) = (100_000, 7)
        #expect(try unpack(archive([high, entry("d/x")]), fixture) == [100_000])
        let owner = FileArchive.Owner(user: 5, group: 70_000)
        #expect(try unpack(archive([high, entry("l", .symbolicLink, target: "a")]), fixture, owner: owner) == [70_000])
        #expect(try fixture.shell("cd root/opt; stat -c %u:%g a l d") == "5:70000\n5:70000\n0:0\n")
    }

    @Test(arguments: ["../out", "a/../../out", "/../out", ".."])
    func `dots cannot leave the destination`(_ name: String) throws {
        let fixture = try Fixture()
        let error = #expect(throws: ImageError.self) { try unpack(archive([entry(name)]), fixture) }
        #expect(error?.description.contains("\"..\" would lead out of the destination") == true)
        #expect(try fixture.shell("ls root") == "opt\n")
    }

    @Test func `dots inside are taken away`() throws {
        let fixture = try Fixture()
        try unpack(archive([entry("a/../b"), entry("/c/./d")]), fixture)
        #expect(try fixture.shell("cd root/opt; find . -type f | sort") == "./b\n./c/d\n")
    }

    @Test func `links in the archive or in the tree cannot leave the destination`() throws {
        let fixture = try Fixture()
        try fixture.shell(
            """
            mkdir -p outside root/opt root/etc; echo keep > outside/precious; chmod 600 outside/precious
            ln -s "$PWD/outside" root/opt/there; ln -s ../../../../../../../../tmp root/opt/up
            """)
        for name in ["there", "up", "mine", "rel"] {
            let bytes = archive([
                entry("mine", .symbolicLink, target: fixture.path + "/outside"),
                entry("rel", .symbolicLink, target: "../etc"), entry("\(name)/mark-\(fixture.name)"),
            ])
            _ = try? unpack(bytes, fixture)
            _ = try? unpack(archive([entry("\(name)/precious")]), fixture)
            _ = try? unpack(archive([entry("hard", .hardLink, target: "\(name)/precious")]), fixture)
        }
        #expect(
            try fixture.shell("ls outside root/etc; cat outside/precious; stat -c '%h %a' outside/precious")
                == "outside:\nprecious\n\nroot/etc:\nkeep\n1 600\n")
        #expect(!FileManager.default.fileExists(atPath: "/tmp/mark-\(fixture.name)"))
    }

    @Test func `what hides files in an overlay is refused`() throws {
        let error = #expect(throws: ImageError.self) {
            try unpack(archive([entry("x", .character)]), try Fixture())
        }
        #expect(error?.description.contains("it is the device 0:0") == true)
        var hostile = entry("d/", .directory)
        hostile.attributes = [("trusted.overlay.opaque", Array("y".utf8))]
        #expect(throws: ImageError.self) { try unpack(archive([hostile]), try Fixture()) }
    }

    @Test func `attributes that the file system refuses are left out`() throws {
        let fixture = try Fixture()
        var odd = entry("f")
        odd.attributes = [("nonsense.key", [1]), ("user.kept", [2])]
        try unpack(archive([odd]), fixture)
        let file = try Descriptor.open(fixture.path + "/root/opt/f", .readOnly)
        #expect(try file.attributes() == ["user.kept"])
    }
}
