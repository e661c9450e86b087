// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Where mounts go: order, targets that are missing, what is shown of the kernel's file systems.
@Suite(.runtimes, .runtime) struct MountPlaceTests {
    private static func bind(_ source: String, _ target: String, _ options: [String] = ["bind"]) -> Document {
        ["destination": Document(target), "type": "bind", "source": Document(source), "options": Document(options)]
    }

    private static func tmpfs(_ target: String, _ options: [String] = []) -> Document {
        ["destination": Document(target), "type": "tmpfs", "source": "tmpfs", "options": Document(options)]
    }

    @Test func theOrderIsTheBundles() throws {
        let runtime = try runtime()
        let source = try runtime.directory("source")
        try runtime.shell("echo words > \(source)/file")
        // Below first, then what covers it.
        let covered = try runtime.inside("ls /a; ls /a/b") {
            $0.mounts.append(Self.bind(source, "/a/b"))
            $0.mounts.append(Self.tmpfs("/a"))
        }
        #expect(covered.output == "" && covered.status != 0, "\(covered)")
        let shown = try runtime.inside("cat /a/b/file") {
            $0.mounts.append(Self.tmpfs("/a"))
            $0.mounts.append(Self.bind(source, "/a/b"))
        }
        #expect(shown.output == "words\n", "\(shown)")
    }

    @Test func targetsAreMadeAsTheSourceIs() throws {
        let runtime = try runtime()
        let source = try runtime.directory("source")
        let file = try runtime.file("words", "words\n")
        let ended = try runtime.inside("stat -c %F /new/directory /new/file /tm/p; cat /new/file") {
            $0.mounts.append(Self.bind(source, "/new/directory"))
            $0.mounts.append(Self.bind(file, "/new/file"))
            $0.mounts.append(Self.tmpfs("/tm/p"))
        }
        #expect(ended.lines == ["directory", "regular file", "directory", "words"], "\(ended)")
    }

    @Test func aSourceMayBeRelativeToTheBundle() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "cat /here") { $0.mounts.append(Self.bind("words", "/here")) }
        try "words\n".write(toFile: bundle.path + "/words", atomically: true, encoding: .utf8)
        #expect(try runtime.runs(bundle).output == "words\n")
    }

    @Test func aMissingSourceIsNamed() throws {
        let refused = try runtime().inside("true") { $0.mounts.append(Self.bind("/no/such/source", "/here")) }
        #expect(refused.status == 1, "\(refused)")
        #expect(refused.errors.contains("/no/such/source") && refused.errors.contains("no such file or directory"))
    }

    @Test func specialFilesCanBeShown() throws {
        let runtime = try runtime()
        try runtime.shell("mkfifo \(runtime.folder)/pipe")
        let ended = try runtime.inside("stat -c %F /pipe; stat -c %F /zero; echo $(head -c 3 /zero | wc -c)") {
            $0.mounts.append(Self.bind(runtime.folder + "/pipe", "/pipe"))
            $0.mounts.append(Self.bind("/dev/zero", "/zero"))
        }
        #expect(ended.lines == ["fifo", "character special file", "3"], "\(ended)")
    }

    @Test func whatIsReadOnlyInMemoryStillHasPlacesForMounts() throws {
        let runtime = try runtime()
        let source = try runtime.directory("source")
        let ended = try runtime.inside("touch /t/file; touch /t/a/b/file && echo written") {
            $0.mounts.append(Self.tmpfs("/t", ["ro"]))
            $0.mounts.append(Self.bind(source, "/t/a/b"))
        }
        #expect(ended.output == "written\n" && ended.errors.contains("ead-only"), "\(ended)")
    }

    @Test func devMayBeReadOnly() throws {
        let ended = try runtime().inside("touch /dev/file; echo x > /dev/null && ls /dev/pts/ptmx") { config in
            let dev = config.mounts.array.firstIndex { $0.destination == "/dev" } ?? 0
            config.mounts[dev].options = ["nosuid", "mode=755", "ro"]
        }
        #expect(ended.output == "/dev/pts/ptmx\n" && ended.errors.contains("ead-only"), "\(ended)")
    }

    @Test func memoryIsAsOpenAsWhatItCovers() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "stat -c %a /open /new /set") {
            $0.mounts.append(Self.tmpfs("/open"))
            $0.mounts.append(Self.tmpfs("/new"))
            $0.mounts.append(Self.tmpfs("/set", ["mode=711"]))
        }
        try runtime.shell("mkdir \(bundle.rootfs)/open \(bundle.rootfs)/set; chmod 1733 \(bundle.rootfs)/open")
        #expect(try runtime.runs(bundle).lines == ["1733", "1777", "711"])
    }

    @Test func memoryCanBeginWithWhatItCovers() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(
            script: """
                cd /full && cat file && readlink link && stat -c '%a %u %g %F' . file link below/pipe below
                echo more > new; echo $(wc -c < holes); ls -A /none
                """
        ) {
            $0.mounts.append(Self.tmpfs("/full", ["tmpcopyup", "size=4m"]))
            $0.mounts.append(Self.tmpfs("/none", ["tmpcopyup"]))
            for set in ["bounding", "effective", "permitted"] { $0.process.capabilities[set] = ["CAP_DAC_OVERRIDE"] }
        }
        let full = bundle.rootfs + "/full"
        try runtime.shell(
            """
            mkdir -p \(full)/below; echo words > \(full)/file; ln -s /etc/passwd \(full)/link; mkfifo \(full)/below/pipe
            truncate -s 300000 \(full)/holes
            chmod 640 \(full)/file; chown 7:8 \(full)/file \(full)/below; chmod 2750 \(full)/below; chmod 1777 \(full)
            """)
        let ended = try runtime.runs(bundle)
        #expect(
            ended.lines == [
                "words", "/etc/passwd", "1777 0 0 directory", "640 7 8 regular file", "777 0 0 symbolic link",
                "644 0 0 fifo", "2750 7 8 directory", "300000",
            ], "\(ended)")
        #expect(runtime.contents(full + "/new") == nil)
    }

    @Test func cgroupsAreTheContainersOwn() throws {
        let ended = try runtime().inside(
            "cat /sys/fs/cgroup/cgroup.procs | wc -l; cat /proc/self/mountinfo; cat /proc/self/cgroup")
        #expect(ended.mount("/sys/fs/cgroup")?.type == "cgroup2", "\(ended)")
        #expect(ended.lines.contains("0::/"), "\(ended)")
    }

    /// Without a cgroup namespace a container sees the host's cgroups, and must not write them.
    @Test("CVE-2023-25809: without a cgroup namespace cgroups are read only")
    func withoutACgroupNamespaceCgroupsAreReadOnly() throws {
        let runtime = try runtime()
        for options in [["nosuid", "noexec", "nodev"], ["ro"], []] {
            let ended = try runtime.inside("cat /proc/self/mountinfo; mkdir /sys/fs/cgroup/cve-2023-25809") { config in
                config.linux.namespaces.removeAll { $0.type == "cgroup" }
                let place = config.mounts.array.firstIndex { $0.type == "cgroup" } ?? 0
                config.mounts[place].options = Document(options)
            }
            let mount = try #require(ended.mount("/sys/fs/cgroup"))
            #expect(mount.options.contains("ro"), "\(options) \(mount)")
            #expect(ended.status != 0 && ended.errors.contains("ead-only"), "\(ended)")
        }
    }

    @Test func theRootCanBeReadOnly() throws {
        let ended = try runtime().inside("touch /file; touch /dev/shm/file && echo written") { $0.root.readonly = true }
        #expect(ended.output == "written\n" && ended.errors.contains("ead-only"), "\(ended)")
    }

    @Test(
        .miniboxOnly,
        arguments: [
            ("private", []), ("rprivate", []), ("shared", ["shared:"]), ("rshared", ["shared:"]),
            ("slave", ["master:"]), ("rslave", ["master:"]), ("unbindable", ["unbindable"]),
        ] as [(String, [String])])
    func theRootSpreadsAsItIsAsked(_ word: String, _ there: [String]) throws {
        let runtime = try runtime()
        let place = try runtime.mounted("place")
        try runtime.shell("mount --make-shared \(place)")
        var bundle = try Bundle(path: place + "/bundle")
        bundle.config.process.args = ["cat", "/proc/self/mountinfo"]
        bundle.config.linux.rootfsPropagation = Document(word)
        try bundle.write()
        let mount = try #require(try runtime.runs(bundle).mount("/"))
        for start in there { #expect(mount.peers.contains { $0.hasPrefix(start) }, "\(mount)") }
        if there.isEmpty { #expect(mount.peers == [], "\(mount)") }
    }

    @Test func aRootThatSpreadsToNobodyHidesLaterMountsOfTheHost() throws {
        let runtime = try runtime()
        let source = try runtime.mounted("source")
        try runtime.shell("mount --make-shared \(source); mkdir \(source)/later")
        let container = try runtime.running { config in
            config.mounts.append(Self.bind(source, "/alone", ["rbind", "rprivate"]))
            config.mounts.append(Self.bind(source, "/hears", ["rbind", "rslave"]))
        }
        try runtime.shell("mount -t tmpfs tmpfs \(source)/later; echo words > \(source)/later/file")
        #expect(try container.exec("ls", "/alone/later").output == "")
        #expect(try container.exec("cat", "/hears/later/file").output == "words\n")
        try runtime.shell("umount \(source)/later")
    }
}
