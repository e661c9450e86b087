// SPDX-License-Identifier: Apache-2.0
import Engine
import Linux
import Testing

@Suite struct VolumeArgumentTests {
    @Test func readsASourceAndATarget() throws {
        let bind = try #require(try VolumeArgument(parsing: "/srv/data:/data").bind)
        #expect(bind.createsSource)
        #expect(bind.source.absolute(from: "/home") == "/srv/data")
        #expect(bind.target.description == "/data")
        #expect(!bind.isReadOnly)
        #expect(bind.isRecursive)
        #expect(bind.propagation == .private)
    }

    @Test(
        arguments: [
            ("/a:/b:ro", true, true, .private), ("/a:/b:rw", false, true, .private),
            ("/a:/b:readonly", true, true, .private), ("/a:/b:rslave", false, true, .slave),
            ("/a:/b:ro,rshared", true, true, .shared), ("/a:/b:private", false, false, .private),
            ("/a:/b:shared,ro", true, false, .shared), ("/a:/b:Z", false, true, .private),
            ("/a:/b:ro,z,rslave,cached", true, true, .slave),
        ] as [(String, Bool, Bool, Propagation)])
    func readsOptions(text: String, readOnly: Bool, recursive: Bool, propagation: Propagation) throws {
        let bind = try #require(try VolumeArgument(parsing: text).bind)
        #expect(bind.isReadOnly == readOnly)
        #expect(bind.isRecursive == recursive)
        #expect(bind.propagation == propagation)
    }

    @Test(arguments: [(".:/b", "/home/me/."), ("./x:/b", "/home/me/./x"), ("../x:/b", "/home/me/../x")])
    func takesARelativeSourceFromAGivenDirectory(text: String, path: String) throws {
        #expect(try VolumeArgument(parsing: text).bind?.source.absolute(from: "/home/me") == path)
    }

    @Test(arguments: [("/a:/b/../c", "/c"), ("/a:/b//c/", "/b/c"), ("/a:/./b", "/b")])
    func cleansTheTarget(text: String, target: String) throws {
        #expect(try VolumeArgument(parsing: text).bind?.target.description == target)
    }

    @Test(arguments: [
        (
            "da/ta:/data",
            "'da/ta' is neither a path nor a name for a volume: write an absolute path, one that begins with ./, or a "
                + "name of letters, digits, '_', '.' and '-'"
        ),
        ("data", "'data' is not an absolute path: write it from the root on, as in /srv/data"),
        ("/", "'/' is the container's root: write a directory below it, as in /srv"),
        (
            "data:/data:rslave",
            "'data:/data:rslave' says how later mounts spread, which is for paths of the host: leave it out"
        ),
        ("data:/data:nocopy,nocopy", "'data:/data:nocopy,nocopy' asks for both nocopy and nocopy: write one of them"),
        ("/a:b", "'b' is not an absolute path: write it from the root on, as in /srv/data"),
        ("/a:", "'' is not an absolute path: write it from the root on, as in /srv/data"),
        (":/b", "'' is no path: write an absolute path"),
        ("/a:/", "'/' is the container's root: write a directory below it, as in /srv"),
        ("/a:/b/..", "'/b/..' is the container's root: write a directory below it, as in /srv"),
        ("/a:/../etc", "'/../etc' climbs out of the container's root: leave out the '..'"),
        ("/a:/b:Z,z", "'/a:/b:Z,z' asks for both Z and z: write one of them"),
        ("/a:/b:nocopy", "'/a:/b:nocopy' has nocopy, which is for volumes: leave it out"),
        ("/a:/b:cached,delegated", "'/a:/b:cached,delegated' asks for both cached and delegated: write one of them"),
        ("/a:/b:ro,rw", "'/a:/b:ro,rw' asks for both ro and rw: write one of them"),
        ("/a:/b:slave,shared", "'/a:/b:slave,shared' asks for both slave and shared: write one of them"),
        ("/a:/b:rslav", "'/a:/b:rslav' has the unknown option 'rslav': did you mean rslave?"),
        ("/a:/b:", "'/a:/b:' has the unknown option '': write ro, rw, nocopy or a propagation such as rslave"),
        ("/a:/b:ro:x", "'/a:/b:ro:x' has too many colons: write SOURCE:TARGET[:OPTIONS]; --mount takes paths with one"),
    ]) func refusesWithAWayOut(text: String, message: String) {
        #expect(refusal(text, VolumeArgument.init(parsing:)) == message)
    }
}

@Suite struct VolumesOfArgumentsTests {
    @Test func readsAVolumeByItsName() throws {
        let volume = try #require(try VolumeArgument(parsing: "data:/data").volume)
        #expect(volume.name?.description == "data")
        #expect(volume.target.description == "/data")
        #expect(volume.copiesImage && !volume.isReadOnly)
        let other = try #require(try VolumeArgument(parsing: "data:/data:ro,nocopy,z").volume)
        #expect(!other.copiesImage && other.isReadOnly)
        #expect(other.mode == "ro,nocopy,z")
    }

    @Test func readsAVolumeThatNobodyNamed() throws {
        let volume = try #require(try VolumeArgument(parsing: "/data").volume)
        #expect(volume.name == nil)
        #expect(volume.target.description == "/data")
    }

    @Test(arguments: [("box", false), ("box:ro", true), ("box:rw", false), ("box:ro,z", true)])
    func readsTheContainerThatVolumesAreFrom(text: String, isReadOnly: Bool) throws {
        let from = try VolumesFromArgument(parsing: text)
        #expect(from.container == "box")
        #expect(from.isReadOnly == isReadOnly)
    }

    @Test(arguments: ["", ":ro", "box:", "box:rslave", "box:ro,rw"])
    func refusesOtherWordsOfContainers(text: String) {
        #expect(throws: SyntaxError.self) { try VolumesFromArgument(parsing: text) }
    }
}

@Suite struct MountArgumentTests {
    private func bind(_ text: String) throws -> BindArgument? {
        if case .bind(let bind) = try MountArgument(parsing: text) { bind } else { nil }
    }

    private func tmpfs(_ text: String) throws -> TmpfsArgument? {
        if case .tmpfs(let tmpfs) = try MountArgument(parsing: text) { tmpfs } else { nil }
    }

    @Test(arguments: [
        "type=bind,source=/a,target=/b,readonly", "type=bind,src=/a,dst=/b,ro",
        "TYPE=BIND,Source=/a,destination=/b,ro=true", "readonly=1,target=/b,type=bind,source=/a",
        "\"type=bind\",source=/a,target=/b,ro", "type=bind,source=/a,target=/b,ro,bind-recursive=enabled",
        "type=bind,source=/a,target=/b,ro,bind-recursive=readonly",
    ]) func readsABindHoweverItsKeysAreWritten(text: String) throws {
        let bind = try bind(text)
        #expect(bind?.source.absolute(from: "/") == "/a")
        #expect(bind?.target.description == "/b")
        #expect(bind?.isReadOnly == true)
        #expect(bind?.isRecursive == true)
        #expect(bind?.leavesMountsBelowWritable == false)
    }

    @Test func readsWhatOnlyABindHas() throws {
        #expect(try bind("type=bind,source=/a,target=/b,bind-propagation=rslave")?.propagation == .slave)
        #expect(try bind("type=bind,source=/a,target=/b,bind-nonrecursive")?.isRecursive == false)
        #expect(try bind("type=bind,source=/a,target=/b,bind-nonrecursive=false")?.isRecursive == true)
        #expect(try bind("type=bind,source=/a,target=/b,bind-recursive=disabled")?.isRecursive == false)
        #expect(try bind("type=bind,source=/a,target=/b,ro,bind-recursive=writable")?.leavesMountsBelowWritable == true)
        #expect(try bind("type=bind,source=/a,target=/b,ro=false")?.isReadOnly == false)
    }

    @Test func readsQuotedFieldsWithCommas() throws {
        let bind = try bind("type=bind,\"source=/a,b\",\"target=/c\"\"d\"")
        #expect(bind?.source.absolute(from: "/") == "/a,b")
        #expect(bind?.target.description == "/c\"d")
    }

    private func volume(_ text: String) throws -> VolumeMountArgument? {
        if case .volume(let volume) = try MountArgument(parsing: text) { volume } else { nil }
    }

    @Test(arguments: ["source=data,target=/b", "type=volume,src=data,dst=/b", "destination=/b,source=data,ro=false"])
    func readsAVolumeHoweverItsKeysAreWritten(text: String) throws {
        let volume = try volume(text)
        #expect(volume?.name?.description == "data")
        #expect(volume?.target.description == "/b")
        #expect(volume?.isReadOnly == false)
        #expect(volume?.copiesImage == true)
    }

    @Test func readsWhatOnlyAVolumeHas() throws {
        let volume = try volume(
            "src=data,dst=/b,ro,volume-nocopy,volume-subpath=a/b,volume-label=x=y,volume-label=z,volume-opt=type=tmpfs,"
                + "volume-driver=local,\"volume-opt=o=size=1m,mode=700\"")
        #expect(volume?.isReadOnly == true)
        #expect(volume?.copiesImage == false)
        #expect(volume?.subpath == "a/b")
        #expect(volume?.labels.map(\.key) == ["x", "z"])
        #expect(volume?.options.map(\.description) == ["type=tmpfs", "o=size=1m,mode=700"])
        #expect(try self.volume("target=/b")?.name == nil)
        #expect(try self.volume("src=data,target=/b,volume-nocopy=false")?.copiesImage == true)
    }

    @Test func readsAnImage() throws {
        guard case .image(let image) = try MountArgument(parsing: "type=image,src=a:1,dst=/b,image-subpath=usr/lib")
        else {
            Issue.record("it is another mount")
            return
        }
        #expect(image.image == "a:1")
        #expect(image.target.description == "/b")
        #expect(image.subpath == "usr/lib")
        #expect(throws: Never.self) { try MountArgument(parsing: "type=image,src=a,dst=/b,readonly") }
    }

    @Test func makesASourceWhereAsked() throws {
        #expect(try bind("type=bind,source=/a,target=/b")?.createsSource == false)
        #expect(try bind("type=bind,source=/a,target=/b,bind-create-src")?.createsSource == true)
        #expect(try bind("type=bind,source=/a,target=/b,consistency=cached")?.createsSource == false)
    }

    @Test func readsATmpfs() throws {
        let plain = try tmpfs("type=tmpfs,target=/run")
        #expect(plain?.attributes == .inert)
        #expect(plain?.options == [])
        let full = try tmpfs("type=tmpfs,dst=/run,tmpfs-size=64m,tmpfs-mode=1777,readonly")
        #expect(full?.options == ["size=67108864", "mode=1777"])
        #expect(full?.attributes.contains(.readOnly) == true)
    }

    @Test(arguments: [
        ("source=/a,target=/b", "is a path, and type=volume takes a name: write type=bind for a path"),
        ("source=a b,target=/b", "is no name for a volume"),
        ("target=/b,volume-subpath=x", "has a subpath of a volume in which there is nothing"),
        ("source=aa,target=/b,volume-subpath=/x", "has the subpath '/x': write a relative path without '..'"),
        ("source=aa,target=/b,volume-subpath=x/../..", "has the subpath 'x/../..'"),
        ("source=aa,target=/b,volume-driver=nfs", "has the unknown driver 'nfs': write volume-driver=local"),
        ("source=aa,target=/b,volume-opt=size=1g", "has the unknown key 'size'"),
        ("source=aa,target=/b,bind-propagation=rslave", "has 'bind-propagation', which type=volume does not know"),
        ("source=aa,target=/b,image-subpath=x", "has 'image-subpath', which type=volume does not know"),
        ("type=image,target=/b", "has no source: write source=IMAGE"),
        ("type=image,source=a,target=/b,readonly=false", "asks for an image that can be written"),
        ("type=image,source=a,target=/b,volume-nocopy", "has 'volume-nocopy', which type=image does not know"),
        ("type=tmpfs,target=/b,bind-create-src", "has 'bind-create-src', which type=tmpfs does not know"),
        ("type=bind,source=/a,target=/b,ro,bind-recursive=readonly,bind-propagation=rslave", "shows later mounts"),
        ("type=npipe,target=/b", "has the unsupported type 'npipe'"),
        ("type=bind,target=/b", "has no source: write source=PATH"),
        ("type=bind,source=/a", "has no target: write target=PATH"),
        ("type=bind,source=data,target=/b", "is not a path for type=bind: write an absolute path"),
        ("type=bind,source=/a,target=b", "is not an absolute path"),
        ("type=bind,source=/a,target=/b,target=/c", "has the key 'target' twice"),
        ("type=bind,source=/a,target=/b,dst=/c", "has the key 'dst' twice"),
        (
            "type=bind,source=/a,target=/b,bind-nonrecursive,bind-recursive=enabled",
            "bind-recursive and bind-nonrecursive"
        ),
        ("type=bind,source=/a,target=/b,tmpfs-size=1m", "has 'tmpfs-size', which type=bind does not know"),
        ("type=tmpfs,target=/b,bind-propagation=rslave", "has 'bind-propagation', which type=tmpfs does not know"),
        ("type=tmpfs,source=/a,target=/b", "has 'source', which type=tmpfs does not know"),
        ("type=tmpfs,target=/b,tmpfs-size=12q", "'12q' is not a size"),
        ("type=tmpfs,target=/b,tmpfs-mode=9", "is no file mode"),
        ("type=bind,source=/a,target=/b,raedonly", "has the unknown key 'raedonly': did you mean readonly?"),
        ("type=bind,source=/a,target=/b,ro=maybe", "has 'maybe' where true or false belongs"),
        ("type=bind,source=/a,target=/b,bind-propagation=up", "has the unknown propagation 'up'"),
        ("type=bind,source=/a,target=/b,bind-recursive=readonly", "without readonly"),
        ("type=bind,source=/a,target=/b,bind-recursive=writable", "without readonly"),
        ("type=bind,source=/a,target=/b,bind-recursive=x", "has bind-recursive=x"),
        ("type=bind,source=/a,target=/b,volume-nocopy", "has 'volume-nocopy', which type=bind does not know"),
        ("type=bind,source=/a,target=/b,consistency=fast", "has the unknown consistency 'fast'"),
        ("type=bind,source,target=/b", "has no value for 'source'"),
        ("type=bind,\"source=/a", "has a quote that does not end"),
        ("type=bind,\"source=/a\"b", "goes on behind a quote"),
        ("type=bind,source=\"/a\"", "has a quote inside of a field"),
        ("", "has the unknown key ''"),
    ]) func refusesWithAWayOut(text: String, message: String) {
        let refusal = refusal(text, MountArgument.init(parsing:))
        #expect(refusal?.contains(message) == true, "\(refusal ?? "accepted")")
    }
}

@Suite struct TmpfsArgumentTests {
    @Test func isInertUnlessAsked() throws {
        #expect(try TmpfsArgument(parsing: "/run").attributes == .inert)
        #expect(try TmpfsArgument(parsing: "/run:exec").attributes == [.noSetUserID, .noDevices])
        #expect(try TmpfsArgument(parsing: "/run:exec,suid,dev").attributes == [])
        #expect(try TmpfsArgument(parsing: "/run:exec,noexec,ro").attributes == [.inert, .readOnly])
        #expect(try TmpfsArgument(parsing: "/run:ro,rw").attributes == .inert)
        #expect(try TmpfsArgument(parsing: "/run:defaults,async,nomand").attributes == .inert)
    }

    @Test func readsWhenTheTimesOfAccessAreNoted() throws {
        #expect(try TmpfsArgument(parsing: "/run:noatime").attributes == [.inert, .noAccessTime])
        #expect(try TmpfsArgument(parsing: "/run:noatime,strictatime").attributes == [.inert, .strictAccessTime])
        #expect(try TmpfsArgument(parsing: "/run:strictatime,relatime").attributes == .inert)
        #expect(try TmpfsArgument(parsing: "/run:nodiratime").attributes == [.inert, .noDirectoryAccessTime])
        #expect(try TmpfsArgument(parsing: "/run:nodiratime,diratime,noatime,atime").attributes == .inert)
    }

    @Test func readsOptionsOfTheFileSystem() throws {
        let tmpfs = try TmpfsArgument(parsing: "/run:size=64m,mode=1777,uid=1000,gid=5,nr_inodes=1k")
        #expect(tmpfs.target.description == "/run")
        #expect(tmpfs.options == ["size=67108864", "mode=1777", "uid=1000", "gid=5", "nr_inodes=1024"])
        #expect(try TmpfsArgument(parsing: "/run:mpol=bind:0-1").options == ["mpol=bind:0-1"])
        #expect(try TmpfsArgument(parsing: "/run:size=50%").options == ["size=50%"])
        #expect(try TmpfsArgument(parsing: "/run:size=1m,size=2m").options == ["size=2097152"])
    }

    @Test(arguments: [
        ("run", "'run' is not an absolute path"), ("/", "is the container's root"),
        ("/run:size=12q", "'12q' is not a size"), ("/run:size=0%", "is not a size"),
        ("/run:size=101%", "is not a size"),
        ("/run:mode=888", "is no file mode"), ("/run:mode=+7", "is no file mode"), ("/run:uid=-1", "is no id"),
        ("/run:gid=4294967295", "is no id"), ("/run:mpol=a b", "is no memory policy"),
        ("/run:remount", "unknown option"), ("/run:noexce", "did you mean noexec?"),
        ("/run:", "has the unknown option ''"), ("/run:huge=always", "has the unknown option 'huge'"),
        ("/run:/x", "has the unknown option '/x'"),
    ]) func refusesWithAWayOut(text: String, message: String) {
        let refusal = refusal(text, TmpfsArgument.init(parsing:))
        #expect(refusal?.contains(message) == true, "\(refusal ?? "accepted")")
    }
}
