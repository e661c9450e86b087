// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import ContainerRuntime

@Suite("Mount options of a bundle")
struct MountOptionsTests {
    private static func options(_ change: (inout MountOptions) -> Void) -> MountOptions {
        var options = MountOptions()
        change(&options)
        return options
    }

    private static func adding(_ attribute: MountAttributes) -> MountOptions {
        options { $0.attributes.add(attribute) }
    }

    private static func removing(_ attribute: MountAttributes) -> MountOptions {
        options { $0.attributes.remove(attribute) }
    }

    private static func spreading(_ propagation: Propagation, _ isRecursive: Bool) -> MountOptions {
        options { $0.propagation = [PropagationChange(propagation, isRecursive: isRecursive)] }
    }

    private static let words: [(String, MountOptions)] = [
        ("defaults", MountOptions()),
        ("bind", options { $0.bind = .single }), ("rbind", options { $0.bind = .recursive }),
        ("remount", options { $0.isRemount = true }),
        ("ro", adding(.readOnly)), ("rw", removing(.readOnly)),
        ("nosuid", adding(.noSetUserID)), ("suid", removing(.noSetUserID)),
        ("nodev", adding(.noDevices)), ("dev", removing(.noDevices)),
        ("noexec", adding(.noExecute)), ("exec", removing(.noExecute)),
        ("nodiratime", adding(.noDirectoryAccessTime)), ("diratime", removing(.noDirectoryAccessTime)),
        ("nosymfollow", adding(.noSymbolicLinks)), ("symfollow", removing(.noSymbolicLinks)),
        ("noatime", adding(.noAccessTime)), ("strictatime", adding(.strictAccessTime)),
        ("relatime", options { $0.attributes.useRelativeAccessTime() }),
        ("atime", options { $0.attributes.useRelativeAccessTime() }),
        ("nostrictatime", options { $0.attributes.useRelativeAccessTime() }), ("norelatime", MountOptions()),
        ("sync", options { $0.flags = .synchronous }), ("async", MountOptions()),
        ("dirsync", options { $0.flags = .synchronousDirectories }),
        ("mand", options { $0.flags = .mandatoryLocks }), ("nomand", MountOptions()),
        ("lazytime", options { $0.flags = .lazyTimes }), ("nolazytime", MountOptions()),
        ("silent", options { $0.flags = .silent }), ("loud", MountOptions()),
        ("iversion", options { $0.flags = .versions }), ("noiversion", MountOptions()),
        ("private", spreading(.private, false)), ("rprivate", spreading(.private, true)),
        ("shared", spreading(.shared, false)), ("rshared", spreading(.shared, true)),
        ("slave", spreading(.slave, false)), ("rslave", spreading(.slave, true)),
        ("unbindable", spreading(.unbindable, false)), ("runbindable", spreading(.unbindable, true)),
        ("idmap", options { $0.mapping = .single }), ("ridmap", options { $0.mapping = .recursive }),
        ("tmpcopyup", options { $0.copiesUp = true }),
    ]

    @Test("means what mount(8) and the specification say", arguments: words)
    func means(word: String, options: MountOptions) {
        #expect(MountOptions(parsing: [word]) == options)
    }

    @Test("with an r before it, an attribute is that of the mounts below too")
    func recursive() {
        let plain = ["ro", "nosuid", "nodev", "noexec", "nodiratime", "nosymfollow", "noatime", "strictatime"]
        let opposite = ["rw", "suid", "dev", "exec", "diratime", "symfollow", "atime", "nostrictatime"]
        for word in plain + opposite + ["relatime", "norelatime"] {
            let (own, all) = (MountOptions(parsing: [word]), MountOptions(parsing: ["r" + word]))
            #expect(all.attributes.isEmpty, "r\(word)")
            #expect(all.recursiveAttributes == own.attributes, "r\(word)")
        }
    }

    @Test("the later of two counts")
    func order() {
        #expect(MountOptions(parsing: ["ro", "rw"]) == Self.removing(.readOnly))
        #expect(MountOptions(parsing: ["rw", "ro"]) == Self.adding(.readOnly))
        #expect(MountOptions(parsing: ["noatime", "strictatime"]) == Self.adding(.strictAccessTime))
        #expect(MountOptions(parsing: ["strictatime", "noatime"]) == Self.adding(.noAccessTime))
        #expect(MountOptions(parsing: ["relatime", "norelatime"]) == MountOptions())
        #expect(MountOptions(parsing: ["noatime", "nostrictatime"]) == Self.adding(.noAccessTime))
        #expect(MountOptions(parsing: ["noatime", "atime"]).attributes.names == ["relatime"])
        #expect(MountOptions(parsing: ["sync", "async"]) == MountOptions())
        #expect(MountOptions(parsing: ["bind", "rbind"]).bind == .recursive)
        #expect(MountOptions(parsing: ["rbind", "bind"]).bind == .single)
        #expect(MountOptions(parsing: ["rro", "rrw"]).recursiveAttributes.names == ["rw"])
    }

    @Test("every propagation is kept, in order")
    func propagation() {
        #expect(MountOptions(parsing: ["rslave", "shared"]).propagation.map(\.description) == ["rslave", "shared"])
    }

    @Test(
        "what is no option is the file system's", arguments: ["mode=755", "size=64k", "acl", "RO", "", "ro,rw", " ro"])
    func data(word: String) {
        #expect(MountOptions(parsing: [word, "ro"]).data == [word])
    }

    @Test("the list is sorted, and as long as runc's")
    func list() {
        #expect(MountOptions.known == MountOptions.known.sorted())
        #expect(MountOptions.known == Self.allKnown)
    }

    /// `mountOptions` of `runc features`.
    private static let allKnown = [
        "async", "atime", "bind", "defaults", "dev", "diratime", "dirsync", "exec", "idmap", "iversion", "lazytime",
        "loud", "mand", "noatime", "nodev", "nodiratime", "noexec", "noiversion", "nolazytime", "nomand", "norelatime",
        "nostrictatime", "nosuid", "nosymfollow", "private", "ratime", "rbind", "rdev", "rdiratime", "relatime",
        "remount", "rexec", "ridmap", "rnoatime", "rnodev", "rnodiratime", "rnoexec", "rnorelatime", "rnostrictatime",
        "rnosuid", "rnosymfollow", "ro", "rprivate", "rrelatime", "rro", "rrw", "rshared", "rslave", "rstrictatime",
        "rsuid", "rsymfollow", "runbindable", "rw", "shared", "silent", "slave", "strictatime", "suid", "symfollow",
        "sync", "tmpcopyup", "unbindable",
    ]
}
