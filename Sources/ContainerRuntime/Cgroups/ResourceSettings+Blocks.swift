// SPDX-License-Identifier: Apache-2.0
internal import OCI

extension ResourceSettings {
    /// What a container gets of the disks.
    mutating func addBlocks(_ blocks: RuntimeConfiguration.Resources.BlockIO) throws(CgroupError) {
        if let weight = blocks.weight, weight != 0 { try addWeight(weight, of: nil, "blockIO.weight") }
        if (blocks.leafWeight ?? 0) != 0 { noteLeafWeight("blockIO.leafWeight") }
        for device in blocks.weightDevice {
            let number = try Self.number(device.major, device.minor, "blockIO.weightDevice")
            if let weight = device.weight, weight != 0 { try addWeight(weight, of: number, "blockIO.weightDevice") }
            if (device.leafWeight ?? 0) != 0 { noteLeafWeight("blockIO.weightDevice") }
        }
        for (key, member, rates) in [
            ("rbps", "blockIO.throttleReadBpsDevice", blocks.throttleReadBpsDevice),
            ("wbps", "blockIO.throttleWriteBpsDevice", blocks.throttleWriteBpsDevice),
            ("riops", "blockIO.throttleReadIOPSDevice", blocks.throttleReadIOPSDevice),
            ("wiops", "blockIO.throttleWriteIOPSDevice", blocks.throttleWriteIOPSDevice),
        ] {
            for rate in rates {
                let number = try Self.number(rate.major, rate.minor, member)
                // The kernel refuses 0, with which an engine takes a limit away.
                add(
                    "io.max", "\(number) \(key)=\(rate.rate == 0 ? "max" : "\(rate.rate)")",
                    otherwise: rate.rate == 0 ? [] : nil)
            }
        }
    }

    private mutating func addWeight(_ weight: UInt16, of device: String?, _ member: String) throws(CgroupError) {
        guard (10...1000).contains(weight) else {
            throw CgroupError(.limit, "\(member): \(weight) is no weight: write 10 to 1000")
        }
        let setting = CgroupSetting.weight(weight, of: device)
        add(setting.file, setting.value, otherwise: setting.otherwise)
    }

    private static func number(_ major: Int64, _ minor: Int64, _ member: String) throws(CgroupError) -> String {
        guard let major = UInt32(exactly: major), let minor = UInt32(exactly: minor) else {
            throw CgroupError(.limit, "\(member): \(major):\(minor) is no number of a device")
        }
        return "\(major):\(minor)"
    }

    private mutating func noteLeafWeight(_ member: String) {
        note("\(member): leafWeight is ignored: it is of cgroup v1 alone")
    }
}

extension CgroupSetting {
    /// The weight of input and output, 10 to 1000, on a device as `MAJOR:MINOR`, or on all.
    ///
    /// The BFQ scheduler has the scale of the first version; the cost model of `io.weight` has another.
    public static func weight(_ weight: UInt16, of device: String? = nil) -> CgroupSetting {
        CgroupSetting(
            file: "io.bfq.weight", value: (device.map { "\($0) " } ?? "") + "\(weight)",
            otherwise: [
                CgroupSetting(
                    file: "io.weight", value: "\(device ?? "default") \(CPUWeight.inputOutput(of: weight))")
            ])
    }
}
