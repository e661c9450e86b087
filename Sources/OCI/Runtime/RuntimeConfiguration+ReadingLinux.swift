// SPDX-License-Identifier: Apache-2.0

extension RuntimeConfiguration.LinuxConfiguration {
    /// All but ``seccomp``, which is kept as it was written where it is an object.
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        namespaces = try members.list("namespaces", RuntimeConfiguration.Namespace.init)
        uidMappings = try members.list("uidMappings", RuntimeConfiguration.IDMapping.init)
        gidMappings = try members.list("gidMappings", RuntimeConfiguration.IDMapping.init)
        timeOffsets = try members.entries("timeOffsets", RuntimeConfiguration.TimeOffset.init)
        devices = try members.list("devices", RuntimeConfiguration.Device.init)
        netDevices = try members.entries("netDevices", RuntimeConfiguration.NetDevice.init)
        cgroupsPath = try members.text("cgroupsPath")
        resources = try members.optional("resources", RuntimeConfiguration.Resources.init)
        rootfsPropagation = try members.word("rootfsPropagation")
        seccomp = try members.optional("seccomp") { json throws(RuntimeFormatError) in
            _ = try MemberReader(json)
            return RawJSON(json)
        }
        sysctl = try members.settings("sysctl")
        maskedPaths = try members.texts("maskedPaths")
        readonlyPaths = try members.texts("readonlyPaths")
        mountLabel = try members.text("mountLabel")
        personality = try members.optional("personality", RuntimeConfiguration.Personality.init)
        intelRdt = try members.optional("intelRdt", RuntimeConfiguration.IntelRDT.init)
        memoryPolicy = try members.optional("memoryPolicy", RuntimeConfiguration.MemoryPolicy.init)
    }
}

extension RuntimeConfiguration.Namespace {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(type: try members.requiredWord("type"), path: try members.text("path"))
    }
}

extension RuntimeConfiguration.TimeOffset {
    init(_ clock: String, _ json: JSON) throws(RuntimeFormatError) {
        self.init(clock: try JSON.string(clock).word())
        let members = try MemberReader(json)
        seconds = try members.number("secs") ?? 0
        nanoseconds = try members.number("nanosecs") ?? 0
    }
}

extension RuntimeConfiguration.Device {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(
            type: try members.requiredWord("type"), path: try members.requiredText("path"),
            major: try members.number("major") ?? 0, minor: try members.number("minor") ?? 0)
        fileMode = try members.number("fileMode")
        uid = try members.number("uid")
        gid = try members.number("gid")
    }
}

extension RuntimeConfiguration.NetDevice {
    init(_ hostName: String, _ json: JSON) throws(RuntimeFormatError) {
        self.init(hostName: try JSON.string(hostName).text(), name: try MemberReader(json).text("name"))
    }
}

extension RuntimeConfiguration.Personality {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(domain: try members.requiredWord("domain"), flags: try members.texts("flags"))
    }
}

extension RuntimeConfiguration.IntelRDT {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        closID = try members.text("closID")
        schemata = try members.texts("schemata")
        l3CacheSchema = try members.text("l3CacheSchema")
        memBwSchema = try members.text("memBwSchema")
        enableMonitoring = try members.bool("enableMonitoring") ?? false
        enableCMT = try members.bool("enableCMT") ?? false
        enableMBM = try members.bool("enableMBM") ?? false
    }
}

extension RuntimeConfiguration.MemoryPolicy {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(
            mode: try members.requiredWord("mode"), nodes: try members.text("nodes"),
            flags: try members.words("flags"))
    }
}
