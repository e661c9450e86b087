// SPDX-License-Identifier: Apache-2.0
import Foundation
import Linux
import OCI
import Testing

@testable import Images

@Suite(.enabled(if: Fixture.isRoot, "needs root, to make devices and set owners"))
struct LayerArchiveTests {
    /// The archive of `root` in the fixture, as the file `name` there.
    private func archive(_ fixture: Fixture, _ root: String, to name: String) throws -> LayerDescription {
        let file = try Descriptor.open("\(fixture.path)/\(name)", [.writeOnly, .create, .truncate], mode: 0o600)
        return try LayerDescription(root: "\(fixture.path)/\(root)") { bytes throws(ImageError) in
            do throws(SystemError) { try file.write(bytes) } catch { throw .write(name, error) }
        }
    }

    /// An upper directory with one of everything.
    private func makeUpper(_ fixture: Fixture) throws {
        let long = String(repeating: "n", count: 90)
        try fixture.shell(
            """
            mkdir -p upper/etc upper/empty upper/\(long)/\(long)
            echo text > upper/etc/file; chown 70000:80000 upper/etc/file; chmod 4755 upper/etc/file
            ln upper/etc/file upper/etc/again; ln upper/etc/file upper/zzz
            head -c 1000000 /dev/urandom > upper/large; : > upper/nothing
            printf x > upper/\(long)/\(long)/file; ln -s /etc/\(long)/\(long) upper/long-link
            printf x > $'upper/odd \\377 name'
            mkfifo upper/pipe; mknod upper/null c 1 3; mknod upper/disk b 7 9
            mknod upper/etc/gone c 0 0; ln upper/etc/gone upper/etc/gone-too
            setfattr -n trusted.overlay.opaque -v y upper/etc
            setfattr -n trusted.overlay.origin -v 0x00 upper/etc
            setfattr -n user.note -v hello upper/etc/file; setfattr -n user.note -v dir upper/empty
            setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 upper/large
            python3 -c "import socket; socket.socket(socket.AF_UNIX).bind('upper/socket')"
            find upper -exec touch -h -d @1600000000.75 {} +
            touch -d @-5 upper/nothing
            """)
    }

    @Test func writesWhatContainerdWrites() throws {
        let fixture = try Fixture()
        try makeUpper(fixture)
        let made = try archive(fixture, "upper", to: "layer.tar")
        let listing = try fixture.shell("tar --numeric-owner --full-time --quoting-style=escape -tvf layer.tar")
        let lines = listing.split(separator: "\n").map(String.init)
        func line(_ name: String) -> String { lines.first { $0.hasSuffix(" \(name)") } ?? "none" }

        #expect(made.entries == lines.count)
        #expect(lines.count == 18)
        #expect(line("etc/file link to etc/again").hasPrefix("hrwsr-xr-x 70000/80000"))
        #expect(line("etc/again").hasPrefix("-rwsr-xr-x 70000/80000"))
        #expect(line("zzz link to etc/again").hasPrefix("h"))
        #expect(line("etc/.wh.gone").hasPrefix("---------- 0/0"))
        #expect(line("etc/.wh.gone").contains(" 0 1970-01-01 00:00:00 "))
        #expect(line("etc/.wh.gone-too").hasPrefix("---------- 0/0"))
        let names = lines.map { String($0.split(separator: " ", maxSplits: 5).last ?? "") }
        #expect(names.firstIndex(of: "etc/.wh..wh..opq") == names.firstIndex(of: "etc/").map { $0 + 1 })
        #expect(line("null").hasPrefix("crw") && line("null").contains(" 1,3 "))
        #expect(line("disk").hasPrefix("brw") && line("disk").contains(" 7,9 "))
        #expect(line("pipe").hasPrefix("prw"))
        #expect(line("nothing").contains("1969-12-31 23:59:55"))
        #expect(line("large").contains("2020-09-13 12:26:40 "))
        #expect(line("odd \\377 name").hasPrefix("-rw"))
        #expect(!listing.contains("socket"))
        #expect(!names.contains("./"))
        let attributes = try fixture.shell(
            "tar --xattrs --xattrs-include='*' -tvvf layer.tar | grep -E '^  x:' | LC_ALL=C sort")
        #expect(attributes == "  x: 20 security.capability\n  x: 3 user.note\n  x: 5 user.note\n")
        #expect(made.size == 1_000_000 + 5 + 2)
        #expect(made.highUsers == [70000] && made.highGroups == [80000])
        #expect(try fixture.shell("stat -c %s layer.tar") == "\(made.archiveSize)\n")
        #expect(try fixture.shell("sha256sum layer.tar").hasPrefix(made.diffID.hex))
    }

    @Test func whatIsUnpackedGivesTheSameArchive() throws {
        let fixture = try Fixture()
        try makeUpper(fixture)
        let made = try archive(fixture, "upper", to: "layer.tar")
        let image = try fixture.importImage("layer.tar")
        #expect(image.layers[0].diffID == made.diffID)
        let path = String(image.layers[0].path.dropFirst(fixture.path.utf8.count + 1))
        #expect(try archive(fixture, path, to: "again.tar") == made)
        #expect(try fixture.shell("cmp layer.tar again.tar") == "")
        #expect(image.layers[0].entries == made.entries && image.layers[0].size == made.size)
        #expect(image.layers[0].highUsers == made.highUsers && image.layers[0].highGroups == made.highGroups)
    }

    @Test func anEmptyLayerHasTheDigestThatEverybodyKnows() throws {
        let fixture = try Fixture()
        try fixture.shell("mkdir upper")
        let made = try LayerDescription(root: fixture.path + "/upper")
        #expect(made.isEmpty && made.archiveSize == 1024)
        #expect(made.diffID.hex == "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef")
    }

    @Test func deepAndBroadTreesAreNoObstacle() throws {
        let fixture = try Fixture()
        try fixture.shell(
            """
            mkdir upper; cd upper; for i in $(seq 40); do : > $i; done
            python3 -c "
            import os
            for i in range(2000):
                os.mkdir('d'); open('f', 'w').close(); os.chdir('d')
            "
            """)
        let made = try archive(fixture, "upper", to: "layer.tar")
        #expect(made.entries == 40 + 4000)
        #expect(try fixture.shell("tar -tf layer.tar | grep -c 'f$'") == "2000\n")
    }

    @Test func refusesWhatALayerCannotHold() throws {
        let fixture = try Fixture()
        try fixture.shell("mkdir -p upper/a; : > upper/a/.wh.b")
        let error = #expect(throws: ImageError.self) { try LayerDescription(root: fixture.path + "/upper") }
        #expect(error?.description.contains("a/.wh.b in a layer, where a name that starts with .wh.") == true)

        try fixture.shell("rm upper/a/.wh.b; setfattr -n trusted.overlay.redirect -v /x upper/a")
        #expect(throws: ImageError.self) { try LayerDescription(root: fixture.path + "/upper") }
    }

    @Test func aDescriptionCrossesAPipe() throws {
        let fixture = try Fixture()
        try makeUpper(fixture)
        let made = try LayerDescription(root: fixture.path + "/upper")
        #expect(LayerDescription(try JSON(parsing: made.json.bytes())) == made)
        #expect(LayerDescription(["diffID": "sha256:1"]) == nil)
    }
}
