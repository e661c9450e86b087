// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI

extension Runtime {
    /// What this runtime can do, whatever the host can: the document of `features`.
    public static var features: RuntimeFeatures {
        var features = RuntimeFeatures(
            oldestVersion: "1.0.0", newestVersion: specificationVersion, hooks: HookRun.Kind.allCases.map(\.rawValue),
            mountOptions: MountOptions.known,
            namespaces: Namespaces.named.map { specificationName($0.name) }.sorted(),
            capabilities: CapabilitySet.names)
        features.cgroup.v2 = true
        features.cgroup.rdma = true
        features.seccomp = RuntimeFeatures.Seccomp(
            actions: SeccompProfile.Words.actions, operators: SeccompProfile.Words.operators,
            architectures: SeccompArchitecture.allCases.map { "SCMP_ARCH_\($0.rawValue)" }.sorted(),
            knownFlags: SeccompProfile.Words.flags,
            // All of them are in Linux 5.19, before which nothing here runs.
            supportedFlags: SeccompProfile.Words.flags)
        features.hasAppArmor = true
        features.hasSELinux = true
        features.memoryPolicy = RuntimeFeatures.MemoryPolicy(
            modes: MemoryPolicy.Mode.allCases.map(\.name), flags: MemoryPolicy.Flags.named.map(\.name))
        features.hasIDMappedMounts = true
        features.hasNetDevices = true
        features.annotations = ["org.opencontainers.runc.checkpoint.enabled": "false"]
        return features
    }

    /// Two kinds have other names in the specification than in `/proc/PID/ns`.
    private static func specificationName(_ name: String) -> String {
        switch name {
        case "mnt": "mount"
        case "net": "network"
        default: name
        }
    }
}

extension SeccompProfile {
    /// The words that a profile of a bundle may use.
    enum Words {
        static let actions = [
            "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD",
            "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP",
        ]
        static let operators = [
            "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_LE", "SCMP_CMP_LT", "SCMP_CMP_MASKED_EQ",
            "SCMP_CMP_NE",
        ]
        static let flags = [
            "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_TSYNC",
            "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
        ]
    }
}
