// SPDX-License-Identifier: Apache-2.0

/// A `config.json` that has each member of the specification once, with a value of its own.
enum EveryMember {
    static let configuration = """
        {
            "ociVersion": "1.3.0",
            "process": \(process),
            "root": {"path": "rootfs", "readonly": true},
            "hostname": "box",
            "domainname": "example",
            "mounts": [
                {"destination": "/proc", "type": "proc", "source": "proc"},
                {
                    "destination": "/data", "type": "none", "source": "/srv", "options": ["rbind", "ro"],
                    "uidMappings": [{"containerID": 0, "hostID": 1000, "size": 1}],
                    "gidMappings": [{"containerID": 1, "hostID": 1001, "size": 2}]
                }
            ],
            "hooks": {
                "prestart": [{"path": "/1", "args": ["one", "x"], "env": ["A=b"], "timeout": 5}],
                "createRuntime": [{"path": "/2"}],
                "createContainer": [{"path": "/3"}],
                "startContainer": [{"path": "/4"}],
                "poststart": [{"path": "/5"}],
                "poststop": [{"path": "/6"}]
            },
            "annotations": {"org.example.a": "1", "b": ""},
            "linux": {
                "namespaces": [
                    {"type": "pid"}, {"type": "network", "path": "/run/netns/x"}, {"type": "mount"}, {"type": "ipc"},
                    {"type": "uts"}, {"type": "user"}, {"type": "cgroup"}, {"type": "time", "path": ""}
                ],
                "uidMappings": [{"containerID": 0, "hostID": 100000, "size": 65536}],
                "gidMappings": [
                    {"containerID": 0, "hostID": 200000, "size": 1}, {"containerID": 1, "hostID": 300000, "size": 9}
                ],
                "timeOffsets": {"monotonic": {"secs": -5, "nanosecs": 6}, "boottime": {}},
                "devices": [
                    {
                        "path": "/dev/fuse", "type": "c", "major": 10, "minor": 229, "fileMode": 438, "uid": 1,
                        "gid": 2
                    },
                    {"path": "/dev/pipe", "type": "p"}
                ],
                "netDevices": {"eth0": {"name": "in0"}, "eth1": {}},
                "cgroupsPath": "/boxes/one",
                "resources": \(resources),
                "rootfsPropagation": "rslave",
                "seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []},
                "sysctl": {"net.ipv4.ip_forward": "1", "kernel.msgmax": "2"},
                "maskedPaths": ["/proc/kcore"],
                "readonlyPaths": ["/proc/sys"],
                "mountLabel": "system_u:object_r:container_file_t:s0",
                "personality": {"domain": "LINUX32", "flags": []},
                "intelRdt": {
                    "closID": "c", "schemata": ["L2:0=1"], "l3CacheSchema": "L3:0=f", "memBwSchema": "MB:0=20",
                    "enableMonitoring": true, "enableCMT": true, "enableMBM": true
                },
                "memoryPolicy": {"mode": "MPOL_INTERLEAVE", "nodes": "0-1", "flags": ["MPOL_F_STATIC_NODES"]}
            }
        }
        """

    static let process = """
        {
            "terminal": true,
            "consoleSize": {"height": 25, "width": 80},
            "user": {"uid": 1, "gid": 2, "umask": 18, "additionalGids": [3, 4]},
            "args": ["sh", "-c", "true"],
            "env": ["PATH=/bin", "TERM=xterm"],
            "cwd": "/work",
            "capabilities": {
                "bounding": ["CAP_KILL"], "effective": ["CAP_CHOWN"], "permitted": ["CAP_FOWNER"],
                "inheritable": ["CAP_SETUID"], "ambient": ["CAP_SETGID"]
            },
            "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 1024, "hard": 18446744073709551615}],
            "noNewPrivileges": true,
            "oomScoreAdj": -100,
            "apparmorProfile": "box",
            "selinuxLabel": "system_u:system_r:container_t:s0",
            "scheduler": {
                "policy": "SCHED_DEADLINE", "nice": -1, "priority": 3, "flags": ["SCHED_FLAG_RECLAIM"], "runtime": 4,
                "deadline": 5, "period": 6
            },
            "ioPriority": {"class": "IOPRIO_CLASS_IDLE", "priority": 7},
            "execCPUAffinity": {"initial": "0", "final": "0-3"},
            "commandLine": "of Windows"
        }
        """

    static let resources = """
        {
            "devices": [
                {"allow": false, "access": "rwm"},
                {"allow": true, "type": "c", "major": 10, "minor": -1, "access": "rw"}
            ],
            "memory": {
                "limit": 1, "reservation": 2, "swap": -1, "kernel": 4, "kernelTCP": 5, "swappiness": 6,
                "disableOOMKiller": true, "useHierarchy": false, "checkBeforeUpdate": true
            },
            "cpu": {
                "shares": 1, "quota": -1, "burst": 3, "period": 4, "realtimeRuntime": 5, "realtimePeriod": 6,
                "cpus": "0-1", "mems": "0", "idle": 1
            },
            "pids": {"limit": 100},
            "blockIO": {
                "weight": 10, "leafWeight": 11,
                "weightDevice": [{"major": 8, "minor": 0, "weight": 12, "leafWeight": 13}],
                "throttleReadBpsDevice": [{"major": 8, "minor": 1, "rate": 14}],
                "throttleWriteBpsDevice": [{"major": 8, "minor": 2, "rate": 15}],
                "throttleReadIOPSDevice": [{"major": 8, "minor": 3, "rate": 16}],
                "throttleWriteIOPSDevice": [{"major": 8, "minor": 4, "rate": 17}]
            },
            "hugepageLimits": [{"pageSize": "2MB", "limit": 4096}],
            "network": {"classID": 1048577, "priorities": [{"name": "eth0", "priority": 5}]},
            "rdma": {"mlx5_1": {"hcaHandles": 3, "hcaObjects": 4}, "mlx5_2": {"hcaHandles": 5}},
            "unified": {"memory.high": "1", "hugetlb.2MB.max": "2"}
        }
        """
}
