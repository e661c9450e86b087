// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

/// Each member of the specification arrives in the field that is named after it.
@Suite struct RuntimeConfigurationReadingTests {
    typealias Configuration = RuntimeConfiguration
    let configuration: Configuration

    init() throws { configuration = try Configuration(parsing: Array(EveryMember.configuration.utf8)) }

    @Test func theTop() {
        #expect(configuration.ociVersion == "1.3.0")
        #expect(configuration.root == .init(path: "rootfs", isReadOnly: true))
        #expect(configuration.hostname == "box")
        #expect(configuration.domainname == "example")
        #expect(configuration.annotations == ["org.example.a": "1", "b": ""])
    }

    @Test func mounts() {
        let mounts = configuration.mounts
        #expect(mounts.first == .init(destination: "/proc", type: "proc", source: "proc"))
        var data = Configuration.Mount(destination: "/data", type: "none", source: "/srv", options: ["rbind", "ro"])
        data.uidMappings = [.init(containerID: 0, hostID: 1000, size: 1)]
        data.gidMappings = [.init(containerID: 1, hostID: 1001, size: 2)]
        #expect(mounts.last == data)
    }

    @Test func hooks() {
        let hooks = configuration.hooks
        #expect(hooks.prestart == [.init(path: "/1", arguments: ["one", "x"], environment: ["A=b"], timeout: 5)])
        #expect(hooks.createRuntime == [.init(path: "/2")])
        #expect(hooks.createContainer == [.init(path: "/3")])
        #expect(hooks.startContainer == [.init(path: "/4")])
        #expect(hooks.poststart == [.init(path: "/5")])
        #expect(hooks.poststop == [.init(path: "/6")])
        #expect(!hooks.isEmpty && Configuration.Hooks().isEmpty)
    }

    @Test func theProcess() throws {
        let process = try #require(configuration.process)
        #expect(process == (try Configuration.Process(parsing: Array(EveryMember.process.utf8))))
        #expect(process.terminal)
        #expect(process.consoleSize == .init(height: 25, width: 80))
        #expect(process.user == .init(uid: 1, gid: 2, umask: 18, additionalGids: [3, 4]))
        #expect(process.args == ["sh", "-c", "true"])
        #expect(process.env == ["PATH=/bin", "TERM=xterm"])
        #expect(process.cwd == "/work")
        let capabilities = try #require(process.capabilities)
        #expect(capabilities.bounding == ["CAP_KILL"] && capabilities.effective == ["CAP_CHOWN"])
        #expect(capabilities.permitted == ["CAP_FOWNER"] && capabilities.inheritable == ["CAP_SETUID"])
        #expect(capabilities.ambient == ["CAP_SETGID"])
        #expect(process.rlimits == [.init(type: .openFiles, soft: 1024, hard: .max)])
        #expect(process.noNewPrivileges && process.oomScoreAdj == -100)
        #expect(process.apparmorProfile == "box")
        #expect(process.selinuxLabel == "system_u:system_r:container_t:s0")
        let scheduler = try #require(process.scheduler)
        #expect(scheduler.policy == .deadline && scheduler.nice == -1 && scheduler.priority == 3)
        #expect(scheduler.flags == [.reclaim])
        #expect(scheduler.runtime == 4 && scheduler.deadline == 5 && scheduler.period == 6)
        #expect(process.ioPriority == .init(class: .idle, priority: 7))
        #expect(process.execCPUAffinity == .init(initial: "0", final: "0-3"))
    }

    @Test func namespacesAndIDs() {
        let linux = configuration.linux
        #expect(linux.namespaces.map(\.type) == [.pid, .network, .mount, .ipc, .uts, .user, .cgroup, .time])
        #expect(linux.namespace(.network)?.path == "/run/netns/x")
        #expect(linux.namespace(.time) == .init(type: .time, path: nil))
        #expect(linux.uidMappings == [.init(containerID: 0, hostID: 100000, size: 65536)])
        #expect(linux.gidMappings.map(\.hostID) == [200000, 300000])
        #expect(
            linux.timeOffsets == [.init(clock: .monotonic, seconds: -5, nanoseconds: 6), .init(clock: .boottime)])
    }

    @Test func devicesOfAllSorts() {
        var fuse = Configuration.Device(type: .character, path: "/dev/fuse", major: 10, minor: 229)
        (fuse.fileMode, fuse.uid, fuse.gid) = (0o666, 1, 2)
        #expect(configuration.linux.devices == [fuse, .init(type: .fifo, path: "/dev/pipe")])
        #expect(configuration.linux.netDevices == [.init(hostName: "eth0", name: "in0"), .init(hostName: "eth1")])
    }

    @Test func theRestOfLinux() throws {
        let linux = configuration.linux
        #expect(linux.cgroupsPath == "/boxes/one")
        #expect(linux.rootfsPropagation == .rslave)
        #expect(
            linux.sysctl == [.init(key: "net.ipv4.ip_forward", value: "1"), .init(key: "kernel.msgmax", value: "2")])
        #expect(linux.maskedPaths == ["/proc/kcore"] && linux.readonlyPaths == ["/proc/sys"])
        #expect(linux.mountLabel == "system_u:object_r:container_file_t:s0")
        #expect(linux.personality == .init(domain: .linux32))
        let rdt = try #require(linux.intelRdt)
        #expect(rdt.closID == "c" && rdt.schemata == ["L2:0=1"])
        #expect(rdt.l3CacheSchema == "L3:0=f" && rdt.memBwSchema == "MB:0=20")
        #expect(rdt.enableMonitoring && rdt.enableCMT && rdt.enableMBM)
        #expect(linux.memoryPolicy == .init(mode: .interleave, nodes: "0-1", flags: [.staticNodes]))
    }

    @Test func resources() throws {
        let resources = try #require(configuration.linux.resources)
        #expect(resources == (try Configuration.Resources(parsing: Array(EveryMember.resources.utf8))))
        #expect(
            resources.devices == [
                .init(allow: false, access: "rwm"),
                .init(allow: true, type: .character, major: 10, minor: -1, access: "rw"),
            ])
        let memory = try #require(resources.memory)
        #expect(memory.limit == 1 && memory.reservation == 2 && memory.swap == -1 && memory.kernel == 4)
        #expect(memory.kernelTCP == 5 && memory.swappiness == 6)
        #expect(memory.disableOOMKiller == true && memory.useHierarchy == false && memory.checkBeforeUpdate == true)
        let cpu = try #require(resources.cpu)
        #expect(cpu.shares == 1 && cpu.quota == -1 && cpu.burst == 3 && cpu.period == 4)
        #expect(cpu.realtimeRuntime == 5 && cpu.realtimePeriod == 6)
        #expect(cpu.cpus == "0-1" && cpu.mems == "0" && cpu.idle == 1)
        #expect(resources.pids == .init(limit: 100))
        let blocks = try #require(resources.blockIO)
        #expect(blocks.weight == 10 && blocks.leafWeight == 11)
        #expect(blocks.weightDevice == [.init(major: 8, minor: 0, weight: 12, leafWeight: 13)])
        #expect(blocks.throttleReadBpsDevice == [.init(major: 8, minor: 1, rate: 14)])
        #expect(blocks.throttleWriteBpsDevice == [.init(major: 8, minor: 2, rate: 15)])
        #expect(blocks.throttleReadIOPSDevice == [.init(major: 8, minor: 3, rate: 16)])
        #expect(blocks.throttleWriteIOPSDevice == [.init(major: 8, minor: 4, rate: 17)])
        #expect(resources.hugepageLimits == [.init(pageSize: "2MB", limit: 4096)])
        #expect(resources.network?.classID == 1_048_577)
        #expect(resources.network?.priorities == [.init(name: "eth0", priority: 5)])
        #expect(
            resources.rdma == [
                .init(device: "mlx5_1", hcaHandles: 3, hcaObjects: 4), .init(device: "mlx5_2", hcaHandles: 5),
            ])
        #expect(
            resources.unified == [.init(key: "memory.high", value: "1"), .init(key: "hugetlb.2MB.max", value: "2")])
    }

    @Test func theFilterIsKeptAsItWasWritten() throws {
        let seccomp = try #require(configuration.linux.seccomp)
        #expect(
            String(decoding: seccomp.bytes, as: UTF8.self)
                == #"{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []}"#)
        #expect(try seccomp.json() == ["defaultAction": "SCMP_ACT_ALLOW", "syscalls": []])
        #expect(seccomp != RawJSON(try seccomp.json()))
        #expect(RawJSON([:]) == RawJSON([:]))
    }
}
