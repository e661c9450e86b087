// SPDX-License-Identifier: Apache-2.0
import Engine
import Linux
import Testing

@Suite struct VolumeArgumentTests {
    @Test func readsASourceAndATarget() throws {
        let bind = try VolumeArgument(parsing: "/srv/data:/data").bind
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
            ("/a:/b:shared,ro", true, false, .shared),
        ] as [(String, Bool, Bool, Propagation)])
    func readsOptions(text: String, readOnly: Bool, recursive: Bool, propagation: Propagation) throws {
        let bind = try VolumeArgument(parsing: text).bind
        #expect(bind.isReadOnly == readOnly)
        #expect(bind.isRecursive == recursive)
        #expect(bind.propagation == propagation)
    }

    @Test(arguments: [(".:/b", "/home/me/."), ("./x:/b", "/home/me/./x"), ("../x:/b", "/home/me/../x")])
    func takesARelativeSourceFromAGivenDirectory(text: String, path: String) throws {
        #expect(try VolumeArgument(parsing: text).bind.source.absolute(from: "/home/me") == path)
    }

    @Test(arguments: [("/a:/b/../c", "/c"), ("/a:/b//c/", "/b/c"), ("/a:/./b", "/b")])
    func cleansTheTarget(text: String, target: String) throws {
        #expect(try VolumeArgument(parsing: text).bind.target.description == target)
    }

    @Test(arguments: [
        ("data:/data", "'data' names a volume: named volumes come later: write an absolute path, or ./data"),
        ("/data", "'/data' has no source: anonymous volumes come later: write SOURCE:TARGET"),
        ("/a:b", "'b' is not an absolute path: write it from the root on, as in /srv/data"),
        ("/a:", "'' is not an absolute path: write it from the root on, as in /srv/data"),
        (":/b", "'' is no path: write an absolute path"),
        ("/a:/", "'/' is the container's root: write a directory below it, as in /srv"),
        ("/a:/b/..", "'/b/..' is the container's root: write a directory below it, as in /srv"),
        ("/a:/../etc", "'/../etc' climbs out of the container's root: leave out the '..'"),
        ("/a:/b:Z", "'/a:/b:Z' asks for an SELinux label: labels are not supported: leave out Z"),
        ("/a:/b:nocopy", "'/a:/b:nocopy' has nocopy, which is for volumes: volumes come later: leave it out"),
        ("/a:/b:cached", "'/a:/b:cached' has cached, which means nothing on Linux: leave it out"),
        ("/a:/b:ro,rw", "'/a:/b:ro,rw' asks for both ro and rw: write one of them"),
        ("/a:/b:slave,shared", "'/a:/b:slave,shared' asks for both slave and shared: write one of them"),
        ("/a:/b:rslav", "'/a:/b:rslav' has the unknown option 'rslav': did you mean rslave?"),
        ("/a:/b:", "'/a:/b:' has the unknown option '': write ro, rw or a propagation such as rslave"),
        ("/a:/b:ro:x", "'/a:/b:ro:x' has too many colons: write SOURCE:TARGET[:OPTIONS]; --mount takes paths with one"),
    ]) func refusesWithAWayOut(text: String, message: String) {
        #expect(refusal(text, VolumeArgument.init(parsing:)) == message)
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

    @Test func readsATmpfs() throws {
        let plain = try tmpfs("type=tmpfs,target=/run")
        #expect(plain?.attributes == .inert)
        #expect(plain?.options == [])
        let full = try tmpfs("type=tmpfs,dst=/run,tmpfs-size=64m,tmpfs-mode=1777,readonly")
        #expect(full?.options == ["size=67108864", "mode=1777"])
        #expect(full?.attributes.contains(.readOnly) == true)
    }

    @Test(arguments: [
        ("source=/a,target=/b", "asks for a volume: volumes come later: write type=bind or type=tmpfs"),
        ("type=volume,target=/b", "asks for a volume"),
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
        ("type=bind,source=/a,target=/b,volume-nocopy", "volumes and images as mounts come later"),
        ("type=bind,source=/a,target=/b,consistency=cached", "means nothing on Linux"),
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
    }

    @Test func readsOptionsOfTheFileSystem() throws {
        let tmpfs = try TmpfsArgument(parsing: "/run:size=64m,mode=1777,uid=1000,gid=5,nr_inodes=1k")
        #expect(tmpfs.target.description == "/run")
        #expect(tmpfs.options == ["size=67108864", "mode=1777", "uid=1000", "gid=5", "nr_inodes=1024"])
        #expect(try TmpfsArgument(parsing: "/run:size=50%").options == ["size=50%"])
        #expect(try TmpfsArgument(parsing: "/run:size=1m,size=2m").options == ["size=2097152"])
    }

    @Test(arguments: [
        ("run", "'run' is not an absolute path"), ("/", "is the container's root"),
        ("/run:size=12q", "'12q' is not a size"), ("/run:size=0%", "is not a size"),
        ("/run:size=101%", "is not a size"),
        ("/run:mode=888", "is no file mode"), ("/run:mode=+7", "is no file mode"), ("/run:uid=-1", "is no id"),
        ("/run:gid=4294967295", "is no id"), ("/run:noexce", "did you mean noexec?"),
        ("/run:", "has the unknown option ''"), ("/run:huge=always", "has the unknown option 'huge'"),
        ("/run:/x", "has the unknown option '/x'"),
    ]) func refusesWithAWayOut(text: String, message: String) {
        let refusal = refusal(text, TmpfsArgument.init(parsing:))
        #expect(refusal?.contains(message) == true, "\(refusal ?? "accepted")")
    }
}
