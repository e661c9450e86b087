// SPDX-License-Identifier: Apache-2.0

/// What dockerd gives to a runtime for `docker run -it --memory 64m --cpus 1.5 --pids-limit 100 alpine`, but for most
/// names of its filter.
enum DockerDocument {
    static let capabilities = """
        ["CAP_CHOWN","CAP_DAC_OVERRIDE","CAP_FSETID","CAP_FOWNER","CAP_MKNOD","CAP_NET_RAW","CAP_SETGID","CAP_SETUID",
        "CAP_SETFCAP","CAP_SETPCAP","CAP_NET_BIND_SERVICE","CAP_SYS_CHROOT","CAP_KILL","CAP_AUDIT_WRITE"]
        """

    static let text = """
        {"ociVersion":"1.2.0","process":{"terminal":true,"consoleSize":{"height":24,"width":80},"user":{"uid":0,"gid":0,
        "additionalGids":[0,1,2,3,4,6,10,11,20,26,27]},"args":["/bin/sh"],"env":[
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","HOSTNAME=0a1b2c3d4e5f","TERM=xterm"],
        "cwd":"/","capabilities":{"bounding":\(capabilities),"effective":\(capabilities),"permitted":\(capabilities)},
        "apparmorProfile":"docker-default","oomScoreAdj":0},
        "root":{"path":"/var/lib/docker/overlay2/6f1c/merged"},"hostname":"0a1b2c3d4e5f","mounts":[
        {"destination":"/proc","type":"proc","source":"proc","options":["nosuid","noexec","nodev"]},
        {"destination":"/dev","type":"tmpfs","source":"tmpfs","options":["nosuid","strictatime","mode=755","size=65536k"]},
        {"destination":"/dev/pts","type":"devpts","source":"devpts",
        "options":["nosuid","noexec","newinstance","ptmxmode=0666","mode=0620","gid=5"]},
        {"destination":"/sys","type":"sysfs","source":"sysfs","options":["nosuid","noexec","nodev","ro"]},
        {"destination":"/sys/fs/cgroup","type":"cgroup","source":"cgroup","options":["ro","nosuid","noexec","nodev"]},
        {"destination":"/dev/mqueue","type":"mqueue","source":"mqueue","options":["nosuid","noexec","nodev"]},
        {"destination":"/dev/shm","type":"tmpfs","source":"shm",
        "options":["nosuid","noexec","nodev","mode=1777","size=67108864"]},
        {"destination":"/etc/resolv.conf","type":"bind","source":"/var/lib/docker/containers/0a1b/resolv.conf",
        "options":["rbind","rprivate"]},
        {"destination":"/etc/hostname","type":"bind","source":"/var/lib/docker/containers/0a1b/hostname",
        "options":["rbind","rprivate"]},
        {"destination":"/etc/hosts","type":"bind","source":"/var/lib/docker/containers/0a1b/hosts",
        "options":["rbind","rprivate"]}],
        "hooks":{"prestart":[{"path":"/proc/4242/exe","args":["libnetwork-setkey","-exec-root=/var/run/docker",
        "0a1b2c3d4e5f","d1ff6f5c7e9a"]}]},
        "linux":{"sysctl":{"net.ipv4.ip_unprivileged_port_start":"0","net.ipv4.ping_group_range":"0 2147483647"},
        "resources":{"devices":[{"allow":false,"access":"rwm"},
        {"allow":true,"type":"c","major":1,"minor":5,"access":"rwm"},
        {"allow":true,"type":"c","major":1,"minor":3,"access":"rwm"},
        {"allow":true,"type":"c","major":1,"minor":9,"access":"rwm"},
        {"allow":true,"type":"c","major":1,"minor":8,"access":"rwm"},
        {"allow":true,"type":"c","major":5,"minor":0,"access":"rwm"},
        {"allow":true,"type":"c","major":5,"minor":1,"access":"rwm"},
        {"allow":false,"type":"c","major":10,"minor":229,"access":"rwm"}],
        "memory":{"limit":67108864,"swap":134217728},"cpu":{"shares":0,"quota":150000,"period":100000},
        "pids":{"limit":100},"blockIO":{"weight":0}},
        "cgroupsPath":"/docker/0a1b2c3d4e5f","namespaces":[{"type":"mount"},{"type":"network"},{"type":"uts"},
        {"type":"pid"},{"type":"ipc"},{"type":"cgroup"}],
        "seccomp":{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":1,"architectures":["SCMP_ARCH_X86_64",
        "SCMP_ARCH_X86","SCMP_ARCH_X32"],"syscalls":[{"names":["accept","execve","exit","read","write"],
        "action":"SCMP_ACT_ALLOW"},{"names":["personality"],"action":"SCMP_ACT_ALLOW",
        "args":[{"index":0,"value":18446744073709551615,"op":"SCMP_CMP_EQ"}]}]},
        "maskedPaths":["/proc/asound","/proc/acpi","/proc/interrupts","/proc/kcore","/proc/keys",
        "/proc/latency_stats","/proc/timer_list","/proc/timer_stats","/proc/sched_debug","/proc/scsi",
        "/sys/firmware","/sys/devices/virtual/powercap"],
        "readonlyPaths":["/proc/bus","/proc/fs","/proc/irq","/proc/sys","/proc/sysrq-trigger"]}}
        """

    /// For `docker exec -u 1000 -w /tmp NAME env`.
    static let process = """
        {"user":{"uid":1000,"gid":1000,"additionalGids":[1000]},"args":["env"],
        "env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","HOSTNAME=0a1b2c3d4e5f"],
        "cwd":"/tmp","capabilities":{"bounding":\(capabilities)},"apparmorProfile":"docker-default","oomScoreAdj":0}
        """

    /// For `docker update --memory 128m --cpu-shares 512 NAME`, as containerd's shim hands it on.
    static let resources = """
        {"memory":{"limit":134217728,"reservation":0,"swap":268435456},"cpu":{"shares":512,"quota":0,"period":0,
        "cpus":"","mems":""},"pids":{},"blockIO":{"weight":0}}
        """
}
