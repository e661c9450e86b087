// SPDX-License-Identifier: Apache-2.0
import Engine
import Linux
import Networks
import OCI
import Testing

extension ContainerRequest {
    /// A request in which each field differs from its default. A new field belongs here, and in its JSON.
    static func full() throws -> ContainerRequest {
        var request = ContainerRequest()
        request.image = "busybox:1.36"
        request.platform = Platform(os: "linux", architecture: "arm", variant: "v6")
        request.command = ["sh", "-c", "echo \"a b\"\n"]
        request.name = try ContainerName(parsing: "web.1")
        request.removesItself = true
        request.restart = .onFailure(atMost: 3)
        request.stopSignal = try SignalArgument(parsing: "RTMIN+2")
        request.stopTimeout = -1
        request.health.isOff = true
        request.health.test = ["CMD", "true"]
        request.health.interval = DurationValue(nanoseconds: 1_500_000_000)
        request.health.timeout = DurationValue(nanoseconds: 300_000_000)
        request.health.startPeriod = DurationValue(nanoseconds: 1)
        request.health.startInterval = DurationValue(nanoseconds: 3_600_000_000_000)
        request.health.retries = 7
        request.log = try LogChoice(options: [LogOption(parsing: "max-size=1m"), LogOption(parsing: "max-file=3")])
        request.cidFile = "run/web.cid"
        request.labels = [try LabelArgument(parsing: "a=b=c"), try LabelArgument(parsing: "empty")]
        request.annotations = [try LabelArgument(parsing: "run.x/y=z")]
        request.isInteractive = true
        request.hasTerminal = true
        request.hasInit = true
        request.entrypoint = ""
        request.workingDirectory = try ContainerPath(parsing: "/srv")
        request.environment = [try EnvironmentArgument(parsing: "A=b=c"), try EnvironmentArgument(parsing: "HOME")]
        request.environmentFiles = ["one.env", "/etc/two.env"]
        request.user = try UserArgument(parsing: "www:33")
        request.additionalGroups = [try GroupArgument(parsing: "audio"), try GroupArgument(parsing: "12")]
        request.hostname = try HostName(parsing: "web")
        request.domainName = try HostName(parsing: "example.org")
        request.network = .container("db")
        request.ports = try PortMapping.parsed("127.0.0.1:8080-8081:80-81/udp")
        request.exposed = try PortMapping.parsedExposed("90-91/udp")
        request.publishesAll = true
        request.networks = [
            try NetworkArgument(
                parsing: "name=lab,alias=db,alias=sql,ip=10.9.0.2,ip6=fd00::2,mac-address=02:42:0a:09:00:02"),
            try NetworkArgument(parsing: "bridge"),
        ]
        request.names.servers = [try NameChoices.server("9.9.9.9")]
        request.names.searches = ["example.org"]
        request.names.options = ["ndots:2"]
        request.names.hosts = [try HostArgument(parsing: "db:10.0.0.1")]
        request.names.links = [try LinkArgument(parsing: "db:sql")]
        request.pid = .host
        request.ipc = .container("db")
        request.uts = .host
        request.cgroupNamespace = .host
        request.time = .private
        request.userNamespace = .host
        request.tmpfs = [
            try TmpfsArgument(parsing: "/run:exec,suid,dev,ro,noatime,size=50%,mode=1770,uid=5,gid=6,nr_inodes=1k"),
            try TmpfsArgument(parsing: "/a b"), try TmpfsArgument(parsing: "/t:strictatime,nodiratime,mpol=local"),
        ]
        if case .tmpfs(let odd) = try MountArgument(parsing: "type=tmpfs,\"target=/a:b,c\",tmpfs-size=1m") {
            request.tmpfs.append(odd)
        }
        request.binds = [
            BindArgument(
                source: try bind("./data:/x").source,
                target: try ContainerPath(parsing: "/a:b"),
                isReadOnly: true, leavesMountsBelowWritable: true, isRecursive: false, propagation: .slave),
            try bind("/srv:/srv:ro"),
        ]
        for text in [
            "src=data,dst=/v,ro,volume-nocopy,volume-subpath=a/b,volume-label=x=y,volume-opt=type=tmpfs", "dst=/w",
        ] {
            if case .volume(let volume) = try MountArgument(parsing: text) { request.volumes.append(volume) }
        }
        request.images = [
            ImageMountArgument(image: "busybox:1", target: try ContainerPath(parsing: "/i"), subpath: "bin")
        ]
        request.volumesFrom = [try VolumesFromArgument(parsing: "box:ro,z")]
        request.allowsSensitive = true
        request.isReadOnly = true
        request.metadata = .open
        request.networkOptions = [.hostAccess(true)]
        request.taskRole = try RoleName(parsing: "billing")
        request.rootPropagation = try RootPropagation(parsing: "rslave")
        request.notified = [try NotifyArgument(parsing: "mkdir,unlink,\"refuse=a,b\"")]
        request.storage = [try StorageOption(parsing: "size=16m"), try StorageOption(parsing: "inodes=100")]
        request.showsProcessesAlone = true
        request.deviceRules = [try DeviceRuleArgument(parsing: "c 10:* rw")]
        request.sharedMemory = ByteCount(1 << 20)
        request.devices = [
            try DeviceArgument(parsing: "/dev/fuse"), try DeviceArgument(parsing: "/dev/sda:/dev/x:r"),
        ]
        request.isPrivileged = true
        request.addedCapabilities = [try CapabilityArgument(parsing: "net_admin,SYS_TIME")]
        request.droppedCapabilities = [
            try CapabilityArgument(parsing: "ALL"), try CapabilityArgument(parsing: "MKNOD"),
        ]
        request.securityOptions = try [
            "seccomp=unconfined", "seccomp=builtin", "seccomp=profile.json", "no-new-privileges",
            "no-new-privileges=false", "mask=/proc/a:/proc/b", "unmask=/proc/c", "unmask=ALL", "apparmor=unconfined",
            "apparmor=some", "label=disable",
        ].map(SecurityOption.init(parsing:))
        request.sysctls = [try SysctlArgument(parsing: "net.ipv4.ping_group_range=0 1")]
        request.ulimits = [
            try UlimitArgument(parsing: "nofile=1024:2048"), try UlimitArgument(parsing: "core=0:-1"),
            try UlimitArgument(parsing: "nproc=unlimited"),
        ]
        request.oomScore = try OutOfMemoryScore(parsing: "-500")
        request.fileModeMask = try FileModeMask(parsing: "0")
        request.limits = try LimitRequest.full()
        return request
    }
}

private func bind(_ text: String) throws -> BindArgument { try #require(try VolumeArgument(parsing: text).bind) }

extension LimitRequest {
    fileprivate static func full() throws -> LimitRequest {
        var limits = LimitRequest()
        limits.cgroupParent = try CgroupParentArgument(parsing: "/jobs")
        limits.memory = try ByteCount(parsing: "1.5g")
        limits.memoryAndSwap = try ByteLimit(parsing: "-1")
        limits.memoryReservation = try ByteCount(parsing: "1m")
        limits.cpus = try CPUCount(parsing: "1.05")
        limits.cpuPeriod = try CPUPeriod(parsing: "50000")
        limits.cpuQuota = try CPUQuota(parsing: "-1")
        limits.cpuShares = try CPUShares(parsing: "512")
        limits.cpuSet = try CPUList(parsing: "0-2,5")
        limits.memoryNodes = try MemoryNodeList(parsing: "0-1")
        limits.blockWeight = try BlockWeight(parsing: "300")
        limits.processes = try ProcessLimit(parsing: "100")
        limits.readBytes = [try DeviceRate(parsingBytes: "/dev/sda:1mb")]
        limits.writeBytes = [try DeviceRate(parsingBytes: "/dev/sda:2mb")]
        limits.readOperations = [try DeviceRate(parsingOperations: "/dev/sdb:10")]
        limits.writeOperations = [try DeviceRate(parsingOperations: "/dev/sdb:20")]
        return limits
    }
}
