// SPDX-License-Identifier: Apache-2.0

extension RuntimeConfiguration.LinuxConfiguration {
    /// A filter that is no JSON inside is left out, as nobody could have made a container of it.
    public var json: JSON {
        .members {
            $0.list("namespaces", namespaces, \.json)
            $0.list("uidMappings", uidMappings, \.json)
            $0.list("gidMappings", gidMappings, \.json)
            $0.entries("timeOffsets", timeOffsets) { ($0.clock.rawValue, $0.json) }
            $0.list("devices", devices, \.json)
            $0.entries("netDevices", netDevices) { ($0.hostName, $0.json) }
            $0.text("cgroupsPath", cgroupsPath)
            $0.value("resources", resources?.json)
            $0.word("rootfsPropagation", rootfsPropagation)
            $0.value("seccomp", seccomp.flatMap { try? $0.json() })
            $0.settings("sysctl", sysctl)
            $0.texts("maskedPaths", maskedPaths)
            $0.texts("readonlyPaths", readonlyPaths)
            $0.text("mountLabel", mountLabel)
            $0.value("personality", personality?.json)
            $0.value("intelRdt", intelRdt?.json)
            $0.value("memoryPolicy", memoryPolicy?.json)
        }
    }
}

extension RuntimeConfiguration.Namespace {
    public var json: JSON {
        .members {
            $0.word("type", type)
            $0.text("path", path)
        }
    }
}

extension RuntimeConfiguration.TimeOffset {
    var json: JSON {
        .members {
            $0.amount("secs", seconds)
            $0.amount("nanosecs", nanoseconds)
        }
    }
}

extension RuntimeConfiguration.Device {
    public var json: JSON {
        .members {
            $0.word("type", type)
            $0.text("path", path)
            $0.number("major", major)
            $0.number("minor", minor)
            $0.number("fileMode", fileMode)
            $0.number("uid", uid)
            $0.number("gid", gid)
        }
    }
}

extension RuntimeConfiguration.NetDevice {
    var json: JSON { .members { $0.text("name", name) } }
}

extension RuntimeConfiguration.Personality {
    var json: JSON {
        .members {
            $0.word("domain", domain)
            $0.texts("flags", flags)
        }
    }
}

extension RuntimeConfiguration.IntelRDT {
    var json: JSON {
        .members {
            $0.text("closID", closID)
            $0.texts("schemata", schemata)
            $0.text("l3CacheSchema", l3CacheSchema)
            $0.text("memBwSchema", memBwSchema)
            $0.flag("enableMonitoring", enableMonitoring)
            $0.flag("enableCMT", enableCMT)
            $0.flag("enableMBM", enableMBM)
        }
    }
}

extension RuntimeConfiguration.MemoryPolicy {
    public var json: JSON {
        .members {
            $0.word("mode", mode)
            $0.text("nodes", nodes)
            $0.words("flags", flags)
        }
    }
}
