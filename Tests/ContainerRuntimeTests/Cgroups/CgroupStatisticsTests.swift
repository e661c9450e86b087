// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

@testable import ContainerRuntime

@Suite struct CgroupStatisticsTests {
    private static let files = [
        "cpu.stat":
            "usage_usec 1500\nuser_usec 1000\nsystem_usec 500\nnr_periods 7\nnr_throttled 2\nthrottled_usec 3\n",
        "cpu.pressure":
            "some avg10=1.50 avg60=0.00 avg300=0.25 total=42\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n",
        "cpuset.cpus.effective": "0-1,3\n", "cpuset.mems.effective": "0\n",
        "memory.stat": "anon 10\nfile 20\n", "memory.current": "100\n", "memory.max": "1000\n", "memory.peak": "500\n",
        "memory.swap.current": "7\n", "memory.swap.max": "50\n", "memory.events": "low 0\nmax 3\noom_kill 1\n",
        "pids.current": "4\n", "pids.max": "max\n",
        "io.stat": "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0\n254:16 \n",
        "hugetlb.2MB.current": "4096\n", "hugetlb.2MB.rsvd.current": "0\n", "hugetlb.2MB.events": "max 9\n",
    ]
    private static let interfaces = """
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier
            lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0
          eth0:    1000      10    1    2    0     0          0         0     2000      20    3    4    0     0

        """

    private func data(_ files: [String: String] = files) -> JSON {
        CgroupStatistics(files: files.mapValues { Array($0.utf8) }, interfaces: Array(Self.interfaces.utf8)).json
    }

    @Test func theSchemaIsRuncs() throws {
        #expect(
            data().object?.keys == [
                "cpu", "cpuset", "memory", "pids", "blkio", "hugetlb", "intel_rdt", "network_interfaces",
            ])
        #expect(
            data()["cpu"] == [
                "usage": ["total": 1_500_000, "kernel": 500_000, "user": 1_000_000],
                "throttling": ["periods": 7, "throttledPeriods": 2, "throttledTime": 3000],
                "psi": [
                    "some": ["avg10": 1.5, "avg60": 0.0, "avg300": 0.25, "total": 42],
                    "full": ["avg10": 0.0, "avg60": 0.0, "avg300": 0.0, "total": 0],
                ],
            ])
        #expect(data()["cpuset"]?["cpus"] == [0, 1, 3])
        #expect(data()["pids"] == ["current": 4])
        #expect(data()["hugetlb"] == ["2MB": ["usage": 4096, "failcnt": 9]])
        #expect(
            data()["network_interfaces"] == [
                [
                    "Name": "eth0", "RxBytes": 1000, "RxPackets": 10, "RxErrors": 1, "RxDropped": 2, "TxBytes": 2000,
                    "TxPackets": 20, "TxErrors": 3, "TxDropped": 4,
                ]
            ])
    }

    @Test func swapIsToldTogetherWithMemory() {
        let memory = data()["memory"]
        #expect(memory?["cache"] == 20)
        #expect(memory?["usage"] == ["limit": 1000, "usage": 100, "max": 500, "failcnt": 3])
        #expect(memory?["swap"] == ["limit": 1050, "usage": 107, "failcnt": 0])
        #expect(memory?["raw"] == ["anon": 10, "file": 20])
        var unlimited = Self.files
        unlimited["memory.max"] = "max\n"
        #expect(data(unlimited)["memory"]?["usage"]?["limit"]?.uint64 == .max)
        #expect(data(unlimited)["memory"]?["swap"]?["limit"]?.uint64 == .max)
    }

    @Test func disksAreToldByDirection() {
        #expect(
            data()["blkio"]?["ioServiceBytesRecursive"]?.array?.prefix(2) == [
                ["major": 8, "op": "Read", "value": 1], ["major": 8, "op": "Write", "value": 2],
            ])
        #expect(data()["blkio"]?["ioServicedRecursive"]?.array?.count == 3)
    }

    @Test func withoutControllersItIsAllZero() {
        let empty = CgroupStatistics(files: [:]).json
        #expect(empty["memory"]?["usage"] == ["limit": 0, "failcnt": 0])
        #expect(empty["pids"] == [:])
        #expect(empty["hugetlb"] == [:])
        #expect(empty["network_interfaces"] == [])
        #expect(empty["cpu"]?["psi"] == nil)
    }
}
