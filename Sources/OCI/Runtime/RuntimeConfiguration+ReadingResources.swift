// SPDX-License-Identifier: Apache-2.0

extension RuntimeConfiguration.Resources {
    /// Reads a document of resources alone, as `update --resources` is given it.
    public init(parsing bytes: [UInt8]) throws(RuntimeFormatError) { try self.init(JSON(runtimeDocument: bytes)) }

    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        devices = try members.list("devices", DeviceRule.init)
        memory = try members.optional("memory", Memory.init)
        cpu = try members.optional("cpu", CPU.init)
        pids = try members.optional("pids") { json throws(RuntimeFormatError) in
            PIDs(limit: try MemberReader(json).number("limit"))
        }
        blockIO = try members.optional("blockIO", BlockIO.init)
        hugepageLimits = try members.list("hugepageLimits", HugepageLimit.init)
        network = try members.optional("network", Network.init)
        rdma = try members.entries("rdma", RDMALimit.init)
        unified = try members.settings("unified")
    }
}

extension RuntimeConfiguration.Resources.DeviceRule {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(
            allow: try members.bool("allow") ?? false, type: try members.word("type") ?? .all,
            major: try members.number("major"), minor: try members.number("minor"),
            access: try members.text("access") ?? "")
    }
}

extension RuntimeConfiguration.Resources.Memory {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        limit = try members.number("limit")
        reservation = try members.number("reservation")
        swap = try members.number("swap")
        kernel = try members.number("kernel")
        kernelTCP = try members.number("kernelTCP")
        swappiness = try members.number("swappiness")
        disableOOMKiller = try members.bool("disableOOMKiller")
        useHierarchy = try members.bool("useHierarchy")
        checkBeforeUpdate = try members.bool("checkBeforeUpdate")
    }
}

extension RuntimeConfiguration.Resources.CPU {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        shares = try members.number("shares")
        quota = try members.number("quota")
        burst = try members.number("burst")
        period = try members.number("period")
        realtimeRuntime = try members.number("realtimeRuntime")
        realtimePeriod = try members.number("realtimePeriod")
        cpus = try members.text("cpus")
        mems = try members.text("mems")
        idle = try members.number("idle")
    }
}

extension RuntimeConfiguration.Resources.BlockIO {
    init(_ json: JSON) throws(RuntimeFormatError) {
        typealias Rate = RuntimeConfiguration.Resources.DeviceRate
        let members = try MemberReader(json)
        weight = try members.number("weight")
        leafWeight = try members.number("leafWeight")
        weightDevice = try members.list("weightDevice", RuntimeConfiguration.Resources.DeviceWeight.init)
        throttleReadBpsDevice = try members.list("throttleReadBpsDevice", Rate.init)
        throttleWriteBpsDevice = try members.list("throttleWriteBpsDevice", Rate.init)
        throttleReadIOPSDevice = try members.list("throttleReadIOPSDevice", Rate.init)
        throttleWriteIOPSDevice = try members.list("throttleWriteIOPSDevice", Rate.init)
    }
}

extension RuntimeConfiguration.Resources.DeviceWeight {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(
            major: try members.requiredNumber("major"), minor: try members.requiredNumber("minor"),
            weight: try members.number("weight"), leafWeight: try members.number("leafWeight"))
    }
}

extension RuntimeConfiguration.Resources.DeviceRate {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(
            major: try members.requiredNumber("major"), minor: try members.requiredNumber("minor"),
            rate: try members.requiredNumber("rate"))
    }
}

extension RuntimeConfiguration.Resources.HugepageLimit {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(pageSize: try members.requiredText("pageSize"), limit: try members.requiredNumber("limit"))
    }
}

extension RuntimeConfiguration.Resources.Network {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        classID = try members.number("classID")
        priorities = try members.list("priorities") { json throws(RuntimeFormatError) in
            let members = try MemberReader(json)
            return RuntimeConfiguration.Resources.InterfacePriority(
                name: try members.requiredText("name"), priority: try members.requiredNumber("priority"))
        }
    }
}

extension RuntimeConfiguration.Resources.RDMALimit {
    init(_ device: String, _ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(
            device: try JSON.string(device).text(), hcaHandles: try members.number("hcaHandles"),
            hcaObjects: try members.number("hcaObjects"))
    }
}
