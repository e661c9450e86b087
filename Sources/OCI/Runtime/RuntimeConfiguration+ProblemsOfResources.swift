// SPDX-License-Identifier: Apache-2.0

extension RuntimeConfiguration.Resources {
    /// The same as ``RuntimeConfiguration/problems()`` for a document of resources; paths start at its top.
    public func problems() -> [ConfigurationProblem] {
        var list = ProblemList()
        judge(&list)
        return list.problems
    }

    func judge(_ list: inout ProblemList) {
        list.each("devices", devices) { $0.judge(&$1) }
        if let memory { list.within("memory") { memory.judge(&$0) } }
        if let cpu { list.within("cpu") { cpu.judge(&$0) } }
        if let limit = pids?.limit, limit < -1 { list.error("pids.limit", "it must be -1 or more") }
        if let blockIO { list.within("blockIO") { blockIO.judge(&$0) } }
        list.each("hugepageLimits", hugepageLimits) { $0.judge(&$1) }
        for limit in rdma { list.within("rdma") { limit.judge(&$0) } }
        for setting in unified { list.within("unified") { setting.judgeFile(&$0) } }
    }
}

extension RuntimeConfiguration.Resources.DeviceRule {
    fileprivate func judge(_ list: inout ProblemList) {
        if !access.utf8.allSatisfy({ "rwm".utf8.contains($0) }) {
            list.error(
                "access", "\(JSON.string(access).shortDescription) is no access", hint: "write some of r, w and m")
        }
        if let major, !(-1...Int64(UInt32.max) ~= major) {
            list.error("major", "it must be -1, which is all of them, or the number of a driver")
        }
        if let minor, !(-1...Int64(UInt32.max) ~= minor) {
            list.error("minor", "it must be -1, which is all of them, or the number of a device")
        }
    }
}

extension RuntimeConfiguration.Resources.Memory {
    fileprivate func judge(_ list: inout ProblemList) {
        let unlimited = "it must be -1, which is without limit, or more"
        if let limit, limit < -1 { list.error("limit", unlimited) }
        if let reservation, reservation < -1 { list.error("reservation", unlimited) }
        if let swap, swap < -1 { list.error("swap", unlimited) }
        if let limit, let swap, limit > 0, swap > 0, swap < limit {
            list.error("swap", "memory+swap limit should be >= memory limit", hint: "it counts both together")
        }
        if let swappiness, swappiness > 100 { list.error("swappiness", "it must be from 0 to 100") }
    }
}

extension RuntimeConfiguration.Resources.CPU {
    fileprivate func judge(_ list: inout ProblemList) {
        cpus.judgeList("cpus", &list)
        mems.judgeList("mems", &list)
        // min_cfs_quota_period and max_cfs_quota_period of the kernel.
        if let period, period != 0, !(1000...1_000_000 ~= period) {
            list.error("period", "it must be from 1000 to 1000000 microseconds")
        }
        if let quota, quota < -1 || 1...999 ~= quota {
            list.error("quota", "it must be -1, which is without limit, or at least 1000 microseconds")
        }
        if let burst, let quota, quota > 0, burst > UInt64(quota) {
            list.error("burst", "it must be at most quota, which is \(quota)")
        }
        if let idle, idle != 0, idle != 1 { list.error("idle", "it must be 0 or 1") }
    }
}

extension RuntimeConfiguration.Resources.BlockIO {
    fileprivate func judge(_ list: inout ProblemList) {
        weight.judgeWeight("weight", &list)
        leafWeight.judgeWeight("leafWeight", &list)
        list.each("weightDevice", weightDevice) { device, list in
            if device.weight == nil, device.leafWeight == nil {
                list.error(JSONPath(), "it says nothing", hint: "write weight or leafWeight")
            }
            device.weight.judgeWeight("weight", &list)
            device.leafWeight.judgeWeight("leafWeight", &list)
        }
        list.each("throttleReadBpsDevice", throttleReadBpsDevice) { $0.judge(&$1) }
        list.each("throttleWriteBpsDevice", throttleWriteBpsDevice) { $0.judge(&$1) }
        list.each("throttleReadIOPSDevice", throttleReadIOPSDevice) { $0.judge(&$1) }
        list.each("throttleWriteIOPSDevice", throttleWriteIOPSDevice) { $0.judge(&$1) }
    }
}

extension UInt16? {
    fileprivate func judgeWeight(_ path: @autoclosure () -> JSONPath, _ list: inout ProblemList) {
        if let weight = self, weight != 0, !(10...1000 ~= weight) { list.error(path(), "it must be from 10 to 1000") }
    }
}

extension RuntimeConfiguration.Resources.DeviceRate {
    fileprivate func judge(_ list: inout ProblemList) {
        if major < 0 || minor < 0 { list.error(JSONPath(), "a device has no negative numbers") }
    }
}

extension RuntimeConfiguration.Resources.HugepageLimit {
    /// The size becomes part of a file's name.
    fileprivate func judge(_ list: inout ProblemList) {
        let digits = pageSize.utf8.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        let isNumber = 1...9 ~= digits.count && digits.first != UInt8(ascii: "0")
        let unit = pageSize.utf8.dropFirst(digits.count)
        if !isNumber || !["KB", "MB", "GB"].contains(where: { unit.elementsEqual($0.utf8) }) {
            list.error(
                "pageSize", "\(JSON.string(pageSize).shortDescription) is no size of a page",
                hint: "write it like 2MB or 1GB")
        }
    }
}

extension RuntimeConfiguration.Resources.RDMALimit {
    fileprivate func judge(_ list: inout ProblemList) {
        // It becomes a word of a line of rdma.max.
        if device.isEmpty || device.utf8.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: "=") }) {
            list.error(
                JSONPath().key(device), "\(JSON.string(device).shortDescription) is no name of a device")
        }
        if hcaHandles == nil, hcaObjects == nil {
            list.error(JSONPath().key(device), "it limits nothing", hint: "write hcaHandles or hcaObjects")
        }
    }
}

extension RuntimeConfiguration.Setting {
    /// The key becomes the name of a file in the container's cgroup.
    fileprivate func judgeFile(_ list: inout ProblemList) {
        if key.utf8.contains(UInt8(ascii: "/")) {
            list.error(JSONPath().key(key), "unified resource must be a file name (no slashes)")
            return
        }
        let parts = key.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count < 2 || parts.contains(where: \.isEmpty) {
            list.error(JSONPath().key(key), "unified resource must be in the form CONTROLLER.PARAMETER")
        }
    }
}
