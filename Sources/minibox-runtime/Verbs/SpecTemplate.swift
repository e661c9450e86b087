// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import OCI

/// What `spec` writes: a shell on a terminal, in namespaces of its own, with few capabilities.
enum SpecTemplate {
    static let text = """
        {
            "ociVersion": "\(Runtime.specificationVersion)",
            "process": {
                "terminal": true,
                "user": {"uid": 0, "gid": 0},
                "args": ["sh"],
                "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
                "cwd": "/",
                "capabilities": {
                    "bounding": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
                    "effective": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
                    "permitted": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"]
                },
                "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024}],
                "noNewPrivileges": true
            },
            "root": {"path": "rootfs", "readonly": true},
            "hostname": "minibox",
            "mounts": [
                {"destination": "/proc", "type": "proc", "source": "proc"},
                {"destination": "/dev", "type": "tmpfs", "source": "tmpfs",
                    "options": ["nosuid", "strictatime", "mode=755", "size=65536k"]},
                {"destination": "/dev/pts", "type": "devpts", "source": "devpts",
                    "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]},
                {"destination": "/dev/shm", "type": "tmpfs", "source": "shm",
                    "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]},
                {"destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue",
                    "options": ["nosuid", "noexec", "nodev"]},
                {"destination": "/sys", "type": "sysfs", "source": "sysfs",
                    "options": ["nosuid", "noexec", "nodev", "ro"]},
                {"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup",
                    "options": ["nosuid", "noexec", "nodev", "relatime", "ro"]}
            ],
            "linux": {
                "resources": {"devices": [{"allow": false, "access": "rwm"}]},
                "namespaces": [
                    {"type": "pid"}, {"type": "network"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"},
                    {"type": "cgroup"}
                ],
                "maskedPaths": [
                    "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
                    "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi"
                ],
                "readonlyPaths": [
                    "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"
                ]
            }
        }
        """

    /// The same in a user namespace in which root is this user. The network stays the host's, whose sysfs a user
    /// namespace cannot mount: the host's is bound in its place. So is no group 5 for terminals, and no resources,
    /// which are not an ordinary user's to set.
    static var rootless: JSON {
        guard var json = try? JSON(parsing: text) else { return .null }
        let user = CurrentProcess.effectiveUser
        var namespaces = json["linux"]?["namespaces"]?.array ?? []
        namespaces.removeAll { $0["type"]?.string == "network" }
        namespaces.append(["type": "user"])
        json["linux"]?["namespaces"] = .array(namespaces)
        let map: JSON = [["containerID": 0, "hostID": JSON(user), "size": 1]]
        json["linux"]?["uidMappings"] = map
        json["linux"]?["gidMappings"] = map
        json["linux"]?["resources"] = nil
        json["mounts"] = .array(
            (json["mounts"]?.array ?? []).compactMap { mount in
                switch mount["destination"]?.string {
                case "/sys":
                    return [
                        "destination": "/sys", "type": "none", "source": "/sys",
                        "options": ["rbind", "nosuid", "noexec", "nodev", "ro"],
                    ]
                case "/sys/fs/cgroup": return nil
                case "/dev/pts":
                    var own = mount
                    own["options"] = .array((mount["options"]?.array ?? []).filter { $0 != "gid=5" })
                    return own
                default: return mount
                }
            })
        return json
    }
}
