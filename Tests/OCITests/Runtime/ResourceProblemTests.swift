// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

@Suite struct ResourceProblemTests {
    @Test(
        arguments: [
            (#"{"memory": {"limit": -2}}"#, "memory.limit: it must be -1, which is without limit, or more"),
            (#"{"memory": {"reservation": -2}}"#, "memory.reservation: it must be -1, which is without limit, or more"),
            (#"{"memory": {"limit": 2, "swap": 1}}"#, "memory.swap: memory+swap limit should be >= memory limit"),
            (#"{"memory": {"limit": 2, "swap": -1}}"#, ""),
            (#"{"memory": {"limit": 2, "swap": 0}}"#, ""),
            (#"{"memory": {"swappiness": 101}}"#, "memory.swappiness: it must be from 0 to 100"),
            (#"{"cpu": {"cpus": "0-3,7", "mems": "0"}}"#, ""),
            (
                #"{"cpu": {"cpus": "0-", "mems": "a"}}"#,
                #"cpu.cpus: "0-" is no list of numbers | cpu.mems: "a" is no list of numbers"#
            ),
            (#"{"cpu": {"period": 999}}"#, "cpu.period: it must be from 1000 to 1000000 microseconds"),
            (#"{"cpu": {"period": 0, "quota": 0}}"#, ""),
            (
                #"{"cpu": {"quota": 999}}"#,
                "cpu.quota: it must be -1, which is without limit, or at least 1000 microseconds"
            ),
            (#"{"cpu": {"quota": 1000, "burst": 1001}}"#, "cpu.burst: it must be at most quota, which is 1000"),
            (#"{"cpu": {"idle": 2}}"#, "cpu.idle: it must be 0 or 1"),
            (#"{"pids": {"limit": -2}}"#, "pids.limit: it must be -1 or more"),
            (
                #"{"blockIO": {"weight": 9, "leafWeight": 1001}}"#,
                "blockIO.weight: it must be from 10 to 1000 | blockIO.leafWeight: it must be from 10 to 1000"
            ),
            (#"{"blockIO": {"weightDevice": [{"major": 8, "minor": 0}]}}"#, "blockIO.weightDevice[0]: it says nothing"),
            (
                #"{"blockIO": {"throttleReadIOPSDevice": [{"major": -8, "minor": 0, "rate": 1}]}}"#,
                "blockIO.throttleReadIOPSDevice[0]: a device has no negative numbers"
            ),
            (#"{"devices": [{"allow": true, "access": "rx"}]}"#, #"devices[0].access: "rx" is no access"#),
            (
                #"{"devices": [{"allow": true, "major": -2, "minor": -1}]}"#,
                "devices[0].major: it must be -1, which is all of them, or the number of a driver"
            ),
            (#"{"hugepageLimits": [{"pageSize": "2MB", "limit": 1}, {"pageSize": "1GB", "limit": 1}]}"#, ""),
            (
                #"{"hugepageLimits": [{"pageSize": "../2MB", "limit": 1}]}"#,
                #"hugepageLimits[0].pageSize: "../2MB" is no size of a page"#
            ),
            (
                #"{"hugepageLimits": [{"pageSize": "02MB", "limit": 1}]}"#,
                #"hugepageLimits[0].pageSize: "02MB" is no size of a page"#
            ),
            (
                #"{"hugepageLimits": [{"pageSize": "MB", "limit": 1}]}"#,
                #"hugepageLimits[0].pageSize: "MB" is no size of a page"#
            ),
            (
                #"{"hugepageLimits": [{"pageSize": "2M", "limit": 1}]}"#,
                #"hugepageLimits[0].pageSize: "2M" is no size of a page"#
            ),
            (#"{"rdma": {"mlx5_1": {}}}"#, "rdma.mlx5_1: it limits nothing"),
            (#"{"rdma": {"a b": {"hcaHandles": 1}}}"#, #"rdma["a b"]: "a b" is no name of a device"#),
            (#"{"unified": {"memory.high": "1", "hugetlb.2MB.max": "2"}}"#, ""),
            (
                #"{"unified": {"../memory.high": "1"}}"#,
                #"unified["../memory.high"]: unified resource must be a file name (no slashes)"#
            ),
            (
                #"{"unified": {"memory": "1"}}"#,
                "unified.memory: unified resource must be in the form CONTROLLER.PARAMETER"
            ),
            (
                #"{"unified": {"..": "1"}}"#,
                #"unified[".."]: unified resource must be in the form CONTROLLER.PARAMETER"#
            ),
            (
                #"{"unified": {"a.": "1"}}"#,
                #"unified["a."]: unified resource must be in the form CONTROLLER.PARAMETER"#
            ),
        ] as [(String, String)])
    func judges(_ resources: String, _ words: String) throws {
        let found = try RuntimeConfiguration.Resources(parsing: Array(resources.utf8)).problems()
        #expect(found.map { "\($0.path): \($0.message)" }.joined(separator: " | ") == words)
    }

    @Test func inAConfigurationThePathIsWhole() throws {
        let text = #"{"linux": {"resources": {"cpu": {"idle": 3}}}}"#
        let found = try RuntimeConfiguration(parsing: Array(text.utf8)).problems()
        #expect(found.contains { $0.path == "linux.resources.cpu.idle" })
    }

    @Test func listsOfNumbers() {
        #expect(NumberList(parsing: "0-3,7,2")?.numbers == [0, 1, 2, 3, 7])
        #expect(NumberList(parsing: "0-3,7")?.description == "0-3,7")
        for text in ["", ",", "1,", "-1", "1-", "2-1", "1-2-3", "a", " 1", "+1", "65536", "1--2"] {
            #expect(NumberList(parsing: text) == nil, "\(text)")
        }
    }
}
