// SPDX-License-Identifier: Apache-2.0

/// What a runtime can do, whatever the host can: the document of `features` (features.md, features-linux.md).
///
/// Lists and truth values are all known here, so that none is left out: a member that is absent means "unknown".
public struct RuntimeFeatures: Hashable, Sendable {
    /// Of the specification; neither may be empty.
    public var oldestVersion: String
    public var newestVersion: String
    public var hooks: [String]
    /// Those that are not a file system's own.
    public var mountOptions: [String]
    public var namespaces: [String]
    public var capabilities: [String]
    public var cgroup = Cgroup()
    /// Nil where there are no filters.
    public var seccomp: Seccomp?
    public var hasAppArmor = false
    public var hasSELinux = false
    public var hasIntelRDT = false
    /// Nil where it cannot be set.
    public var memoryPolicy: MemoryPolicy?
    /// Whether mounts can have maps of their own.
    public var hasIDMappedMounts = false
    public var hasNetDevices = false
    /// Annotations of a `config.json` that change what the runtime does; those that end with a dot are prefixes.
    public var unsafeAnnotations: [String] = []
    public var annotations: [String: String] = [:]

    public init(
        oldestVersion: String, newestVersion: String, hooks: [String], mountOptions: [String], namespaces: [String],
        capabilities: [String]
    ) {
        self.oldestVersion = oldestVersion
        self.newestVersion = newestVersion
        self.hooks = hooks
        self.mountOptions = mountOptions
        self.namespaces = namespaces
        self.capabilities = capabilities
    }

    /// What limits a container can have, and who sets them.
    public struct Cgroup: Hashable, Sendable {
        public var v1 = false
        public var v2 = false
        public var systemd = false
        public var systemdUser = false
        public var rdma = false

        public init() {}
    }

    /// The words that a filter can use: `SCMP_ACT_...`, `SCMP_CMP_...`, `SCMP_ARCH_...`, `SECCOMP_FILTER_FLAG_...`.
    public struct Seccomp: Hashable, Sendable {
        public var actions: [String]
        public var operators: [String]
        public var architectures: [String]
        public var knownFlags: [String]
        /// Those of them that this kernel has too.
        public var supportedFlags: [String]

        public init(
            actions: [String], operators: [String], architectures: [String], knownFlags: [String],
            supportedFlags: [String]
        ) {
            self.actions = actions
            self.operators = operators
            self.architectures = architectures
            self.knownFlags = knownFlags
            self.supportedFlags = supportedFlags
        }
    }

    /// The words of `linux.memoryPolicy`: `MPOL_...`.
    public struct MemoryPolicy: Hashable, Sendable {
        public var modes: [String]
        public var flags: [String]

        public init(modes: [String], flags: [String]) {
            self.modes = modes
            self.flags = flags
        }
    }
}

extension RuntimeFeatures {
    /// The document.
    public var json: JSON {
        var result: JSON = [
            "ociVersionMin": .string(oldestVersion), "ociVersionMax": .string(newestVersion), "hooks": JSON(hooks),
            "mountOptions": JSON(mountOptions), "linux": linux,
        ]
        if !annotations.isEmpty { result["annotations"] = JSON(annotations) }
        if !unsafeAnnotations.isEmpty { result["potentiallyUnsafeConfigAnnotations"] = JSON(unsafeAnnotations) }
        return result
    }

    private var linux: JSON {
        var result: JSON = [
            "namespaces": JSON(namespaces), "capabilities": JSON(capabilities),
            "cgroup": [
                "v1": .bool(cgroup.v1), "v2": .bool(cgroup.v2), "systemd": .bool(cgroup.systemd),
                "systemdUser": .bool(cgroup.systemdUser), "rdma": .bool(cgroup.rdma),
            ],
            "seccomp": ["enabled": .bool(seccomp != nil)],
        ]
        if let seccomp {
            result["seccomp"] = [
                "enabled": true, "actions": JSON(seccomp.actions), "operators": JSON(seccomp.operators),
                "archs": JSON(seccomp.architectures), "knownFlags": JSON(seccomp.knownFlags),
                "supportedFlags": JSON(seccomp.supportedFlags),
            ]
        }
        result["apparmor"] = ["enabled": .bool(hasAppArmor)]
        result["selinux"] = ["enabled": .bool(hasSELinux)]
        result["intelRdt"] = ["enabled": .bool(hasIntelRDT)]
        if let memoryPolicy {
            result["memoryPolicy"] = ["modes": JSON(memoryPolicy.modes), "flags": JSON(memoryPolicy.flags)]
        }
        result["mountExtensions"] = ["idmap": ["enabled": .bool(hasIDMappedMounts)]]
        result["netDevices"] = ["enabled": .bool(hasNetDevices)]
        return result
    }
}
