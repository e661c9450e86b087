// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension ContainerConfiguration {
    /// The container that a bundle describes. What the description says of one subject is read by the file of that name.
    public init(_ bundle: Bundle, at place: BundlePlace) throws(RuntimeError) {
        let description = bundle.configuration
        guard let process = description.process else {
            throw .configuration("process", "it is missing: name the program in process.args")
        }
        let root = try RootFileSystem(of: bundle)
        let paths = try description.linux.checkedPaths()
        self.init(
            id: place.id, hostname: description.hostname, domainName: description.domainname,
            root: root,
            process: try ProcessConfiguration(process, of: description, at: place),
            namespaces: try NamespaceChoices(description.linux), idMap: try IDMap(description.linux),
            mounts: try MountRequest.list(of: bundle), devices: try DeviceChoices(description.linux),
            cgroup: try CgroupConfiguration(path: place.cgroup, description),
            sysctls: description.linux.sysctl.map {
                Sysctl(key: RuntimeConfiguration.sysctlKey($0.key) ?? $0.key, value: $0.value)
            },
            maskedPaths: paths.masked, readOnlyPaths: paths.readOnly,
            sharedMemorySize: 0, stage: place.directory)
        kernelFileSystems = .listed
        try MountRequest.label(&mounts, description.linux.mountLabel)
        try checkNames()
        hooks = try HookChoices(
            description, state: HookState(description, id: place.id, bundle: place.bundle ?? bundle.path))
    }
}

extension RuntimeError {
    /// What is wrong with a member of config.json.
    static func configuration(_ member: String, _ words: String, hint: String? = nil) -> RuntimeError {
        RuntimeError(.invalid, "\(member): \(words)", Details(phase: "configuration", path: member, hint: hint))
    }
}
