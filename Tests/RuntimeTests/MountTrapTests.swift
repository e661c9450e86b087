// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Flaws that runtimes had when they mounted, each with the shape that it had: a root file system or a volume with a trap
/// in it. Nothing here can harm the host: what a trap leads to is a folder of the test's.
@Suite(.runtimes, .runtime) struct MountTrapTests {
    private static func bind(_ source: String, _ target: String, _ options: [String] = ["bind"]) -> Document {
        ["destination": Document(target), "type": "bind", "source": Document(source), "options": Document(options)]
    }

    /// A folder of the "host", that nothing in a container may reach, with a file in it.
    private func host() throws -> String {
        let path = try runtime().directory("host")
        try runtime().shell("echo untouched > \(path)/file; mkdir \(path)/directory")
        return path
    }

    /// What is in it, every file with its contents.
    private func contents(_ host: String) throws -> [String] {
        try runtime().shell("cd \(host); find . | sort; cat file").lines
    }

    private static let untouched = [".", "./directory", "./file", "untouched"]

    /// A link in the root file system at the place of a mount reached the host's files.
    @Test("CVE-2019-18837: a link at a target stays in the root", arguments: ["absolute", "relative", "parent"])
    func aLinkAtATargetStaysInTheRoot(_ kind: String) throws {
        let runtime = try runtime()
        let host = try host()
        let source = try runtime.directory("source")
        try runtime.shell("echo shown > \(source)/file")
        let bundle = try runtime.bundle(script: "cat /trap/file /trap/deep/er/file; find / -xdev -name er") {
            $0.mounts.append(Self.bind(source, "/trap"))
            $0.mounts.append(Self.bind(source, "/trap/deep/er"))
        }
        let up = String(repeating: "../", count: 20)
        let link = [
            "absolute": host, "relative": up + host.dropFirst(), "parent": up + host.dropFirst() + "/directory",
        ]
        try runtime.shell("ln -s \(link[kind] ?? host) \(bundle.rootfs)/trap")
        let ended = try runtime.runs(bundle)
        #expect(ended.output.hasPrefix("shown\n"), "\(ended)")
        #expect(try contents(host) == Self.untouched)
    }

    /// Volumes mounted over /proc took writes that were meant for the kernel: labels and settings.
    @Test(
        "CVE-2019-16884: nothing is mounted over proc",
        arguments: ["/proc", "/proc/self/attr", "/proc/sys/kernel", "/x/../proc/1", "/./proc//self"])
    func nothingIsMountedOverProc(_ target: String) throws {
        let runtime = try runtime()
        let source = try runtime.directory("source")
        for mount: Document in [
            Self.bind(source, target), ["destination": Document(target), "type": "tmpfs", "source": "tmpfs"],
        ] {
            let refused = try runtime.inside("true") { $0.mounts.append(mount) }
            #expect(refused.status == 1 && refused.errors.contains("cannot be mounted"), "\(refused)")
        }
    }

    /// The same by a link of the image's, with /proc itself in its place.
    @Test(
        "CVE-2019-19921: no link leads a mount into proc",
        arguments: ["/proc/self", "/proc/sys/kernel", "/proc", "proc/self/attr"])
    func noLinkLeadsAMountIntoProc(_ target: String) throws {
        let runtime = try runtime()
        let source = try runtime.directory("source")
        let bundle = try runtime.bundle { $0.mounts.append(Self.bind(source, "/trap")) }
        try runtime.shell("ln -s \(target) \(bundle.rootfs)/trap")
        let refused = try runtime.runs(bundle)
        #expect(refused.status == 1, "\(refused)")
    }

    /// /proc or /sys as links of the image's: the kernel's files were then somewhere else, and the masks on nothing.
    @Test(
        "CVE-2023-27561: proc and sys are real directories", arguments: ["proc", "sys"], ["directory", "none", "self"])
    func procAndSysAreRealDirectories(_ name: String, _ kind: String) throws {
        let runtime = try runtime()
        let host = try host()
        let bundle = try runtime.bundle()
        let target = ["directory": "/elsewhere", "none": "/not/there", "self": "."][kind] ?? ""
        try runtime.shell(
            "cd \(bundle.rootfs); rm -rf ./\(name); mkdir -p elsewhere; ln -s \(target) \(name)")
        let refused = try runtime.runs(bundle)
        #expect(refused.status == 1, "\(refused)")
        #expect(try contents(host) == Self.untouched)
        #expect(try runtime.shell("ls -A \(bundle.rootfs)/elsewhere; ls -d \(bundle.rootfs)/not").output == "")
    }

    /// The same for one that is mounted at another place.
    @Test("CVE-2023-28642: proc elsewhere is a real directory too") func procElsewhereIsARealDirectoryToo() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle {
            $0.mounts.append(["destination": "/a/second", "type": "proc", "source": "proc"])
        }
        try runtime.shell("mkdir -p \(bundle.rootfs)/real; ln -s /real \(bundle.rootfs)/a")
        #expect(try runtime.runs(bundle).status == 1)
        try runtime.shell("rm \(bundle.rootfs)/a; mkdir \(bundle.rootfs)/a; ln -s /real \(bundle.rootfs)/a/second")
        #expect(try runtime.runs(bundle).status == 1)
    }

    /// A directory at the target that another container, which shares the volume, swaps for a link while this one is made.
    @Test("CVE-2021-30465: a target that is swapped meanwhile stays in the root")
    func aTargetThatIsSwappedMeanwhileStaysInTheRoot() throws {
        let runtime = try runtime()
        let host = try host()
        let source = try runtime.directory("source")
        let volume = try runtime.directory("volume")
        try runtime.shell(
            """
            echo shown > \(source)/file; mkdir \(volume)/place
            ln -s \(String(repeating: "../", count: 20))\(host.dropFirst()) \(volume)/link
            """)
        let swapper = try RunningProgram(
            [
                "/bin/bash", "-c",
                "cd \(volume); while :; do mv -T place p2; mv -T link place; mv -T place link; mv -T p2 place; done",
            ], environment: ["PATH": "/usr/bin:/bin"])
        defer { swapper.stop() }
        for _ in 0..<20 {
            let bundle = try runtime.bundle(script: "true") {
                $0.mounts.append(Self.bind(volume, "/volume"))
                $0.mounts.append(Self.bind(source, "/volume/place/deep"))
            }
            _ = try runtime.runs(bundle)
            #expect(try contents(host) == Self.untouched)
        }
    }

    /// Directories for a target were made on the host, where a link was put in the way in time.
    @Test("CVE-2024-45310: what is made for a target is made in the root") func whatIsMadeForATargetIsMadeInTheRoot()
        throws
    {
        let runtime = try runtime()
        let host = try host()
        let volume = try runtime.directory("volume")
        let file = try runtime.file("source", "shown\n")
        for link in [host, host + "/directory", String(repeating: "../", count: 20) + host.dropFirst()] {
            try runtime.shell("rm -f \(volume)/way; ln -s \(link) \(volume)/way")
            let bundle = try runtime.bundle(script: "cat /volume/way/new/made") {
                $0.mounts.append(Self.bind(volume, "/volume"))
                $0.mounts.append(Self.bind(file, "/volume/way/new/made"))
                $0.mounts.append(["destination": "/volume/way/more/made", "type": "tmpfs", "source": "tmpfs"])
            }
            _ = try runtime.runs(bundle)
            #expect(try contents(host) == Self.untouched)
        }
    }

    /// /dev/null of the image as a link to a file of the kernel's: that was then shown, and writable, at each mask.
    ///
    /// Where it is not prevented, what the program writes may end in the file that it reads: only so much is read.
    @Test("CVE-2025-31133: masks are not made of the images null") func masksAreNotMadeOfTheImagesNull() throws {
        let runtime = try runtime()
        let secret = try runtime.file("secret", "secret\n", permissions: 0o666)
        let bundle = try runtime.bundle(
            script:
                "for f in /masked /proc/timer_list; do head -c 99 $f; echo written > $f; stat -c '%F %t:%T' $f; done"
        ) {
            $0.mounts.removeAll { $0.destination.string?.hasPrefix("/dev") == true }
            $0.linux.maskedPaths = ["/masked", "/proc/timer_list"]
            $0.linux.readonlyPaths = nil
            $0.mounts.append(Self.bind(secret, "/trap"))
        }
        try runtime.shell(
            "echo hidden > \(bundle.rootfs)/masked; mkdir -p \(bundle.rootfs)/dev; rm -f \(bundle.rootfs)/dev/null")
        try runtime.shell("ln -s /trap \(bundle.rootfs)/dev/null")
        let ended = try runtime.runs(bundle)
        #expect(!ended.output.contains("secret") && !ended.output.contains("hidden"), "\(ended)")
        #expect(runtime.contents(secret) == "secret\n")
    }

    /// /dev/console of the image as a link: the terminal was mounted over what it led to, before the masks.
    @Test("CVE-2025-52565: the console is no link") func theConsoleIsNoLink() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "stat -c %F /trap; ls -l /dev/console") {
            $0.process.terminal = true
            let dev = $0.mounts.array.firstIndex { $0.destination == "/dev" } ?? 0
            $0.mounts[dev] = Self.bind("dev", "/dev", ["bind"])
        }
        try runtime.shell(
            "mkdir \(bundle.path)/dev; touch \(bundle.rootfs)/trap; ln -s /trap \(bundle.path)/dev/console; "
                + "mkdir \(bundle.path)/dev/pts \(bundle.path)/dev/shm \(bundle.path)/dev/mqueue")
        let terminal = try Pseudoterminal()
        let program = try runtime.start(
            ["run", "--bundle", bundle.path, runtime.newID()], hasInput: true, terminal: terminal.name)
        let ended = program.wait()
        #expect(ended.status != 0, "\(ended)")
        #expect(!ended.output.contains("character special file"), "\(ended)")
    }

    /// Settings and labels were written to files of the image's, or to other files of the kernel's, by way of links and
    /// races; a link below /proc, /sys or /dev is never followed, so that no target is another than what it says.
    @Test("CVE-2025-52881: no target of the kernels is behind a link", arguments: ["proc", "sys", "dev"])
    func noTargetOfTheKernelsIsBehindALink(_ name: String) throws {
        let runtime = try runtime()
        let host = try host()
        let bundle = try runtime.bundle {
            $0.mounts.removeAll { $0.destination.string?.hasPrefix("/" + name) == true }
            $0.mounts.append(Self.bind(host, name == "proc" ? "/proc/uptime" : "/\(name)/below/target"))
        }
        try runtime.shell(
            "cd \(bundle.rootfs); rm -rf ./\(name); mkdir \(name); ln -s /etc \(name)/below; ln -s ../etc/passwd \(name)/uptime"
        )
        #expect(try runtime.runs(bundle).status == 1)
        #expect(try contents(host) == Self.untouched)
    }

    /// /dev of the image as a link: nodes, links and a removal of `ptmx` happened on the host.
    @Test("CVE-2026-41579: dev is a real directory") func devIsARealDirectory() throws {
        let runtime = try runtime()
        let host = try host()
        let bundle = try runtime.bundle {
            $0.mounts.removeAll { $0.destination.string?.hasPrefix("/dev") == true }
            $0.linux.maskedPaths = nil
        }
        try runtime.shell("touch \(host)/ptmx; cd \(bundle.rootfs); rm -rf ./dev; ln -s \(host) dev")
        #expect(try runtime.runs(bundle).status == 1)
        #expect(try contents(host) == [".", "./directory", "./file", "./ptmx", "untouched"])
    }
}
