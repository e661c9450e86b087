// SPDX-License-Identifier: Apache-2.0

/// What podman gives to a runtime for `podman run --userns auto -v data:/data:ro,Z alpine true`, but for its filter.
enum PodmanDocument {
    static let text = """
        {"ociVersion":"1.2.0","process":{"user":{"uid":0,"gid":0,"umask":18,"additionalGids":[0]},"args":["true"],
        "env":["container=podman","HOME=/root","HOSTNAME=f00"],"cwd":"/",
        "capabilities":{"bounding":["CAP_CHOWN","CAP_KILL"],"effective":["CAP_CHOWN","CAP_KILL"],
        "permitted":["CAP_CHOWN","CAP_KILL"]},
        "rlimits":[{"type":"RLIMIT_NOFILE","hard":1048576,"soft":1048576},{"type":"RLIMIT_NPROC","hard":4194304,
        "soft":4194304}],"oomScoreAdj":0},
        "root":{"path":"/var/lib/containers/storage/overlay/9d/merged"},"hostname":"f00","mounts":[
        {"destination":"/proc","type":"proc","source":"proc","options":["nosuid","noexec","nodev"]},
        {"destination":"/dev","type":"tmpfs","source":"tmpfs","options":["nosuid","noexec","strictatime","mode=755","size=65536k"]},
        {"destination":"/sys","type":"sysfs","source":"sysfs","options":["nosuid","noexec","nodev","ro"]},
        {"destination":"/dev/pts","type":"devpts","source":"devpts","options":["nosuid","noexec","newinstance","ptmxmode=0666","mode=0620","gid=5"]},
        {"destination":"/dev/mqueue","type":"mqueue","source":"mqueue","options":["nosuid","noexec","nodev"]},
        {"destination":"/data","type":"bind","source":"/var/lib/containers/storage/volumes/data/_data",
        "options":["ro","rprivate","nosuid","nodev","rbind"]},
        {"destination":"/etc/resolv.conf","type":"bind","source":"/run/containers/storage/f00/resolv.conf",
        "options":["bind","rprivate"]},
        {"destination":"/run/.containerenv","type":"bind","source":"/run/containers/storage/f00/.containerenv",
        "options":["bind","rprivate"]},
        {"destination":"/sys/fs/cgroup","type":"cgroup","source":"cgroup",
        "options":["rprivate","nosuid","noexec","nodev","relatime","ro"]}],
        "annotations":{"io.container.manager":"libpod","org.opencontainers.image.stopSignal":"15"},
        "linux":{"uidMappings":[{"containerID":0,"hostID":1,"size":1024}],
        "gidMappings":[{"containerID":0,"hostID":1,"size":1024}],
        "sysctl":{"net.ipv4.ping_group_range":"0 0"},
        "resources":{"devices":[{"allow":false,"access":"rwm"}],"pids":{"limit":2048}},
        "cgroupsPath":"/libpod_parent/libpod-f00","namespaces":[{"type":"pid"},
        {"type":"network","path":"/run/netns/netns-1"},{"type":"ipc"},{"type":"uts"},{"type":"mount"},{"type":"user"},
        {"type":"cgroup"}],
        "devices":[{"path":"/dev/fuse","type":"c","major":10,"minor":229,"fileMode":8630,"uid":0,"gid":0}],
        "rootfsPropagation":"slave","seccomp":{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[]},
        "maskedPaths":["/proc/acpi","/proc/kcore"],
        "readonlyPaths":["/proc/asound","/proc/bus","/proc/fs","/proc/irq","/proc/sys","/proc/sysrq-trigger"]}}
        """
}
