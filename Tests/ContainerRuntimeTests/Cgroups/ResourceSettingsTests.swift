// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

@testable import ContainerRuntime

@Suite struct ResourceSettingsTests {
    private typealias Resources = RuntimeConfiguration.Resources

    private func settings(
        current: CurrentLimits = .none, _ change: (inout Resources) -> Void
    ) throws(CgroupError) -> [String] {
        var resources = Resources()
        change(&resources)
        return try ResourceSettings(resources, current: current).settings.map { "\($0.file) \($0.value)" }
    }

    private func memory(
        _ current: CurrentLimits = .none, _ change: (inout Resources.Memory) -> Void
    ) throws(CgroupError) -> [String] {
        var memory = Resources.Memory()
        change(&memory)
        return try settings(current: current) { $0.memory = memory }
    }

    private func cpu(
        _ current: CurrentLimits = .none, _ change: (inout Resources.CPU) -> Void
    ) throws(CgroupError) -> [String] {
        var cpu = Resources.CPU()
        change(&cpu)
        return try settings(current: current) { $0.cpu = cpu }
    }

    @Test func whatIsAbsentOrZeroAsksForNothing() throws {
        #expect(try settings { _ in } == [])
        #expect(
            try memory {
                $0.limit = 0
                $0.swap = 0
                $0.reservation = 0
            } == [])
        #expect(
            try cpu {
                $0.shares = 0
                $0.quota = 0
                $0.period = 0
                $0.cpus = ""
                $0.realtimePeriod = 0
            } == [])
        #expect(try settings { $0.pids = Resources.PIDs() } == [])
    }

    @Test func swapIsWhatIsAboveMemory() throws {
        #expect(
            try memory {
                $0.limit = 100
                $0.swap = 150
                $0.reservation = 50
            } == ["memory.swap.max 50", "memory.max 100", "memory.low 50"])
        #expect(try memory { ($0.limit, $0.swap) = (100, 100) } == ["memory.swap.max 0", "memory.max 100"])
        #expect(try memory { ($0.limit, $0.swap) = (100, -1) } == ["memory.swap.max max", "memory.max 100"])
        #expect(try memory { $0.limit = -1 } == ["memory.swap.max max", "memory.max max"])
        #expect(try memory { $0.limit = 100 } == ["memory.max 100"], "swap stays as it is")
        #expect(try memory(CurrentLimits(memory: 100)) { $0.swap = 160 } == ["memory.swap.max 60"], "of an update")
    }

    @Test(arguments: [(100, 99), (nil, 100), (-1, 100), (0, 100), (-2, nil), (100, -2)] as [(Int64?, Int64?)])
    func swapWithoutOrBelowMemoryIsRefused(_ limit: Int64?, _ swap: Int64?) {
        let error = #expect(throws: CgroupError.self) { try memory { ($0.limit, $0.swap) = (limit, swap) } }
        #expect(error?.code == .limit && error?.description.hasPrefix("memory.") == true)
    }

    @Test func aLimitBelowWhatIsUsedIsRefusedWhereThatWasAsked() throws {
        let current = CurrentLimits(memoryInUse: 200)
        #expect(try memory(current) { $0.limit = 100 } == ["memory.max 100"])
        let error = #expect(throws: CgroupError.self) {
            try memory(current) { ($0.limit, $0.checkBeforeUpdate) = (200, true) }
        }
        #expect(error?.code == .inUse)
        #expect(try memory(current) { ($0.limit, $0.checkBeforeUpdate) = (201, true) } == ["memory.max 201"])
    }

    @Test func aQuotaOrAPeriodAloneLeavesTheOther() throws {
        #expect(try cpu { ($0.quota, $0.period) = (5000, 10000) } == ["cpu.max 5000 10000"])
        #expect(try cpu { $0.quota = 5000 } == ["cpu.max 5000"])
        #expect(try cpu { $0.quota = -1 } == ["cpu.max max"])
        #expect(try cpu { $0.period = 10000 } == ["cpu.max max 10000"])
        #expect(try cpu(CurrentLimits(quota: "7000")) { $0.period = 10000 } == ["cpu.max 7000 10000"])
        #expect(
            try cpu { ($0.quota, $0.burst, $0.shares) = (5000, 1000, 512) }
                == ["cpu.weight 59", "cpu.max 5000", "cpu.max.burst 1000"])
    }

    @Test func anIdleGroupGetsItsWeightBefore() throws {
        #expect(try cpu { ($0.idle, $0.shares) = (1, 1024) } == ["cpu.weight 100", "cpu.idle 1"])
        #expect(try cpu { ($0.idle, $0.shares) = (0, 1024) } == ["cpu.idle 0", "cpu.weight 100"])
        #expect(throws: CgroupError.self) { try cpu { $0.idle = 2 } }
    }

    @Test func theSetsComeFirst() throws {
        #expect(
            try settings {
                var (cpu, memory) = (Resources.CPU(), Resources.Memory())
                (cpu.cpus, cpu.mems, memory.limit) = ("0-1", "0", 100)
                ($0.cpu, $0.memory) = (cpu, memory)
            } == ["cpuset.cpus 0-1", "cpuset.mems 0", "memory.max 100"])
    }

    @Test(arguments: [(50, "50"), (0, "1"), (-1, "max"), (-7, "max")] as [(Int64, String)])
    func processes(_ limit: Int64, _ written: String) throws {
        #expect(try settings { $0.pids = Resources.PIDs(limit: limit) } == ["pids.max \(written)"])
    }

    @Test func disksAreWrittenOneByOne() throws {
        var blocks = Resources.BlockIO()
        blocks.weight = 500
        blocks.weightDevice = [Resources.DeviceWeight(major: 8, minor: 0, weight: 1000)]
        blocks.throttleReadBpsDevice = [Resources.DeviceRate(major: 8, minor: 0, rate: 1)]
        blocks.throttleWriteIOPSDevice = [Resources.DeviceRate(major: 8, minor: 16, rate: 0)]
        var resources = Resources()
        resources.blockIO = blocks
        let written = try ResourceSettings(resources).settings
        #expect(
            written.map { "\($0.file) \($0.value)" } == [
                "io.bfq.weight 500", "io.bfq.weight 8:0 1000", "io.max 8:0 rbps=1", "io.max 8:16 wiops=max",
            ])
        #expect(written[0].otherwise == [CgroupSetting(file: "io.weight", value: "default 4950")])
        #expect(written[1].otherwise == [CgroupSetting(file: "io.weight", value: "8:0 10000")])
        blocks.weight = 9
        #expect(throws: CgroupError.self) { try settings { $0.blockIO = blocks } }
        blocks.weight = nil
        blocks.throttleReadBpsDevice[0].major = -1
        #expect(throws: CgroupError.self) { try settings { $0.blockIO = blocks } }
    }

    @Test func hugePagesAreLimitedWithTheirReservations() throws {
        #expect(
            try settings { $0.hugepageLimits = [Resources.HugepageLimit(pageSize: "2MB", limit: 4096)] }
                == ["hugetlb.2MB.max 4096", "hugetlb.2MB.rsvd.max 4096"])
    }

    /// A part of a file's name (runc #4103).
    @Test(arguments: ["", "2", "MB", "02MB", "2MB/../../cgroup.procs", "2mb", "2 MB", "2MB.x"])
    func aSizeOfPagesThatIsNoneIsRefused(_ size: String) {
        let error = #expect(throws: CgroupError.self) {
            try settings { $0.hugepageLimits = [Resources.HugepageLimit(pageSize: size, limit: 1)] }
        }
        #expect(error?.code == .limit)
    }

    @Test func rdma() throws {
        #expect(
            try settings {
                $0.rdma = [
                    Resources.RDMALimit(device: "mlx5_1", hcaHandles: 3, hcaObjects: 10000),
                    Resources.RDMALimit(device: "mlx4_0", hcaObjects: 1), Resources.RDMALimit(device: "rxe3"),
                ]
            } == ["rdma.max mlx5_1 hca_handle=3 hca_object=10000", "rdma.max mlx4_0 hca_object=1"])
        #expect(throws: CgroupError.self) { try settings { $0.rdma = [Resources.RDMALimit(device: "a b")] } }
    }

    @Test func unifiedIsWrittenAsItIsAndLast() throws {
        #expect(
            try settings {
                $0.pids = Resources.PIDs(limit: 5)
                $0.unified = [
                    .init(key: "memory.high", value: "1000"), .init(key: "io.max", value: "8:0 rbps=1\n8:16 rbps=2\n"),
                    .init(key: "cgroup.max.depth", value: "3"),
                ]
            } == [
                "pids.max 5", "memory.high 1000", "io.max 8:0 rbps=1", "io.max 8:16 rbps=2", "cgroup.max.depth 3",
            ])
    }

    @Test(arguments: [
        "../../cgroup.procs", "memory/max", "memory", "", ".", "..", ".max", "memory.", "cgroup.procs", "cgroup.kill",
        "cgroup.freeze", "memory.max\n", "a b.c",
    ])
    func aFileThatIsNoLimitIsRefused(_ file: String) {
        let error = #expect(throws: CgroupError.self) {
            try settings { $0.unified = [.init(key: file, value: "1")] }
        }
        #expect(error?.code == .limit)
    }

    @Test func whatOnlyTheFirstVersionHasIsRefusedWhereItIsALimit() throws {
        #expect(throws: CgroupError.self) { try cpu { $0.realtimeRuntime = 9500 } }
        var network = Resources.Network()
        #expect(try settings { $0.network = network } == [])
        network.classID = 1
        let error = #expect(throws: CgroupError.self) { try settings { $0.network = network } }
        #expect(error?.code == .firstVersion)

        var resources = Resources()
        var memory = Resources.Memory()
        (memory.kernel, memory.kernelTCP, memory.swappiness, memory.disableOOMKiller) = (1, -1, 60, true)
        resources.memory = memory
        let result = try ResourceSettings(resources)
        #expect(result.settings == [])
        #expect(result.notes.count == 3)
    }

    @Test func noLimitIsNoLossWithoutTheController() throws {
        var resources = Resources()
        var (memory, cpu) = (Resources.Memory(), Resources.CPU())
        (memory.limit, memory.swap, cpu.shares, cpu.period) = (-1, -1, 1024, 100_000)
        (resources.memory, resources.cpu, resources.pids) = (memory, cpu, Resources.PIDs(limit: -1))
        resources.hugepageLimits = [Resources.HugepageLimit(pageSize: "1GB", limit: 0)]
        let settings = try ResourceSettings(resources).settings
        #expect(settings.count == 7)
        #expect(settings.allSatisfy { $0.otherwise == [] })
    }

    /// The last but one of the values that Kubernetes' own tests expect of runc and crun.
    @Test(
        arguments: [
            (1, 1), (2, 1), (3, 2), (10, 4), (100, 17), (512, 59), (1024, 100), (2048, 174), (4096, 303),
            (102_400, 4429),
            (262_143, 10000), (262_144, 10000), (.max, 10000),
        ] as [(UInt64, UInt64)])
    func shares(_ shares: UInt64, _ weight: UInt64) {
        #expect(CPUWeight.weight(ofShares: shares) == weight)
    }

    @Test func moreSharesAreNeverLessWeight() {
        var last: UInt64 = 0
        for shares in stride(from: UInt64(2), through: 262_144, by: 7) {
            let weight = CPUWeight.weight(ofShares: shares) ?? 0
            #expect(weight >= last)
            last = weight
        }
        #expect(CPUWeight.weight(ofShares: 0) == nil)
        #expect(CPUWeight.inputOutput(of: 10) == 1 && CPUWeight.inputOutput(of: 1000) == 10000)
    }
}
