// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// What a lab host is, as the bundle of an OCI container: the same planner makes it that makes any other, and its rails are
/// steps of the plan.
struct HostDescription {
    /// Where the overlay over the machine's root is mounted; absolute.
    var root: String
    /// A pipe of the file system: who holds it open keeps the lab host alive.
    var alive: String
    /// A directory for the store of its containers; nil has it in memory.
    var store: String?
    var programs: String
    var exercises: String
    var exercise: String
    var environment: [String]
    /// Whether the capabilities that reach the machine itself are there: only where nobody gets a shell.
    var hasAllCapabilities: Bool

    /// Where in the lab host the lab's own things are.
    static let lab = "/run/lab"
    /// The machine's modules, its clock, its end, and its memory: no namespace has them.
    static let kept: CapabilitySet = [.sysModule, .sysBoot, .sysTime, .sysRawio]
    static let path = "PATH=/run/lab/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    var json: JSON {
        let all = ProcessCapabilities.boundingAndKnown().bounding
        let names = (hasAllCapabilities ? all : all.subtracting(Self.kept)).memberNames
        let capabilities = JSON(names)
        return [
            "ociVersion": "1.2.0", "hostname": "labhost", "root": ["path": JSON(root), "readonly": false],
            "process": [
                "terminal": false, "cwd": "/root", "user": ["uid": 0, "gid": 0],
                "args": JSON(["\(Self.lab)/bin/minibox-init", "/bin/cat", "\(Self.lab)/alive"]),
                "env": JSON(environment),
                "capabilities": [
                    "bounding": capabilities, "effective": capabilities, "permitted": capabilities,
                ],
                "noNewPrivileges": false,
            ],
            "mounts": .array(mounts),
            "linux": [
                "namespaces": [
                    ["type": "pid"], ["type": "network"], ["type": "ipc"], ["type": "uts"], ["type": "mount"],
                    ["type": "cgroup"],
                ],
                "resources": ["devices": .array(Self.devices)],
                // Of /sys nothing is covered, or the kernel would show none to containers with users of their own.
                "maskedPaths": ["/proc/kcore", "/proc/sysrq-trigger"],
                // What a network namespace has of its own stays to be set: bridges need it.
                "readonlyPaths": [
                    "/proc/sys/kernel", "/proc/sys/vm", "/proc/sys/fs", "/proc/sys/dev", "/proc/sys/debug",
                    "/proc/irq", "/proc/bus", "/proc/fs",
                ],
            ],
        ]
    }

    private var mounts: [JSON] {
        func mount(_ type: String, _ target: String, _ options: [String]) -> JSON {
            ["destination": JSON(target), "type": JSON(type), "source": JSON(type), "options": JSON(options)]
        }
        func bind(_ source: String, _ target: String, _ options: [String] = ["ro"]) -> JSON {
            [
                "destination": JSON(target), "type": "bind", "source": JSON(source),
                "options": JSON(["bind", "nosuid", "nodev"] + options),
            ]
        }
        let hidden = ["nosuid", "nodev", "noexec"]
        return [
            mount("proc", "/proc", hidden), mount("tmpfs", "/dev", ["nosuid", "mode=755", "size=4m"]),
            mount("devpts", "/dev/pts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
            mount("tmpfs", "/dev/shm", hidden + ["mode=1777", "size=64m"]), mount("mqueue", "/dev/mqueue", hidden),
            mount("sysfs", "/sys", hidden + ["ro"]), mount("cgroup", "/sys/fs/cgroup", hidden + ["rw"]),
            mount("tmpfs", "/run", ["nosuid", "nodev", "mode=755", "size=256m"]),
            mount("tmpfs", "/tmp", ["nosuid", "nodev", "mode=1777", "size=256m"]),
            // The writable layers of its containers, which cannot stand on an overlay.
            store.map {
                ["destination": "/var/lib/minibox", "type": "bind", "source": JSON($0), "options": ["bind", "nodev"]]
            } ?? mount("tmpfs", "/var/lib/minibox", ["nodev", "mode=700", "size=512m"]),
            // A container with users of its own gets a /proc only where one is seen here that nothing covers.
            mount("proc", "\(Self.lab)/proc", hidden), bind(programs, "\(Self.lab)/bin"),
            bind(exercises, "\(Self.lab)/exercises"), bind(exercise, "\(Self.lab)/exercise"),
            bind(alive, "\(Self.lab)/alive", ["rw"]),
        ]
    }

    /// The devices that every program expects, making nodes of any kind, and reading the kernel's log by one: nothing that
    /// a disk is behind.
    private static var devices: [JSON] {
        func allow(_ type: String, _ major: Int, _ minor: Int?, _ access: String) -> JSON {
            var rule: JSON = ["allow": true, "type": JSON(type), "major": JSON(major), "access": JSON(access)]
            if let minor { rule["minor"] = JSON(minor) }
            return rule
        }
        return [
            ["allow": false, "access": "rwm"], ["allow": true, "type": "c", "access": "m"],
            ["allow": true, "type": "b", "access": "m"], allow("c", 1, 3, "rwm"), allow("c", 1, 5, "rwm"),
            allow("c", 1, 7, "rwm"), allow("c", 1, 8, "rwm"), allow("c", 1, 9, "rwm"), allow("c", 5, 0, "rwm"),
            allow("c", 5, 1, "rwm"), allow("c", 5, 2, "rwm"), allow("c", 136, nil, "rwm"), allow("c", 1, 11, "rm"),
        ]
    }
}
