// SPDX-License-Identifier: Apache-2.0

/// What containerd gives to a runtime.
enum ContainerdDocument {
    static let capabilities = """
        ["CAP_CHOWN","CAP_DAC_OVERRIDE","CAP_FSETID","CAP_FOWNER","CAP_MKNOD","CAP_NET_RAW","CAP_SETGID","CAP_SETUID",
        "CAP_SETFCAP","CAP_SETPCAP","CAP_NET_BIND_SERVICE","CAP_SYS_CHROOT","CAP_KILL","CAP_AUDIT_WRITE"]
        """

    /// For `ctr run docker.io/library/busybox:latest one`: it names neither cgroup namespace nor filter.
    static let plain = """
        {"ociVersion":"1.2.1","process":{"user":{"uid":0,"gid":0,"additionalGids":[0,10]},"args":["sh"],
        "env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"cwd":"/",
        "capabilities":{"bounding":\(capabilities),"effective":\(capabilities),"permitted":\(capabilities)},
        "rlimits":[{"type":"RLIMIT_NOFILE","hard":1024,"soft":1024}],"noNewPrivileges":true},
        "root":{"path":"rootfs"},"mounts":[
        {"destination":"/proc","type":"proc","source":"proc","options":["nosuid","noexec","nodev"]},
        {"destination":"/dev","type":"tmpfs","source":"tmpfs","options":["nosuid","strictatime","mode=755","size=65536k"]},
        {"destination":"/dev/pts","type":"devpts","source":"devpts",
        "options":["nosuid","noexec","newinstance","ptmxmode=0666","mode=0620","gid=5"]},
        {"destination":"/dev/shm","type":"tmpfs","source":"shm",
        "options":["nosuid","noexec","nodev","mode=1777","size=65536k"]},
        {"destination":"/dev/mqueue","type":"mqueue","source":"mqueue","options":["nosuid","noexec","nodev"]},
        {"destination":"/sys","type":"sysfs","source":"sysfs","options":["nosuid","noexec","nodev","ro"]},
        {"destination":"/run","type":"tmpfs","source":"tmpfs","options":["nosuid","strictatime","mode=755","size=65536k"]}],
        "linux":{"resources":{"devices":[{"allow":false,"access":"rwm"},
        {"allow":true,"type":"c","major":1,"minor":3,"access":"rwm"},
        {"allow":true,"type":"c","major":1,"minor":8,"access":"rwm"},
        {"allow":true,"type":"c","major":1,"minor":7,"access":"rwm"},
        {"allow":true,"type":"c","major":5,"minor":0,"access":"rwm"},
        {"allow":true,"type":"c","major":1,"minor":5,"access":"rwm"},
        {"allow":true,"type":"c","major":1,"minor":9,"access":"rwm"},
        {"allow":true,"type":"c","major":5,"minor":1,"access":"rwm"},
        {"allow":true,"type":"c","major":136,"access":"rwm"},
        {"allow":true,"type":"c","major":5,"minor":2,"access":"rwm"}],"cpu":{"shares":1024}},
        "cgroupsPath":"/default/one","namespaces":[{"type":"pid"},{"type":"ipc"},{"type":"uts"},{"type":"mount"},
        {"type":"network"}],"maskedPaths":["/proc/acpi","/proc/asound","/proc/kcore","/proc/keys",
        "/proc/latency_stats","/proc/timer_list","/proc/timer_stats","/proc/sched_debug","/sys/firmware",
        "/sys/devices/virtual/powercap","/proc/scsi"],
        "readonlyPaths":["/proc/bus","/proc/fs","/proc/irq","/proc/sys","/proc/sysrq-trigger"]}}
        """

    /// For a container of a pod of Kubernetes, with namespaces of the sandbox's and the pod's own user namespace.
    static let pod = """
        {"ociVersion":"1.2.0","process":{"user":{"uid":65535,"gid":65535,"additionalGids":[65535]},"args":["/server"],
        "env":["PATH=/bin","KUBERNETES_SERVICE_PORT=443"],"cwd":"/","capabilities":{"bounding":["CAP_NET_BIND_SERVICE"]},
        "noNewPrivileges":true,"oomScoreAdj":993},"root":{"path":"rootfs","readonly":true},"mounts":[
        {"destination":"/proc","type":"proc","source":"proc","options":["nosuid","noexec","nodev"]},
        {"destination":"/sys","type":"bind","source":"/sys","options":["rbind","nosuid","noexec","nodev","ro"]},
        {"destination":"/sys/fs/cgroup","type":"cgroup","source":"cgroup","options":["nosuid","noexec","nodev","relatime","ro"]},
        {"destination":"/etc/hosts","type":"bind","source":"/var/lib/kubelet/pods/1234/etc-hosts",
        "options":["rbind","rprivate","rw","idmap"],
        "uidMappings":[{"containerID":0,"hostID":131072,"size":65536}],
        "gidMappings":[{"containerID":0,"hostID":131072,"size":65536}]}],
        "annotations":{"io.kubernetes.cri.container-name":"server","io.kubernetes.cri.container-type":"container",
        "io.kubernetes.cri.sandbox-uid":"6f0c"},
        "linux":{"uidMappings":[{"containerID":0,"hostID":131072,"size":65536}],
        "gidMappings":[{"containerID":0,"hostID":131072,"size":65536}],
        "resources":{"devices":[{"allow":false,"access":"rwm"}],
        "memory":{"limit":134217728,"swap":134217728},"cpu":{"shares":102,"quota":50000,"period":100000},
        "unified":{"memory.oom.group":"1"}},
        "cgroupsPath":"/kubepods/burstable/pod1234/abcd","namespaces":[{"type":"pid"},
        {"type":"ipc","path":"/proc/999/ns/ipc"},{"type":"uts","path":"/proc/999/ns/uts"},{"type":"mount"},
        {"type":"network","path":"/proc/999/ns/net"},{"type":"cgroup"},{"type":"user","path":"/proc/999/ns/user"}],
        "maskedPaths":["/proc/acpi","/proc/kcore"],"readonlyPaths":["/proc/bus","/proc/sys"]}}
        """
}
