// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Testing

@testable import ContainerRuntime

@Suite("What features says is there is there")
struct RuntimeFeaturesListTests {
    let features = Runtime.features

    private func profile(_ member: String, _ word: String) throws {
        let json: JSON =
            switch member {
            case "action":
                ["defaultAction": "SCMP_ACT_ALLOW", "syscalls": [["names": ["getpid"], "action": .string(word)]]]
            case "op":
                [
                    "defaultAction": "SCMP_ACT_ALLOW",
                    "syscalls": [
                        [
                            "names": ["personality"], "action": "SCMP_ACT_ERRNO",
                            "args": [["index": 0, "value": 1, "op": .string(word)]],
                        ]
                    ],
                ]
            case "flags": ["defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/l", "flags": [.string(word)]]
            default: ["defaultAction": "SCMP_ACT_ALLOW", "architectures": [.string(word)]]
            }
        _ = try SeccompProfile(resolved: json)
    }

    @Test("every word of seccomp is one that a profile may use")
    func seccomp() throws {
        let seccomp = try #require(features.seccomp)
        for word in seccomp.actions { try profile("action", word) }
        for word in seccomp.operators { try profile("op", word) }
        for word in seccomp.knownFlags { try profile("flags", word) }
        for word in seccomp.architectures { try profile("architectures", word) }
    }

    @Test("the kinds of namespace have the names of the specification")
    func namespaces() {
        #expect(features.namespaces == ["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"])
    }

    @Test("what is not there is said not to be")
    func missing() {
        #expect(!features.hasIntelRDT && !features.cgroup.systemd && !features.cgroup.v1)
        #expect(features.annotations["org.opencontainers.runc.checkpoint.enabled"] == "false")
    }
}
