// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Linux

/// A kind of container that the cases run.
enum Style: String {
    /// The defaults: a private user namespace, pipes.
    case usual
    /// The defaults and one of everything that can be asked for.
    case full
    /// The host's ids, with the right to make devices.
    case host
    /// A user of the image's, filter and all.
    case user
    /// The filter loaded early.
    case early
}

extension Place {
    func configuration(_ style: Style, _ arguments: [String]) throws -> ContainerConfiguration {
        let cache = SeccompCache(in: try Descriptor.makeDirectories(base + "/filters"))
        let filter = try cache.standardFilter(bounding: ContainerCapabilities.standard).filter
        var own: Namespaces = [.mount, .pid, .network, .ipc, .uts, .cgroup]
        if style != .host { own.insert(.user) }
        var result = ContainerConfiguration(
            id: "kernel-test", hostname: "box",
            root: RootFileSystem(
                .layers(LayeredRoot(layers: [base + "/root"], writable: base + "/w", isTemporary: true)),
                isReadOnly: false),
            process: ProcessConfiguration(
                arguments: arguments, environment: ["PATH=/usr/bin:/bin:/sbin:/usr/sbin"], workingDirectory: "/",
                user: .root,
                capabilities: ContainerCapabilities.standard,
                filter: FilterChoice(name: "default", program: filter), streams: .pipes(input: false)),
            namespaces: NamespaceChoices(own: own),
            idMap: style == .host ? nil : IDMap(extents: [IDExtent(inside: 0, outside: 1_100_000_000, count: 65_536)]),
            ownFiles: [OwnFile(path: base + "/own/hosts", contents: "127.0.0.1 localhost\n", target: "/etc/hosts")],
            devices: DeviceChoices(
                nodes: ContainerDevices.nodes.map {
                    DeviceNode(name: $0.name, number: DeviceNumber($0.major, $0.minor))
                },
                // Not the node `full`: what the filter refuses is seen at it.
                rules: ContainerDevices.standard(makingNodes: false).filter { $0.minor != 7 }),
            cgroup: CgroupConfiguration(path: cgroups + "/kernel-test"), maskedPaths: KernelPaths.masked(processors: 2),
            readOnlyPaths: KernelPaths.readOnly, sharedMemorySize: 64 << 20, stage: base + "/stage")
        adapt(&result, to: style)
        return result
    }

    private func adapt(_ result: inout ContainerConfiguration, to style: Style) {
        switch style {
        case .usual: break
        case .host:
            result.process.capabilities.insert(.mknod)
        case .user:
            result.process.user = UserChoice(user: "app")
            result.process.additionalGroups = ["12"]
        case .early:
            result.process.noNewPrivileges = false
        case .full:
            result.domainName = "example"
            // One that a new namespace has always at 64, whatever the machine has.
            result.sysctls = [Sysctl(key: "net.ipv4.ip_default_ttl", value: "77")]
            result.cgroup.settings = [CgroupSetting(file: "cgroup.max.descendants", value: "5")]
            result.root.isReadOnly = true
            result.process.workingDirectory = "/srv/made"
            result.process.limits = [LimitChoice(resource: .openFiles, limit: ResourceLimit(soft: 77, hard: 99))]
            result.process.oomScore = 500
            result.process.fileModeMask = 0o027
            result.mounts = [
                MountRequest(
                    source: .bind(
                        path: base + "/data", isDirectory: true, isRecursive: true, isMapped: true,
                        propagation: .private),
                    target: "/data", attributes: .readOnly),
                MountRequest(source: .tmpfs(options: ["size=1m"]), target: "/scratch", attributes: .inert),
            ]
        }
    }

    func plan(_ style: Style, _ arguments: [String]) throws -> Plan {
        try Planner(configuration: configuration(style, arguments), host: .usual).plan()
    }
}

extension HostFacts {
    static var usual: HostFacts {
        HostFacts(
            overlayTakesDescriptors: true, controllers: [], capabilities: .named, knownCapabilities: .named,
            limits: [LimitChoice(resource: .openFiles, limit: ResourceLimit(soft: 1024, hard: 1 << 20))])
    }
}
