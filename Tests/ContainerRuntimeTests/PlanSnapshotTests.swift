// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Linux
import OCI
import Testing

/// A change of the configuration whose plan is on record.
struct PlanCase: Sendable, CustomTestStringConvertible {
    var name: String
    var host: HostFacts = .usual()
    var change: @Sendable (inout ContainerConfiguration) -> Void
    var testDescription: String { name }

    /// An interface beside one of the host's.
    @Sendable static func beside(_ configuration: inout ContainerConfiguration) {
        guard let own = AddressPrefix("192.168.7.2/24"), let metadata = AddressPrefix("169.254.0.0/16") else { return }
        configuration.namespaces.macvlans = [
            MacvlanInterface(
                parent: "lan0", name: "eth0", hardwareAddress: HardwareAddress(of: own.address), mode: .private)
        ]
        var settings = InterfaceSettings(name: "eth0", addresses: [own], gateways: [])
        settings.refused = [metadata]
        configuration.namespaces.interfaces = [settings]
    }

    /// A fresh volume, a part of another, images of one layer and of several, and a disk.
    @Sendable static func network(_ configuration: inout ContainerConfiguration) {
        guard let first = AddressPrefix("172.17.0.2/16"), let second = AddressPrefix("fd00::2/64"),
            let gateway = InternetAddress("172.17.0.1")
        else { return }
        let hardware = HardwareAddress(of: first.address)
        configuration.namespaces.ports = [
            NetworkPort(
                bridge: "minibox0", hostName: "mbv000000000001", name: "eth0", hardwareAddress: hardware,
                isIsolated: true),
            NetworkPort(
                bridge: "mb-1", hostName: "mbv000000000002", name: "eth1", hardwareAddress: hardware,
                isIsolated: false, maximumPacket: 1400),
        ]
        configuration.namespaces.interfaces = [
            InterfaceSettings(name: "eth0", addresses: [first], gateways: [gateway]),
            InterfaceSettings(name: "eth1", addresses: [second], gateways: []),
        ]
        configuration.namespaces.nameServer = InternetAddress("127.0.0.11")
    }

    @Sendable private static func volumes(_ configuration: inout ContainerConfiguration) {
        func volume(_ name: String, subpath: String? = nil, isFresh: Bool = false) -> MountRequest.Source {
            let directory = "/var/lib/minibox/volumes/\(name)"
            return .tree(
                HostTree(
                    path: directory + "/_data", isDirectory: true, isRecursive: false,
                    owners: OwnerMapping(.container, isRecursive: false), subpath: subpath,
                    fresh: isFresh ? FreshVolume(directory: directory, isDurable: true) : nil))
        }
        configuration.mounts = [
            MountRequest(source: volume("data", isFresh: true), target: "/data", attributes: []),
            MountRequest(source: volume("other", subpath: "a/b"), target: "/part", attributes: .readOnly),
            MountRequest(
                source: .image(ImageTree(name: "tools", layers: ["/layers/2", "/layers/1"], subpath: "opt")),
                target: "/tools", attributes: .readOnly),
            MountRequest(
                source: .image(ImageTree(name: "one", layers: ["/layers/3"])), target: "/one", attributes: .readOnly),
            MountRequest(
                source: .image(ImageTree(name: "none", layers: [])), target: "/none", attributes: .readOnly),
            MountRequest(
                source: .hosted(
                    HostedFileSystem(
                        NewFileSystem(type: "ext4", source: "/dev/sdb1", options: ["data=ordered"]), isMapped: true)),
                target: "/disk", attributes: [.noExecute]),
        ]
    }

    static let all: [PlanCase] = [
        PlanCase(name: "defaults") { _ in },
        PlanCase(name: "network", change: network),
        PlanCase(name: "beside", change: beside),
        PlanCase(name: "terminal") { $0.process.streams = .terminal(rows: 24, columns: 80) },
        PlanCase(name: "interactive") { $0.process.streams = .pipes(input: true) },
        PlanCase(name: "privileged") {
            $0.process.capabilities = .named
            $0.process.filter = .unconfined
            $0.process.noNewPrivileges = false
            $0.devices.rules = [DeviceRule(.any, nil, nil, .all)]
            $0.maskedPaths = []
            $0.readOnlyPaths = []
            $0.namespaces.own.remove(.user)
            $0.idMap = nil
        },
        PlanCase(name: "read-only") { $0.root.isReadOnly = true },
        PlanCase(name: "user-1000") {
            $0.process.user = UserChoice(user: "1000", group: "50")
            $0.process.additionalGroups = ["audio"]
            $0.process.workingDirectory = "/home/app"
        },
        PlanCase(name: "bind") {
            $0.mounts = [
                MountRequest(
                    source: .bind(
                        path: "/srv/data", isDirectory: true, isRecursive: false, isMapped: true, propagation: .private),
                    target: "/data", attributes: [])
            ]
        },
        PlanCase(name: "bind-unmapped-read-only-recursive") {
            $0.mounts = [
                MountRequest(
                    source: .bind(
                        path: "/srv/data", isDirectory: true, isRecursive: true, isMapped: false, propagation: .private),
                    target: "/data", attributes: .readOnly)
            ]
        },
        PlanCase(name: "volumes", change: volumes),
        PlanCase(name: "volumes-unmapped-names-route", host: .usual(names: true)) {
            volumes(&$0)
            $0.namespaces.own.remove(.user)
            $0.idMap = nil
        },
        PlanCase(name: "mounts-by-depth") {
            $0.mounts = [
                MountRequest(source: .tmpfs(options: ["size=1m", "mode=1777"]), target: "/a/b", attributes: .inert),
                MountRequest(
                    source: .bind(
                        path: "/srv/f", isDirectory: false, isRecursive: false, isMapped: true, propagation: .private),
                    target: "/a", attributes: []),
            ]
        },
        PlanCase(name: "tmpfs-over-shm") {
            $0.mounts = [MountRequest(source: .tmpfs(options: ["size=1m"]), target: "/dev/shm", attributes: .inert)]
        },
        PlanCase(name: "cap-add") { $0.process.capabilities.insert(.netAdmin) },
        PlanCase(name: "cap-add-all") { $0.process.capabilities = .named },
        PlanCase(name: "cap-drop") { $0.process.capabilities.remove(.chown) },
        PlanCase(name: "cap-drop-all") { $0.process.capabilities = [] },
        PlanCase(name: "seccomp-unconfined") { $0.process.filter = .unconfined },
        PlanCase(name: "seccomp-profile") {
            $0.process.filter = FilterChoice(
                name: "/etc/profile.json", program: SeccompFilter(instructions: [0x0005_0000_0000_0006]))
        },
        PlanCase(name: "new-privileges") { $0.process.noNewPrivileges = false },
        PlanCase(name: "unmasked") { $0.maskedPaths = [] },
        PlanCase(name: "userns-host") {
            $0.namespaces.own.remove(.user)
            $0.idMap = nil
        },
        PlanCase(name: "userns-extents") {
            $0.idMap = IDMap(extents: [
                IDExtent(inside: 0, outside: 100_000, count: 65_536),
                IDExtent(inside: 70_000, outside: 165_536, count: 1),
            ])
        },
        PlanCase(name: "userns-joined") {
            $0.namespaces = NamespaceChoices(
                own: [.mount, .pid, .uts, .cgroup],
                joined: [JoinedNamespaces(kinds: [.user, .network, .ipc], process: 4711, name: "web")])
        },
        PlanCase(name: "pid-joined") {
            $0.namespaces.own = [.mount, .network, .ipc, .uts, .cgroup]
            $0.namespaces.joined = [JoinedNamespaces(kinds: [.user, .pid], process: 4711, name: "web")]
        },
        PlanCase(name: "host-network") {
            $0.namespaces.own = [.mount, .pid, .ipc, .uts, .cgroup]
            $0.idMap = nil
        },
        PlanCase(name: "sysctls") {
            $0.sysctls = [
                Sysctl(key: "net.ipv4.ip_forward", value: "1"), Sysctl(key: "kernel.msgmax", value: "65536"),
            ]
        },
        PlanCase(name: "limits") {
            $0.process.limits = [
                LimitChoice(resource: .openFiles, limit: ResourceLimit(soft: 1024, hard: 4096)),
                LimitChoice(resource: .processes, limit: ResourceLimit(soft: .max, hard: .max)),
            ]
            $0.process.oomScore = 500
            $0.process.fileModeMask = 0o077
            $0.cgroup.settings = [
                CgroupSetting(file: "memory.max", value: "67108864"),
                CgroupSetting(file: "memory.swap.max", value: "0"),
                CgroupSetting(file: "pids.max", value: "100"), CgroupSetting(file: "cpu.max", value: "50000 100000"),
            ]
        },
        PlanCase(name: "limits-clamped", host: .clamped) {
            $0.process.limits = [
                LimitChoice(resource: .openFiles, limit: ResourceLimit(soft: 8192, hard: 1_048_576))
            ]
        },
        PlanCase(name: "bounded-storage") {
            $0.root.change { $0.limit = WritableLimit(bytes: 16 << 20, inodes: 256) }
        },
        PlanCase(name: "processes-alone") {
            $0.showsProcessesAlone = true
            $0.sysctls = [Sysctl(key: "net.ipv4.ip_forward", value: "1")]
        },
        PlanCase(name: "root-shared") {
            $0.root.propagation = PropagationChange(.shared, isRecursive: true)
            $0.process.keyring = .inherited
        },
        PlanCase(name: "no-cgroup") { $0.cgroup.path = nil },
        PlanCase(name: "kept-changes") { $0.root.change { $0.isTemporary = false } },
        PlanCase(name: "names-route", host: .usual(names: true)) {
            $0.root.change { $0.layers.append("/var/lib/minibox/layers/b") }
        },
        PlanCase(name: "bundle") { $0.become(bundleWithUsers: false) },
        PlanCase(name: "bundle-own-users") { $0.become(bundleWithUsers: true) },
        PlanCase(name: "layers-127") { $0.root.change { $0.layers = (0..<127).map { "/l/\($0)" } } },
    ]
}

extension ContainerConfiguration {
    /// As `create` of a bundle describes it.
    fileprivate mutating func become(bundleWithUsers: Bool) {
        root = RootFileSystem(.directory("/b/rootfs"), isReadOnly: true)
        kernelFileSystems = .listed
        hostname = nil
        ownFiles = []
        mounts = [
            MountRequest(source: .fileSystem(type: "proc", options: []), target: "/proc", attributes: []),
            MountRequest(source: .devices(options: ["mode=755"]), target: "/dev", attributes: [.noSetUserID]),
            MountRequest(
                source: .bind(
                    path: "/srv", isDirectory: true, isRecursive: true, isMapped: false, propagation: .private),
                target: "/a/b/c", attributes: []),
            MountRequest(source: .tmpfs(options: []), target: "/tmp", attributes: .inert),
        ]
        process.oomScore = -500
        process.numericUser = NumericUser(user: 1000, group: 1000, groups: [5])
        process.streams = .inherited(further: 2)
        process.endsWithParent = false
        process.gate = GateConfiguration(fifo: "/run/c/exec.fifo", report: "/run/c/report")
        if bundleWithUsers { return }
        namespaces.own.remove(.user)
        idMap = nil
    }
}

extension HostFacts {
    fileprivate static let clamped = HostFacts.usual(
        capabilities: .named.subtracting(.sysResource),
        limits: [LimitChoice(resource: .openFiles, limit: ResourceLimit(soft: 1024, hard: 4096))])
}

@Suite("The plan of a configuration")
struct PlanSnapshotTests {
    @Test("is the one on record", arguments: PlanCase.all)
    func isOnRecord(_ item: PlanCase) throws {
        let plan = try Plan.usual(host: item.host, item.change)
        try expectSnapshot(item.name, plan.explanation(width: 140))
    }

    @Test(
        "is the same for programs, with all that each step is made of",
        arguments: PlanCase.all.filter { $0.name != "layers-127" })
    func isOnRecordAsJSON(_ item: PlanCase) throws {
        let plan = try Plan.usual(host: item.host, item.change)
        let lines = plan.json()["steps"]?.array?.map {
            "\($0["number"] ?? nil) \($0["step"] ?? nil) \($0["parameters"] ?? nil)"
        }
        try expectSnapshot("\(item.name).json", (lines ?? []).joined(separator: "\n") + "\n")
    }

    @Test("names every step once, from 1 on")
    func numbers() throws {
        for item in PlanCase.all {
            let plan = try Plan.usual(host: item.host, item.change)
            #expect(plan.steps.map(\.number) == Array(1...plan.count))
        }
    }

    @Test("shows 127 layers as 127 copies, each with a slot of its own")
    func manyLayers() throws {
        let plan = try Plan.usual { $0.root.change { $0.layers = (0..<127).map { "/l/\($0)" } } }
        let copies = plan.beside.filter { if case .copyTree(.layer, _) = $0 { true } else { false } }
        #expect(copies.count == 127)
    }
}
