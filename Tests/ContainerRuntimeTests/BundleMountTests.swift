// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Testing

@testable import ContainerRuntime

@Suite("The mounts of a bundle")
struct BundleMountTests {
    typealias Mount = RuntimeConfiguration.Mount

    private static func bundle(_ change: (inout RuntimeConfiguration) -> Void) -> Bundle {
        var configuration = RuntimeConfiguration(
            ociVersion: "1.2.0", root: RuntimeConfiguration.Root(path: "rootfs"))
        for kind in [RuntimeConfiguration.Namespace.Kind.pid, .mount, .ipc, .uts, .network, .cgroup] {
            configuration.linux.namespaces.append(RuntimeConfiguration.Namespace(type: kind))
        }
        change(&configuration)
        return Bundle(path: "/usr", configuration: configuration, document: [])
    }

    private static func requests(
        _ mounts: Mount..., change: (inout RuntimeConfiguration) -> Void = { _ in }
    ) throws(RuntimeError) -> [MountRequest] {
        try MountRequest.list(
            of: bundle {
                $0.mounts = mounts
                change(&$0)
            })
    }

    private static func refusal(
        _ mount: Mount, change: (inout RuntimeConfiguration) -> Void = { _ in }
    ) -> String? {
        do throws(RuntimeError) {
            _ = try requests(mount, change: change)
            return nil
        } catch {
            return error.message
        }
    }

    @Test("are requests in their order, targets written in one way")
    func order() throws {
        let requests = try Self.requests(
            Mount(destination: "/proc", type: "proc"), Mount(destination: "tmp//x/../y/.", type: "tmpfs"),
            Mount(destination: "/dev/", type: "tmpfs", options: ["mode=755", "nosuid"]))
        #expect(requests.map(\.target) == ["/proc", "/tmp/y", "/dev"])
        #expect(requests[2].source == .ownDevices(NewFileSystem(type: "tmpfs", options: ["mode=755"])))
        #expect(requests[2].attributes == MountAttributeChange(adding: .noSetUserID))
    }

    @Test("of any type keep their source, parameters and flags")
    func anyType() throws {
        let requests = try Self.requests(
            Mount(
                destination: "/d", type: "ext4", source: "/dev/vda",
                options: ["ro", "sync", "data=ordered", "nodev", "rnoexec", "shared"]))
        var expected = MountRequest(
            source: .new(
                NewFileSystem(
                    type: "ext4", source: "/dev/vda", options: ["data=ordered"], flags: [.synchronous, .readOnly])),
            target: "/d", attributes: [.readOnly, .noDevices])
        expected.attributesBelow.add(.noExecute)
        expected.propagation = [PropagationChange(.shared, isRecursive: false)]
        #expect(requests == [expected])
    }

    @Test("that bind start from the bundle, and know whether they show a directory")
    func binds() throws {
        let requests = try Self.requests(
            Mount(destination: "/b", type: "none", source: "bin", options: ["rbind", "ro", "rslave"]),
            Mount(destination: "/n", type: "bind", source: "/dev/null"))
        #expect(
            requests[0].source
                == .tree(HostTree(path: "/usr/bin", isDirectory: true, isRecursive: true, propagation: nil)))
        #expect(requests[0].attributes == MountAttributeChange(adding: .readOnly))
        #expect(requests[0].attributesBelow.isEmpty)
        #expect(requests[0].propagation == [PropagationChange(.slave, isRecursive: true)])
        #expect(
            requests[1].source == .tree(HostTree(path: "/dev/null", isDirectory: false, isRecursive: false)))
    }

    @Test(
        "stay among the host's peers only where they are shared",
        arguments: [
            (["rbind"], .private), (["rbind", "rprivate"], nil), (["rbind", "rslave"], nil), (["bind", "shared"], nil),
            (["rbind", "slave"], .slave), (["rbind", "private"], .slave), (["bind", "unbindable"], .slave),
        ] as [([String], Propagation?)])
    func peers(options: [String], former: Propagation?) throws {
        let requests = try Self.requests(Mount(destination: "/b", source: "bin", options: options))
        guard case .tree(let tree)? = requests.first?.source else { return #expect(Bool(false)) }
        #expect(tree.propagation == former)
    }

    @Test("say which of a bind's options mean nothing")
    func idle() throws {
        let requests = try Self.requests(
            Mount(destination: "/b", source: "bin", options: ["bind", "mode=755", "sync", "ro"]))
        #expect(requests[0].idleOptions == ["mode=755", "sync"])
        #expect(try Self.requests(Mount(destination: "/b", type: "tmpfs", options: ["mode=755"]))[0].idleOptions == [])
    }

    @Test("that show owners through a map of their own have both halves of it")
    func maps() throws {
        var mount = Mount(destination: "/b", source: "bin", options: ["bind"])
        mount.uidMappings = [RuntimeConfiguration.IDMapping(containerID: 0, hostID: 1000, size: 10)]
        #expect(
            Self.refusal(mount) == "mounts[0]: uidMappings and gidMappings go together: one of them is missing")
        mount.gidMappings = [RuntimeConfiguration.IDMapping(containerID: 0, hostID: 2000, size: 10)]
        guard case .tree(let tree)? = try Self.requests(mount).first?.source else { return #expect(Bool(false)) }
        let users = IDMap(extents: [IDExtent(inside: 0, outside: 1000, count: 10)])
        let groups = IDMap(extents: [IDExtent(inside: 0, outside: 2000, count: 10)])
        #expect(tree.owners == OwnerMapping(.own(users: users, groups: groups), isRecursive: false))
        mount.options = ["rbind", "ridmap"]
        guard case .tree(let all)? = try Self.requests(mount).first?.source else { return #expect(Bool(false)) }
        #expect(all.owners == OwnerMapping(.own(users: users, groups: groups), isRecursive: true))
        #expect(
            Self.refusal(Mount(destination: "/b", source: "bin", options: ["bind", "idmap"]))
                == "mounts[0]: an idmapped mount needs uidMappings and gidMappings, or a user namespace to take them from"
        )
        #expect(
            Self.refusal(Mount(destination: "/b", type: "tmpfs", options: ["idmap"]))
                == "mounts[0]: only a bind mount can be idmapped, not the type tmpfs")
    }

    @Test(
        "are refused over /proc and in it, however it is spelled (CVE-2019-16884, CVE-2019-19921)",
        arguments: ["/proc/self/attr", "proc/1", "/./proc/sys", "/x/../proc/keys", "//proc//kcore/", "/proc/cpuinfo/x"])
    func inProc(path: String) {
        let cleaned = AbsolutePath.cleaned(path)
        for mount in [
            Mount(destination: path, source: "/dev/null", options: ["bind"]), Mount(destination: path, type: "tmpfs"),
        ] {
            #expect(
                Self.refusal(mount) == "mounts[0]: \"\(cleaned)\" cannot be mounted because it is inside /proc")
        }
    }

    @Test("may show what lxcfs shows, and a procfs over /proc")
    func lxcfs() throws {
        for name in ["cpuinfo", "meminfo", "uptime", "net/dev", "sys/kernel/ns_last_pid"] {
            let mount = Mount(destination: "/proc/" + name, source: "/dev/null", options: ["bind"])
            #expect(Self.refusal(mount) == nil)
        }
        #expect(Self.refusal(Mount(destination: "/proc/cpuinfo", type: "tmpfs")) != nil)
        #expect(Self.refusal(Mount(destination: "/proc", source: "/proc", options: ["rbind"])) == nil)
        #expect(
            Self.refusal(Mount(destination: "/proc", source: "/usr", options: ["bind"]))
                == "mounts[0]: \"/proc\" cannot be mounted because it is not of type proc: /usr is something else")
        #expect(
            Self.refusal(Mount(destination: "/proc", type: "tmpfs"))
                == "mounts[0]: \"/proc\" cannot be mounted because it is not of type proc")
    }

    @Test(
        "say what is missing or cannot be",
        arguments: [
            (Mount(destination: "/", type: "tmpfs"), "destination: a mount cannot take the place of the root"),
            (Mount(destination: "/a/..", type: "tmpfs"), "destination: a mount cannot take the place of the root"),
            (Mount(destination: "/a", options: ["bind"]), "source: it is missing"),
            (
                Mount(destination: "/a", source: "none-there", options: ["bind"]),
                "source: /usr/none-there: no such file or directory"
            ),
            (
                Mount(destination: "/a"),
                "type: it is missing: name a file system, or write bind or rbind among the options"
            ),
            (
                Mount(destination: "/a", type: "proc", options: ["tmpcopyup"]),
                "options: tmpcopyup is for a tmpfs alone, not for proc"
            ),
            (
                Mount(destination: "/a", type: "tmpfs", options: ["remount"]),
                "options: remount changes nothing: /a is mounted by this entry alone"
            ),
        ])
    func refused(mount: Mount, words: String) {
        #expect(Self.refusal(mount) == "mounts[0].\(words)")
    }

    @Test("hold no null byte")
    func nullByte() {
        for mount in [
            Mount(destination: "/a\0b", type: "tmpfs"), Mount(destination: "/a", type: "tm\0pfs"),
            Mount(destination: "/a", type: "tmpfs", options: ["size=1\0"]),
        ] { #expect(Self.refusal(mount) == "mounts[0]: a text in it holds a null byte") }
    }

    @Test(
        "show cgroups by a new mount in a cgroup namespace, whatever version was asked for",
        arguments: ["cgroup", "cgroup2"])
    func cgroup(type: String) throws {
        let requests = try Self.requests(
            Mount(destination: "/sys/fs/cgroup", type: type, source: "cgroup", options: ["ro", "nosuid"]))
        #expect(requests.map(\.source) == [.new(NewFileSystem(type: "cgroup2", source: "cgroup"))])
        #expect(requests[0].attributes == MountAttributeChange(adding: [.readOnly, .noSetUserID]))
    }

    @Test("show the host's cgroups read-only without one, unless rw is asked for (CVE-2023-25809)")
    func hostCgroups() throws {
        guard let tree = try CgroupTree.find() else { return }
        func attributes(_ options: [String]) throws -> MountAttributes {
            let requests = try Self.requests(
                Mount(destination: "/sys/fs/cgroup", type: "cgroup", options: options),
                change: { $0.linux.namespaces.removeAll { $0.type == .cgroup } })
            #expect(
                requests[0].source == .tree(HostTree(path: tree.mount, isDirectory: true, isRecursive: false)))
            return requests[0].attributes.added
        }
        #expect(try attributes([]) == [.inert, .readOnly])
        #expect(try attributes(["ro"]) == [.inert, .readOnly])
        #expect(try attributes(["rw"]) == .inert)
    }

    @Test("show the host's /sys where a new one would be of a network that others own")
    func sysOfOthers() throws {
        func source(_ kinds: Set<RuntimeConfiguration.Namespace.Kind>) throws -> MountRequest {
            try Self.requests(
                Mount(destination: "/sys", type: "sysfs", options: ["nosuid"]),
                change: { $0.linux.namespaces = kinds.map { RuntimeConfiguration.Namespace(type: $0) } })[0]
        }
        let new = MountRequest.Source.new(NewFileSystem(type: "sysfs"))
        #expect(try source([.mount]).source == new)
        #expect(try source([.mount, .user, .network]).source == new)
        let bound = try source([.mount, .user])
        #expect(bound.source == .tree(HostTree(path: "/sys", isDirectory: true, isRecursive: true)))
        #expect(bound.attributesBelow.added == [.inert, .readOnly])
    }

    @Test("show the host's /proc where its processes are shared, and nothing where others are")
    func procOfOthers() throws {
        let mount = Mount(destination: "/proc", type: "proc")
        let shared = try Self.requests(
            mount,
            change: {
                $0.linux.namespaces.removeAll { $0.type == .pid }
                $0.linux.namespaces.append(RuntimeConfiguration.Namespace(type: .user))
            })
        #expect(shared[0].source == .tree(HostTree(path: "/proc", isDirectory: true, isRecursive: true)))
        let refusal = Self.refusal(
            mount,
            change: {
                $0.linux.namespaces = [
                    RuntimeConfiguration.Namespace(type: .pid, path: "/proc/1/ns/pid"),
                    RuntimeConfiguration.Namespace(type: .user),
                ]
            })
        #expect(refusal == "mounts[0]: the kernel mounts no proc of a pid namespace that another user namespace owns")
    }

    @Test("masked and read-only paths are absolute")
    func paths() {
        var description = RuntimeConfiguration.LinuxConfiguration()
        description.maskedPaths = ["/proc/kcore", "proc/keys"]
        var words: String?
        do throws(RuntimeError) { _ = try description.checkedPaths() } catch { words = error.message }
        #expect(words == "linux.maskedPaths[1]: it must be an absolute path, not \"proc/keys\"")
        description.maskedPaths = []
        description.readonlyPaths = [""]
        do throws(RuntimeError) { _ = try description.checkedPaths() } catch { words = error.message }
        #expect(words == "linux.readonlyPaths[0]: it must be an absolute path, not \"\"")
    }

    @Test("the root spreads as it is asked to")
    func rootPropagation() throws {
        let bundle = Self.bundle { $0.linux.rootfsPropagation = .rshared }
        #expect(
            try RootFileSystem(of: bundle).propagation == PropagationChange(.shared, isRecursive: true))
        #expect(try RootFileSystem(of: Self.bundle { _ in }).propagation == nil)
    }
}
