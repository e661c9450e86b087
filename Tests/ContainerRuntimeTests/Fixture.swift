// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Linux

extension ContainerConfiguration {
    /// A container as `run busybox true` describes it, with short paths and a short filter.
    static func usual(
        arguments: [String] = ["true"], _ change: (inout ContainerConfiguration) -> Void = { _ in }
    ) -> ContainerConfiguration {
        var result = ContainerConfiguration(
            id: "0123456789ab", hostname: "0123456789ab",
            root: RootFileSystem(
                .layers(
                    LayeredRoot(layers: ["/var/lib/minibox/layers/a"], writable: "/run/minibox/c/w", isTemporary: true)),
                isReadOnly: false),
            process: ProcessConfiguration(
                arguments: arguments, environment: ["PATH=/usr/bin:/bin"], workingDirectory: "/", user: .root,
                capabilities: .usual, filter: .usual, streams: .pipes(input: false)),
            namespaces: NamespaceChoices(own: [.mount, .pid, .network, .ipc, .uts, .cgroup, .user]),
            idMap: IDMap(extents: [IDExtent(inside: 0, outside: 100_000, count: 65_536)]),
            ownFiles: [
                OwnFile(path: "/run/minibox/c/hosts", contents: "127.0.0.1 localhost\n", target: "/etc/hosts")
            ],
            devices: DeviceChoices(
                nodes: [
                    DeviceNode(name: "null", number: DeviceNumber(1, 3)),
                    DeviceNode(name: "zero", number: DeviceNumber(1, 5)),
                ],
                rules: [DeviceRule(.character, 1, 3, .all), DeviceRule(.character, 1, 5, [.read, .write])]),
            cgroup: CgroupConfiguration(path: "/sys/fs/cgroup/minibox/c"),
            maskedPaths: ["/proc/kcore", "/sys/firmware"], readOnlyPaths: ["/proc/sys", "/proc/sysrq-trigger"],
            sharedMemorySize: 64 << 20, stage: "/run/minibox/c/stage")
        change(&result)
        return result
    }
}

extension CapabilitySet {
    /// The eleven of the defaults.
    static let usual: CapabilitySet = [
        .chown, .dacOverride, .fowner, .fsetid, .kill, .setgid, .setuid, .setpcap, .netBindService, .sysChroot,
        .setfcap,
    ]
}

extension FilterChoice {
    static let usual = FilterChoice(
        name: "default", program: SeccompFilter(instructions: [0x20, 0x7fff_0000_0000_0006]))
}

extension HostFacts {
    static func usual(
        names: Bool = false, controllers: [String] = ["cpu", "io", "memory", "pids"],
        capabilities: CapabilitySet = .named, limits: [LimitChoice] = []
    ) -> HostFacts {
        HostFacts(
            overlayTakesDescriptors: !names, controllers: controllers, capabilities: capabilities,
            knownCapabilities: .named, limits: limits)
    }
}

extension Plan {
    /// The plan of the usual container, changed.
    static func usual(
        host: HostFacts = .usual(), _ change: (inout ContainerConfiguration) -> Void = { _ in }
    ) throws(PlanError) -> Plan {
        try Planner(configuration: .usual(change), host: host).plan()
    }

    func number(of step: AnyStep) -> Int? { steps.first { $0.step == step }?.number }
}

extension RootFileSystem {
    /// Changes the layers that it has.
    mutating func change(_ body: (inout LayeredRoot) -> Void) {
        guard var layers = layered else { return }
        body(&layers)
        source = .layers(layers)
    }
}
