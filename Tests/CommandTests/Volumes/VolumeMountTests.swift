// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The keys of `--mount`, and what is no plain directory of the host's.
@Suite(.commands, .box) struct VolumeMountTests {
    @Test func aMissingDirectoryIsMadeForVAndRefusedForMount() throws {
        let box = try box()
        let path = "\(box.folder)/made/here"
        let refused = try box("run", "--rm", "--mount", "type=bind,src=\(path),dst=/x", "busybox", "true")
        #expect(refused.status == 125 && refused.errors.contains("cannot mount \(path)"), "\(refused)")
        #expect(try box("run", "--rm", "-v", "\(path):/x", "busybox", "touch", "/x/file").status == 0)
        #expect(FileManager.default.fileExists(atPath: path + "/file"))
        let asked = "type=bind,src=\(path)-too,dst=/x,bind-create-src"
        #expect(try box("run", "--rm", "--mount", asked, "busybox", "touch", "/x/file").status == 0)
        #expect(FileManager.default.fileExists(atPath: path + "-too/file"))
    }

    @Test func labelsAndConsistencyChangeNothing() throws {
        let box = try box()
        let folder = try box.directory("labelled")
        for options in ["z", "Z,ro", "cached", "delegated,rw", "consistent", "default"] {
            let outcome = try box("run", "--rm", "-v", "\(folder):/x:\(options)", "busybox", "ls", "/x")
            #expect(outcome.status == 0, "\(options): \(outcome)")
        }
    }

    @Test(arguments: [
        ("readonly", "1 1"), ("readonly,bind-recursive=enabled", "1 1"),
        ("readonly,bind-recursive=readonly,bind-propagation=rprivate", "1 1"),
        ("readonly,bind-recursive=writable", "1 0"), ("bind-recursive=enabled", "0 0"),
        ("readonly,bind-recursive=disabled", "1 1"), ("bind-nonrecursive", "0 0"),
    ]) func whatIsMountedBelowIsAsReadOnlyAsAsked(_ keys: String, _ codes: String) throws {
        let box = try box()
        let folder = try box.directory("tree")
        try box.directory("tree/below")
        try box.shell("mount -t tmpfs tmpfs \(folder)/below && touch \(folder)/below/sign")
        box.atEnd { _ = try? box.shell("umount \(folder)/below") }
        let inside = try box(
            "run", "--rm", "--mount", "type=bind,src=\(folder),dst=/x,\(keys)", "busybox", "sh", "-c",
            "touch /x/a 2>/dev/null; a=$?; touch /x/below/b 2>/dev/null; echo $a $?; ls /x/below")
        #expect(inside.lines.first == codes, "\(inside)")
        let isAlone = keys.contains("disabled") || keys.contains("nonrecursive")
        #expect(inside.lines.contains("sign") != isAlone, "\(inside)")
    }

    @Test func aPartOfAVolumeIsShownAndNothingOutsideOfIt() throws {
        let box = try box()
        let name = box.volumeName()
        try box(
            "run", "--rm", "-v", "\(name):/v", "busybox", "sh", "-c",
            "mkdir -p /v/a/b; echo here >/v/a/b/file; ln -s / /v/root; ln -s ../../../../../.. /v/up; ln -s /etc /v/etc"
        )
        func show(_ part: String, _ words: String...) throws -> Outcome {
            try box.run(["run", "--rm", "--mount", "src=\(name),dst=/x,volume-subpath=\(part)", "busybox"] + words)
        }
        #expect(try show("a/b", "cat", "/x/file").text == "here")
        #expect(try show("a/b/file", "cat", "/x").text == "here")
        // Both lead to the top of the volume, and not to the host's.
        for link in ["root", "up", "up/root"] {
            #expect(try show(link, "ls", "/x").lines == ["a", "etc", "root", "up"], "\(link)")
        }
        for missing in ["etc", "etc/passwd", "c", "root/etc/passwd"] {
            let outcome = try show(missing, "ls", "/x")
            #expect(outcome.status == 125 && outcome.errors.contains("cannot mount"), "\(missing): \(outcome)")
        }
    }

    @Test func aLinkThatTakesAPartsPlaceMeanwhileLeadsNowhereElse() throws {
        let box = try box()
        let name = box.volumeName()
        try box("run", "--rm", "-v", "\(name):/v", "busybox", "sh", "-c", "mkdir /v/part /v/aside; touch /v/part/own")
        let data = "\(box.root)/volumes/\(name)/_data"
        let outcome = try box.shell(
            """
            (while :; do mv \(data)/part \(data)/aside/part; ln -s / \(data)/part; rm \(data)/part
                mv \(data)/aside/part \(data)/part; done) & swap=$!
            for i in $(seq 40); do
                $MINIBOX run --rm --mount src=\(name),dst=/x,volume-subpath=part busybox ls /x 2>/dev/null
            done
            kill $swap; wait $swap 2>/dev/null; true
            """, timeout: 120)
        // The part itself, or the top of the volume, but never the host.
        #expect(Set(outcome.lines).isSubset(of: ["own", "part", "aside"]), "\(outcome)")
    }

    @Test func anImageIsShownAndCannotBeWritten() throws {
        let box = try box()
        let image = try box.imageWithVolumes()
        let seen = try box(
            "run", "--rm", "--mount", "type=image,src=\(image),dst=/i", "busybox", "sh", "-c",
            "cat /i/data/file /i/data/later; stat -c %u:%g /i/data/file; ls /i/data; touch /i/x")
        #expect(
            seen.lines == ["first", "second", "1000:1001", "file", "hard", "later", "soft", "sub", "top"], "\(seen)")
        #expect(seen.errors.contains("Read-only file system"))
        let part = try box(
            "run", "--rm", "--mount", "type=image,src=\(image),dst=/i,image-subpath=linked", "busybox", "cat", "/i/file"
        )
        #expect(part.text == "first", "\(part)")
        let one = try box(
            "run", "--rm", "--userns", "host", "--mount", "type=image,src=busybox,dst=/i,image-subpath=bin", "busybox",
            "sh", "-c", "test -x /i/busybox; echo $?; touch /i/x")
        #expect(one.lines == ["0"] && one.errors.contains("Read-only"), "\(one)")
        let missing = try box(
            "run", "--rm", "--mount", "type=image,src=\(image),dst=/i,image-subpath=gone", "busybox", "true")
        #expect(missing.status == 125 && missing.errors.contains("the image has no directory gone"), "\(missing)")
        #expect(try box("run", "--rm", "--mount", "type=image,src=nothing,dst=/i", "busybox", "true").status == 125)
    }

    @Test func anImageThatAContainerShowsIsNotRemoved() throws {
        let box = try box()
        let image = try box.imageWithVolumes()
        box.atEnd { _ = try? box("rm", "-f", "shows") }
        try box("run", "--name", "shows", "--mount", "type=image,src=\(image),dst=/i", "busybox", "true")
        let refused = try box("rmi", image)
        #expect(refused.status != 0 && refused.errors.contains("shows"), "\(refused)")
        try box("rm", "shows")
        #expect(try box("rmi", image).status == 0)
    }

    @Test func aVolumeCanBeADirectoryOfTheHost() throws {
        let box = try box()
        let (name, folder) = (box.volumeName(), try box.directory("elsewhere"))
        try box("volume", "create", "--opt", "type=none", "--opt", "o=bind,ro", "--opt", "device=\(folder)", name)
        try box.file("elsewhere/file", "there\n")
        let seen = try box("run", "--rm", "-v", "\(name):/x", "busybox", "sh", "-c", "cat /x/file; touch /x/y")
        #expect(seen.text == "there" && seen.errors.contains("Read-only"), "\(seen)")
    }

    @Test func aVolumeCanBeInMemory() throws {
        let box = try box()
        let name = box.volumeName()
        let seen = try box(
            "run", "--rm", "--mount",
            "src=\(name),dst=/x,volume-opt=type=tmpfs,\"volume-opt=o=size=3m,mode=1770\",volume-label=a=b", "busybox",
            "sh", "-c", "df -k /x | awk 'NR==2{print $2}'; stat -c %a /x")
        #expect(seen.lines == ["3072", "1770"], "\(seen)")
        #expect(try box("volume", "ls", "-q", "-f", "label=a=b").lines == [name])
        let other = try box(
            "run", "--rm", "--mount", "src=\(name),dst=/x,volume-opt=type=tmpfs", "busybox", "true")
        #expect(other.status == 125 && other.errors.contains("other options"), "\(other)")
    }

    @Test func aVolumeCanBeADisk() throws {
        let box = try box()
        let name = box.volumeName()
        let image = "\(box.folder)/disk"
        let loop = try box.shell(
            "truncate -s 20M \(image) && mkfs.ext4 -q \(image) && losetup -f --show \(image)")
        try #require(loop.status == 0, "\(loop)")
        box.atEnd { _ = try? box.shell("losetup -d \(loop.text)") }
        try box("volume", "create", "--opt", "type=ext4", "--opt", "device=\(loop.text)", "--opt", "o=noexec", name)
        let words = ["-v", "\(name):/x", "busybox", "sh", "-c"]
        let first = try box.run(
            ["run", "--rm"] + words + ["touch /x/a; chown 5 /x/a; stat -c %u /x/a; grep ' /x ' /proc/mounts"])
        #expect(first.lines.first == "5" && first.text.contains("noexec"), "\(first)")
        #expect(try box.run(["run", "--rm", "--userns", "host"] + words + ["stat -c %u /x/a"]).text == "5")
        let wrong = try box(
            "run", "--rm", "--mount", "src=\(name)-x,dst=/x,volume-opt=type=ext4,volume-opt=device=/dev/null",
            "busybox", "true")
        #expect(wrong.status == 125 && wrong.errors.contains("mount ext4 from /dev/null"), "\(wrong)")
        try box("volume", "rm", "\(name)-x")
    }
}
