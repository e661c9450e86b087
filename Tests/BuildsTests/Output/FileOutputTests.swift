// SPDX-License-Identifier: Apache-2.0
import Builds
import Engine
import Foundation
import Images
import Linux
import OCI
import Testing

@Suite(.enabled(if: OutputFixture.isRoot, "needs root, to make layers"))
struct FileOutputTests {
    static let layers = [
        """
        mkdir -p bin etc old/deep && echo hello > bin/hello && chown 12:34 bin/hello && chmod 4755 bin/hello
        ln bin/hello bin/again && ln -s /bin/hello etc/link && mkfifo etc/pipe && mknod etc/null c 1 3
        setfattr -n user.note -v yes bin && echo gone > etc/gone && echo gone > old/deep/gone && chmod 1777 etc
        """,
        "mkdir etc old && chmod 1777 etc && WHITEOUT etc/gone && OPAQUE old && echo new > old/new",
    ]

    /// Kind, mode, owner, time, links and name of everything below a directory.
    private func listing(_ fixture: OutputFixture, _ directory: String) throws -> [String] {
        try fixture.shell("cd \(directory) && find . -mindepth 1 -printf '%y %m %U:%G %Ts %n %P %l\\n' | sort -k6")
            .split(separator: "\n").map(String.init)
    }

    static let expected = [
        "d 755 0:0 1600000000 2 bin ", "f 4755 12:34 1600000000 2 bin/again ", "f 4755 12:34 1600000000 2 bin/hello ",
        "d 1777 0:0 1600000000 2 etc ", "l 777 0:0 1600000000 1 etc/link /bin/hello",
        "c 644 0:0 1600000000 1 etc/null ", "p 644 0:0 1600000000 1 etc/pipe ", "d 755 0:0 1600000000 2 old ",
        "f 644 0:0 1600000000 1 old/new ",
    ]

    @Test func `a directory gets the files with all that belongs to them`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(Self.layers)
        #expect(try fixture.write(image, "type=local,dest=sub/out") == nil)
        #expect(try listing(fixture, "sub/out") == Self.expected)
        #expect(try fixture.shell("getfattr --only-values -n user.note sub/out/bin") == "yes")
        #expect(fixture.entries("sub") == ["out"])
        #expect(fixture.entries("store/staging").isEmpty)
    }

    @Test func `a directory that is there keeps its other files, and its links lead nowhere`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(Self.layers)
        try fixture.shell(
            "mkdir -p out/bin out/etc/null outside && echo mine > out/mine && echo mine > out/bin/mine"
                + " && ln -s ../outside out/old && echo old > out/bin/hello")
        try fixture.write(image, "type=local,dest=out")
        #expect(try fixture.shell("cat out/mine out/bin/mine out/bin/hello") == "mine\nmine\nhello\n")
        #expect(fixture.entries("outside").isEmpty)
        #expect(fixture.entries("out") == ["bin", "etc", "mine", "old"])
        #expect(try fixture.shell("stat -c '%a %Y' out/etc out/bin") == "1777 1600000000\n755 1600000000\n")
    }

    @Test func `a name that begins with an accent is one`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(["echo a > a"])
        try fixture.write(image, "type=local,dest=sub/\u{301}out")
        try fixture.write(image, "type=tar,dest=sub/deep\u{600}/a.tar")
        #expect(fixture.entries("sub") == ["deep\u{600}", "\u{301}out"])
        #expect(fixture.entries("sub/\u{301}out") == ["a"])
        #expect(fixture.entries("sub/deep\u{600}") == ["a.tar"])
    }

    @Test func `others are deleted where that is wanted`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(Self.layers)
        try fixture.shell("mkdir -p out/bin/sub && echo mine > out/mine && echo mine > out/bin/sub/mine")
        try fixture.write(image, "type=local,dest=out,mode=delete")
        #expect(try listing(fixture, "out") == Self.expected)
    }

    @Test func `an archive has the same files, and is the same each time`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(Self.layers)
        #expect(try fixture.write(image, "type=tar,dest=a.tar") == nil)
        try fixture.write(image, "type=tar,dest=b.tar")
        try fixture.shell("cmp a.tar b.tar && mkdir out && tar --xattrs -xpf a.tar -C out")
        #expect(try listing(fixture, "out") == Self.expected)
        #expect(try fixture.shell("getfattr --only-values -n user.note out/bin") == "yes")
    }

    @Test func `the name of the machine is above the files where that is wanted`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(Self.layers)
        try fixture.write(image, "type=local,dest=out,platform-split=true")
        #expect(fixture.entries("out") == ["linux_amd64"])
        #expect(try listing(fixture, "out/linux_amd64") == Self.expected)
        try fixture.write(image, "type=tar,dest=a.tar,platform-split=true")
        try fixture.shell("mkdir x && tar -xpf a.tar -C x")
        #expect(fixture.entries("x") == ["linux_amd64"])
        #expect(try listing(fixture, "x/linux_amd64") == Self.expected)
    }

    @Test func `no time is later than that of the source`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(["echo a > a", "echo b > b"])
        try fixture.shell("touch -d @1500000000 store/layers/\(image.layers[0].diffID.hex)/root/a")
        try fixture.write(image, "type=local,dest=out", epoch: 1_550_000_000)
        try fixture.write(image, "type=tar,dest=a.tar", epoch: 1_550_000_000)
        try fixture.shell("mkdir x && tar -xpf a.tar -C x")
        for directory in ["out", "x"] {
            #expect(try fixture.shell("stat -c %Y \(directory)/a \(directory)/b") == "1500000000\n1550000000\n")
        }
    }

    @Test func `attestations are beside the files, and about each of them`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(Self.layers)
        let attestation = Attestation(predicateType: "t", predicate: ["a": 1], fileName: "provenance.json")
        try fixture.write(image, "type=local,dest=out", attestations: [attestation])
        let statement = try fixture.json("out/provenance.json")
        #expect(statement["predicate"] == ["a": 1])
        let subjects = statement["subject"]?.array ?? []
        #expect(subjects.compactMap { $0["name"]?.string } == ["bin/again", "bin/hello", "old/new"])
        let sum = try fixture.shell("sha256sum < out/old/new")
        #expect(sum.hasPrefix(subjects.last?["digest"]?["sha256"]?.string ?? "?"))
        try fixture.write(image, "type=tar,dest=a.tar,attestation-prefix=x.", attestations: [attestation])
        #expect(try fixture.shell("tar -xOf a.tar x.provenance.json") == statement.description)

        let other = try fixture.build(["echo > provenance.json"])
        for output in ["type=tar,dest=b.tar", "type=local,dest=b"] {
            let error = #expect(throws: BuildError.self) {
                try fixture.write(other, output, attestations: [attestation])
            }
            #expect(error?.description.contains("attestation-prefix=PREFIX") == true)
        }
        #expect(!fixture.entries().contains { $0.hasPrefix("b") || $0.hasPrefix(".") })
    }

    @Test func `an image without layers is an empty directory`() throws {
        let fixture = try OutputFixture()
        try fixture.write(try fixture.build([]), "type=local,dest=out")
        #expect(fixture.entries("out").isEmpty)
    }

    @Test func `what is no regular file is written as it comes`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(Self.layers)
        try fixture.shell("mknod null c 1 3")
        try fixture.write(image, "type=tar,dest=null")
        try fixture.write(image, "type=oci,dest=null")
        #expect(try fixture.shell("stat -c %F null") == "character special file\n")
        #expect(fixture.entries() == ["null", "store"])
    }

    @Test func `a full disk is said, and nothing is left on it`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(["head -c 3000000 /dev/urandom > big"])
        let context = try FileSystemContext("tmpfs")
        try context.set("size", to: "1m")
        let disk = try context.mount([]).take()
        let root = "/proc/self/fd/\(disk.number)"
        try disk.makeDirectory("there", mode: 0o755)
        for output in [
            "type=local,dest=\(root)/out", "type=local,dest=\(root)/there", "type=tar,dest=\(root)/a.tar",
            "type=oci,dest=\(root)/a.tar", "type=oci,tar=false,dest=\(root)/out", "type=docker,dest=\(root)/a.tar",
        ] {
            let error = #expect(throws: BuildError.self) {
                try fixture.export(image).write(OutputChoice(parsing: output))
            }
            #expect(error?.description.contains("no space left on device") == true, "\(error?.description ?? "")")
            #expect(try FileManager.default.contentsOfDirectory(atPath: root) == ["there"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: root + "/there").isEmpty)
        }
    }
}
