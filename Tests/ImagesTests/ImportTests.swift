// SPDX-License-Identifier: Apache-2.0
import Foundation
import Images
import Linux
import OCI
import Testing

/// Unpacking sets owners, so these need root.
@Suite(.enabled(if: Fixture.isRoot, "needs root, to set the owners of files"))
struct ImportTests {

    private func look(_ fixture: Fixture, _ path: String) throws -> String {
        try fixture.shell(
            "cd \(path) && find . -printf '%P %y %m %U:%G %T@ %l %n\\n' | LC_ALL=C sort && cat $(find . -type f)")
    }

    @Test func directoryComesOutAsItWentIn() throws {
        let fixture = try Fixture()
        try fixture.makeRoot()
        let image = try fixture.importImage("root")
        #expect(try look(fixture, image.layers[0].path) == look(fixture, "root"))
        #expect(image.layers[0].entries == 7)
        #expect(image.layers[0].size == 6)
        #expect(image.configuration.created == "2023-11-14T22:13:20Z")
    }

    @Test func sameDirectoryGivesTheSameDigestTwice() throws {
        let fixture = try Fixture()
        try fixture.makeRoot()
        let first = try fixture.importImage("root", as: "one")
        try fixture.shell("cp -a root copy")
        let second = try fixture.importImage("copy", as: "two")
        #expect(first.layers[0].diffID == second.layers[0].diffID)
        #expect(fixture.entries("layers").count == 1)
        #expect(fixture.entries("staging").isEmpty)
    }

    @Test(arguments: [
        "--format=gnu -cf", "--format=posix -cf", "--format=ustar -cf", "--format=v7 --exclude=pipe -cf",
        "--format=gnu -czf", "--format=posix --zstd -cf",
    ])
    func archiveOfEveryFormatComesOutAsItWentIn(_ options: String) throws {
        let fixture = try Fixture()
        try fixture.makeRoot()
        if options.contains("v7") { try fixture.shell("rm root/etc/pipe; touch -d @1600000000 root/etc") }
        try fixture.shell("tar \(options) archive -C root .")
        let image = try fixture.importImage("archive")
        #expect(try look(fixture, image.layers[0].path) == look(fixture, "root"))
        try fixture.store.verify(image)
        // What is stored is the uncompressed archive, under its own digest.
        let sum = try fixture.shell("sha256sum store/blobs/sha256/\(image.layers[0].diffID.hex)")
        #expect(sum.hasPrefix(image.layers[0].diffID.hex))
    }

    @Test(arguments: [
        "--format=gnu", "--format=posix --sparse-version=0.0", "--format=posix --sparse-version=0.1",
        "--format=posix --sparse-version=1.0",
    ])
    func filesWithHolesKeepThem(_ options: String) throws {
        let fixture = try Fixture()
        try fixture.shell(
            """
            mkdir root && cd root && truncate -s 20M empty
            truncate -s 10M few && printf x | dd of=few bs=1 seek=5000000 conv=notrunc status=none
            for i in $(seq 1 60); do printf "$i" | dd of=many bs=1 seek=$((i * 20000)) conv=notrunc status=none; done
            cd .. && tar --sparse \(options) -cf archive -C root .
            """)
        let image = try fixture.importImage("archive")
        try fixture.shell("cd root && for f in *; do cmp $f \(image.layers[0].path)/$f; done")
        #expect(try fixture.shell("du -k \(image.layers[0].path)/empty | cut -f1") == "0\n")
    }

    @Test func longNamesAndOddBytesSurvive() throws {
        let fixture = try Fixture()
        try fixture.shell(
            """
            d=root/$(printf 'd%.0s' $(seq 1 120))/$(printf 'e%.0s' $(seq 1 200)) && mkdir -p $d && echo 1 > $d/file
            ln -s $(printf 'l%.0s' $(seq 1 300)) root/long && ln $d/file root/hard
            touch "root/$(printf 'bad\\xff\\xfe')" "root/new
            line"
            find root -exec touch -h -d @1600000000 {} +
            tar --format=gnu -cf gnu -C root . && tar --format=posix -cf posix -C root .
            """)
        for source in ["root", "gnu", "posix"] {
            let image = try fixture.importImage(source, as: source)
            let paths = "cd %@ && find . -printf '%%P %%y %%l %%n\\n' | LC_ALL=C sort | md5sum"
            #expect(
                try fixture.shell(String(format: paths, image.layers[0].path))
                    == fixture.shell(String(format: paths, "root")))
        }
    }

    @Test func ownersAboveAUserNamespaceAreRecorded() throws {
        let fixture = try Fixture()
        try fixture.shell(
            "mkdir root && touch root/a root/b root/c && chown 70000:5 root/a && chown 3000000:4294967294 root/b")
        let image = try fixture.importImage("root")
        #expect(image.layers[0].highUsers == [70000, 3_000_000])
        #expect(image.layers[0].highGroups == [4_294_967_294])
        #expect(try fixture.store.resolve("test").layers == image.layers)
    }

    @Test func devicesAndAttributesSurvive() throws {
        let fixture = try Fixture()
        try fixture.shell(
            """
            mkdir root && mknod root/null c 1 3 && mknod root/block b 7 200 && touch root/file root/tool
            python3 -c 'import os
            os.setxattr("root/file","user.note",b"a\\nb")
            os.setxattr("root/tool","security.capability",bytes.fromhex("0100000200040000000000000000000000000000"))'
            tar --xattrs --xattrs-include='*' --format=posix -cf archive -C root .
            """)
        for source in ["root", "archive"] {
            let layer = try fixture.importImage(source, as: source).layers[0].path
            #expect(
                try fixture.shell("stat -c '%F %t %T' \(layer)/null \(layer)/block")
                    == "character special file 1 3\nblock special file 7 c8\n")
            let values = try fixture.shell(
                "python3 -c 'import os;print(os.getxattr(\"\(layer)/file\",\"user.note\"),os.getxattr(\"\(layer)/tool\",\"security.capability\").hex())'"
            )
            #expect(values == "b'a\\nb' 0100000200040000000000000000000000000000\n")
        }
    }

    @Test func mountPointsAndSocketsAreLeftOut() throws {
        let fixture = try Fixture()
        try fixture.makeRoot()
        try fixture.shell("python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"root/socket\")'")
        let image = try fixture.importImage("root")
        #expect(!FileManager.default.fileExists(atPath: image.layers[0].path + "/socket"))
    }

    @Test func changesConfigureTheImage() throws {
        let fixture = try Fixture()
        try fixture.makeRoot()
        let image = try fixture.importImage(
            "root",
            changes: [
                "CMD [\"sh\", \"-c\", \"echo\"]", "entrypoint exec $HOME  x", "ENV A=1 B=\"two words\" C='$A'",
                "ENV A=$B-${A}",
                "USER 5:6", "WORKDIR /srv", "WORKDIR ../x/./y", "LABEL a.b=\"c d\" e=f", "EXPOSE 80 8000-8002/UDP",
                "VOLUME [\"/data\"]", "VOLUME /b /a", "STOPSIGNAL SIGINT",
            ])
        let execution = try fixture.store.resolve("test").configuration.execution
        #expect(execution == image.configuration.execution)
        #expect(execution.command == ["sh", "-c", "echo"])
        #expect(execution.entrypoint == ["/bin/sh", "-c", "exec $HOME  x"])
        #expect(execution.environment == ["A=two words-1", "B=two words", "C=$A"])
        #expect(execution.user == "5:6")
        #expect(execution.workingDirectory == "/x/y")
        #expect(execution.labels == ["a.b": "c d", "e": "f"])
        #expect(execution.exposedPorts == ["80/tcp", "8000/udp", "8001/udp", "8002/udp"])
        #expect(execution.volumes == ["/a", "/b", "/data"])
        #expect(execution.stopSignal == "SIGINT")
    }

    @Test func aDirectoryIsTakenApartByBytes() throws {
        let fixture = try Fixture()
        try fixture.makeRoot()
        for (path, expected) in [
            ("a\u{600}/../b", "/b"), ("/\u{301}a", "/\u{301}a"), ("../\u{301}a/..", "/"),
            ("x/..\u{301}/b", "/x/..\u{301}/b"),
        ] {
            let image = try fixture.importImage("root", changes: ["WORKDIR /", "WORKDIR \(path)"])
            #expect(image.configuration.execution.workingDirectory == expected)
        }
        let image = try fixture.importImage("root", changes: ["VOLUME /\u{301}a"])
        #expect(image.configuration.execution.volumes == ["/\u{301}a"])
    }

    @Test(arguments: [
        ("CDM sh", "did you mean CMD?"), ("", "an empty change"), ("CMD", "needs an argument"), ("ENV A", "KEY=VALUE"),
        ("ENV A=\"b", "not closed"), ("ENV A=${B:-c}", "operators"), ("USER a b", "one argument"),
        ("STOPSIGNAL SIGNOPE", "is no signal"), ("EXPOSE 99999", "is no port"), ("VOLUME data", "no absolute path"),
        ("CMD [1]", "no string"),
    ])
    func badChangeSaysWhatToWrite(_ change: String, _ part: String) throws {
        let fixture = try Fixture()
        try fixture.makeRoot()
        let error = #expect(throws: ImageError.self) { try fixture.importImage("root", changes: [change]) }
        #expect(error?.code == .badChange)
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
        #expect(fixture.entries("blobs").isEmpty)
    }
}
