// SPDX-License-Identifier: Apache-2.0

extension RuntimeConfiguration.Resources {
    /// The document, and the member `linux.resources` of a `config.json`.
    public var json: JSON {
        .members {
            $0.list("devices", devices, \.json)
            $0.value("memory", memory?.json)
            $0.value("cpu", cpu?.json)
            $0.value("pids", pids?.json)
            $0.value("blockIO", blockIO?.json)
            $0.list("hugepageLimits", hugepageLimits, \.json)
            $0.value("network", network?.json)
            $0.entries("rdma", rdma) { ($0.device, $0.json) }
            $0.settings("unified", unified)
        }
    }
}

extension RuntimeConfiguration.Resources.DeviceRule {
    var json: JSON {
        .members {
            $0.bool("allow", allow)
            if type != .all { $0.word("type", type) }
            $0.number("major", major)
            $0.number("minor", minor)
            if !access.isEmpty { $0.text("access", access) }
        }
    }
}

extension RuntimeConfiguration.Resources.Memory {
    var json: JSON {
        .members {
            $0.number("limit", limit)
            $0.number("reservation", reservation)
            $0.number("swap", swap)
            $0.number("kernel", kernel)
            $0.number("kernelTCP", kernelTCP)
            $0.number("swappiness", swappiness)
            $0.bool("disableOOMKiller", disableOOMKiller)
            $0.bool("useHierarchy", useHierarchy)
            $0.bool("checkBeforeUpdate", checkBeforeUpdate)
        }
    }
}

extension RuntimeConfiguration.Resources.CPU {
    var json: JSON {
        .members {
            $0.number("shares", shares)
            $0.number("quota", quota)
            $0.number("burst", burst)
            $0.number("period", period)
            $0.number("realtimeRuntime", realtimeRuntime)
            $0.number("realtimePeriod", realtimePeriod)
            $0.text("cpus", cpus)
            $0.text("mems", mems)
            $0.number("idle", idle)
        }
    }
}

extension RuntimeConfiguration.Resources.PIDs {
    var json: JSON { .members { $0.number("limit", limit) } }
}

extension RuntimeConfiguration.Resources.BlockIO {
    var json: JSON {
        .members {
            $0.number("weight", weight)
            $0.number("leafWeight", leafWeight)
            $0.list("weightDevice", weightDevice, \.json)
            $0.list("throttleReadBpsDevice", throttleReadBpsDevice, \.json)
            $0.list("throttleWriteBpsDevice", throttleWriteBpsDevice, \.json)
            $0.list("throttleReadIOPSDevice", throttleReadIOPSDevice, \.json)
            $0.list("throttleWriteIOPSDevice", throttleWriteIOPSDevice, \.json)
        }
    }
}

extension RuntimeConfiguration.Resources.DeviceWeight {
    var json: JSON {
        .members {
            $0.number("major", major)
            $0.number("minor", minor)
            $0.number("weight", weight)
            $0.number("leafWeight", leafWeight)
        }
    }
}

extension RuntimeConfiguration.Resources.DeviceRate {
    var json: JSON { ["major": JSON(major), "minor": JSON(minor), "rate": JSON(rate)] }
}

extension RuntimeConfiguration.Resources.HugepageLimit {
    var json: JSON { ["pageSize": .string(pageSize), "limit": JSON(limit)] }
}

extension RuntimeConfiguration.Resources.Network {
    var json: JSON {
        .members {
            $0.number("classID", classID)
            $0.list("priorities", priorities) { ["name": .string($0.name), "priority": JSON($0.priority)] }
        }
    }
}

extension RuntimeConfiguration.Resources.RDMALimit {
    var json: JSON {
        .members {
            $0.number("hcaHandles", hcaHandles)
            $0.number("hcaObjects", hcaObjects)
        }
    }
}
