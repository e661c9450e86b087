// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Each option of a mount, as the kernel shows it in the container.
@Suite(.runtimes, .runtime) struct MountOptionTests {
    private static func mount(_ point: String, _ source: String, _ options: [String], type: String = "bind") -> Document
    {
        [
            "destination": Document(point), "type": Document(type), "source": Document(source),
            "options": Document(options),
        ]
    }

    /// The table of mounts of a container that has these beside the usual ones.
    private func table(_ mounts: Document...) throws -> Outcome {
        let ended = try runtime().inside("cat /proc/self/mountinfo") { for mount in mounts { $0.mounts.append(mount) } }
        try #require(ended.status == 0 && ended.errors == "", "\(ended)")
        return ended
    }

    @Test(arguments: [
        (["bind", "ro"], ["ro"], ["rw"]), (["bind", "ro", "rw"], ["rw"], ["ro"]), (["bind", "nosuid"], ["nosuid"], []),
        (["bind", "nodev"], ["nodev"], []), (["bind", "noexec"], ["noexec"], []),
        (["bind", "noatime"], ["noatime"], []),
        (["bind", "nodiratime"], ["nodiratime"], []), (["bind", "relatime"], ["relatime"], ["noatime"]),
        (["bind", "noatime", "relatime"], ["relatime"], ["noatime"]),
        (["bind", "strictatime"], [], ["relatime", "noatime"]),
        (["bind", "nosuid", "nodev", "noexec", "ro"], ["nosuid", "nodev", "noexec", "ro"], []),
    ])
    func attributesOfABindAreShown(_ options: [String], _ there: [String], _ gone: [String]) throws {
        let source = try runtime().directory("source")
        let mount = try #require(try table(Self.mount("/m", source, options)).mount("/m"))
        #expect(mount.options.isSuperset(of: there), "\(mount)")
        #expect(mount.options.isDisjoint(with: gone), "\(mount)")
    }

    @Test(arguments: [["suid"], ["exec"], ["dev"], ["rw"], ["atime"], ["diratime"]])
    func attributesOfTheSourceCanBeTakenAway(_ options: [String]) throws {
        let source = try runtime().mounted("source", options: "ro,nosuid,nodev,noexec,noatime,nodiratime")
        let mount = try #require(try table(Self.mount("/m", source, ["bind"] + options)).mount("/m"))
        let former = options == ["rw"] ? "ro" : "no" + options[0]
        #expect(!mount.options.contains(former), "\(mount)")
    }

    @Test(.miniboxOnly) func whatIsNotMentionedStaysAsItIsAtTheSource() throws {
        let source = try runtime().mounted("source", options: "nosuid,nodev,noexec")
        let mount = try #require(try table(Self.mount("/m", source, ["bind", "ro"])).mount("/m"))
        #expect(mount.options.isSuperset(of: ["nosuid", "nodev", "noexec", "ro"]), "\(mount)")
    }

    @Test(.miniboxOnly) func linksAreNotFollowedWhereTheMountForbidsIt() throws {
        let runtime = try runtime()
        let source = try runtime.directory("source")
        try runtime.shell("echo words > \(source)/file; ln -s file \(source)/link")
        let ended = try runtime.inside("cat /m/file; cat /m/link; cat /n/link") {
            $0.mounts.append(Self.mount("/m", source, ["bind", "nosymfollow"]))
            $0.mounts.append(Self.mount("/n", source, ["bind", "nosymfollow", "symfollow"]))
        }
        #expect(ended.output == "words\nwords\n", "\(ended)")
        #expect(ended.errors.contains("/m/link"), "\(ended)")
    }

    /// `rro` and its kin.
    @Test(
        .miniboxOnly,
        arguments: [
            ("rro", "ro", "rw"), ("rnosuid", "nosuid", "suid"), ("rnodev", "nodev", "dev"),
            ("rnoexec", "noexec", "exec"), ("rnoatime", "noatime", "relatime"), ("rnodiratime", "nodiratime", "x"),
            ("rnosymfollow", "nosymfollow", "x"),
        ])
    func recursiveAttributesReachTheMountsBelow(_ option: String, _ there: String, _ gone: String) throws {
        let source = try runtime().mounted("source")
        _ = try runtime().mounted("source/below")
        let table = try table(
            Self.mount("/m", source, ["rbind", option]),
            Self.mount("/n", source, ["rbind", String(option.dropFirst())]))
        for point in ["/m", "/m/below", "/n"] {
            #expect(table.mount(point)?.options.contains(there) == true, "\(point) \(table)")
            #expect(table.mount(point)?.options.contains(gone) == false, "\(point) \(table)")
        }
        #expect(table.mount("/n/below")?.options.contains(there) == false, "\(table)")
    }

    @Test(.miniboxOnly, arguments: ["rrw", "rsuid", "rdev", "rexec", "ratime", "rdiratime", "rrelatime", "rsymfollow"])
    func recursiveAttributesAreTakenAwayToo(_ option: String) throws {
        let all = "ro,nosuid,nodev,noexec,noatime,nodiratime"
        let source = try runtime().mounted("source", options: all.replacingOccurrences(of: "ro,", with: ""))
        _ = try runtime().mounted("source/below", options: all)
        let table = try table(Self.mount("/m", source, ["rbind", option]))
        let word = ["rrw": "ro", "rrelatime": "noatime"][option] ?? "no" + option.dropFirst()
        for point in ["/m", "/m/below"] {
            #expect(table.mount(point)?.options.contains(word) == false, "\(table)")
        }
    }

    @Test func aBindHasTheMountsBelowOnlyIfItIsRecursive() throws {
        let source = try runtime().mounted("source")
        _ = try runtime().mounted("source/below")
        let table = try table(Self.mount("/m", source, ["bind"]), Self.mount("/n", source, ["rbind"]))
        #expect(table.mount("/m") != nil && table.mount("/m/below") == nil)
        #expect(table.mount("/n") != nil && table.mount("/n/below") != nil)
    }

    @Test(
        arguments: [
            ("private", [], []), ("rprivate", [], []), ("slave", ["master:"], ["shared:"]),
            ("rslave", ["master:"], ["shared:"]),
            ("shared", ["shared:"], []), ("rshared", ["shared:"], []), ("unbindable", ["unbindable"], []),
            ("runbindable", ["unbindable"], []),
        ] as [(String, [String], [String])])
    func propagationIsShown(_ option: String, _ there: [String], _ gone: [String]) throws {
        let source = try runtime().mounted("source")
        try runtime().shell("mount --make-shared \(source)")
        let mount = try #require(try table(Self.mount("/m", source, ["rbind", option])).mount("/m"))
        for word in there { #expect(mount.peers.contains { $0.hasPrefix(word) }, "\(mount)") }
        for word in gone { #expect(!mount.peers.contains { $0.hasPrefix(word) }, "\(mount)") }
        if there.isEmpty { #expect(mount.peers == []) }
    }

    @Test(arguments: [
        (["sync"], ["sync"]), (["dirsync"], ["dirsync"]), (["mand"], ["mand"]), (["lazytime"], ["lazytime"]),
        (["sync", "async", "dirsync"], ["dirsync"]), (["silent"], []), (["loud"], []), (["iversion"], []),
        (["noiversion"], []), (["defaults"], []), (["silent", "size=1m"], ["size=1024k"]),
        (["size=2m", "mode=700", "nr_inodes=9"], ["size=2048k", "mode=700", "nr_inodes=9"]),
    ])
    func flagsOfAFileSystemAreShown(_ options: [String], _ there: [String]) throws {
        let mount = try #require(
            try table(Self.mount("/m", "tmpfs", options + ["nosuid"], type: "tmpfs")).mount("/m"))
        #expect(mount.superOptions.isSuperset(of: there), "\(mount)")
        #expect(mount.options.contains("nosuid"), "\(mount)")
        for word in ["sync", "dirsync", "lazytime"] where !there.contains(word) {
            #expect(!mount.superOptions.contains(word), "\(mount)")
        }
    }

    @Test(arguments: [
        ("ro", "ro"), ("noexec", "noexec"), ("nodev", "nodev"), ("noatime", "noatime"), ("nodiratime", "nodiratime"),
    ])
    func attributesOfANewFileSystemAreShown(_ option: String, _ there: String) throws {
        let mount = try #require(try table(Self.mount("/m", "tmpfs", [option], type: "tmpfs")).mount("/m"))
        #expect(mount.options.contains(there), "\(mount)")
    }

    @Test(.miniboxOnly) func aParameterThatTheFileSystemDoesNotKnowIsNamed() throws {
        let runtime = try runtime()
        let refused = try runtime.inside("true") {
            $0.mounts.append(Self.mount("/m", "tmpfs", ["no-such-parameter=1"], type: "tmpfs"))
        }
        #expect(refused.status == 1, "\(refused)")
        #expect(refused.errors.contains("no-such-parameter"), "\(refused)")
    }

    @Test func aTypeThatTheKernelDoesNotKnowIsNamed() throws {
        let refused = try runtime().inside("true") {
            $0.mounts.append(Self.mount("/m", "none", [], type: "no-such-type"))
        }
        #expect(refused.status == 1 && refused.errors.contains("no-such-type"), "\(refused)")
    }

    /// A value of more than 255 bytes goes to no parameter of fsconfig(2).
    @Test func optionsMayBeLong() throws {
        let runtime = try runtime()
        let base = try runtime.mounted("base")
        let lowers = (0..<12).map { base + "/" + String(repeating: "l", count: 30) + "\($0)" }
        for lower in lowers { try runtime.shell("mkdir \(lower); echo x > \(lower)/in-${1##*/}") }
        let options = ["lowerdir=" + lowers.joined(separator: ":"), "nodev"]
        let ended = try runtime.inside("ls /m; grep ' /m ' /proc/self/mountinfo") {
            $0.mounts.append(Self.mount("/m", "overlay", options, type: "overlay"))
        }
        #expect(ended.status == 0 && ended.lines.first == "in-", "\(ended)")
        #expect(ended.mount("/m")?.options.contains("nodev") == true, "\(ended)")
    }

    @Test(arguments: ["mqueue", "devpts", "ramfs", "proc", "sysfs", "cgroup2"])
    func anyTypeCanBeMountedAnywhere(_ type: String) throws {
        let mount = try #require(
            try table(Self.mount("/some/where", type, ["nosuid", "noexec"], type: type)).mount("/some/where"))
        #expect(mount.type == type && mount.options.isSuperset(of: ["nosuid", "noexec"]), "\(mount)")
    }
}
