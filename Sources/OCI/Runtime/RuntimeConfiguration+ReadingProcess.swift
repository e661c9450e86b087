// SPDX-License-Identifier: Apache-2.0

extension RuntimeConfiguration.Process {
    /// Reads a `process.json`, which is a document of its own for `exec --process`.
    public init(parsing bytes: [UInt8]) throws(RuntimeFormatError) { try self.init(JSON(runtimeDocument: bytes)) }

    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(
            args: try members.texts("args"), env: try members.texts("env"), cwd: try members.text("cwd") ?? "")
        terminal = try members.bool("terminal") ?? false
        consoleSize = try members.optional("consoleSize", RuntimeConfiguration.ConsoleSize.init)
        user = try members.optional("user", RuntimeConfiguration.User.init) ?? RuntimeConfiguration.User()
        capabilities = try members.optional("capabilities", RuntimeConfiguration.Capabilities.init)
        rlimits = try members.list("rlimits", RuntimeConfiguration.ResourceLimit.init)
        noNewPrivileges = try members.bool("noNewPrivileges") ?? false
        oomScoreAdj = try members.number("oomScoreAdj")
        apparmorProfile = try members.text("apparmorProfile")
        selinuxLabel = try members.text("selinuxLabel")
        scheduler = try members.optional("scheduler", RuntimeConfiguration.Scheduler.init)
        ioPriority = try members.optional("ioPriority", RuntimeConfiguration.IOPriority.init)
        execCPUAffinity = try members.optional("execCPUAffinity", RuntimeConfiguration.CPUAffinity.init)
    }
}

extension JSON {
    /// Reads a whole document of the runtime specification.
    init(runtimeDocument bytes: [UInt8]) throws(RuntimeFormatError) {
        do { self = try JSON(parsing: bytes) } catch { throw RuntimeFormatError(.syntax(error)) }
    }
}

extension RuntimeConfiguration.ConsoleSize {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(height: try members.number("height") ?? 0, width: try members.number("width") ?? 0)
    }
}

extension RuntimeConfiguration.User {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(
            uid: try members.number("uid") ?? 0, gid: try members.number("gid") ?? 0,
            umask: try members.number("umask"), additionalGids: try members.list("additionalGids", JSON.number))
    }
}

extension RuntimeConfiguration.Capabilities {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        bounding = try members.texts("bounding")
        effective = try members.texts("effective")
        permitted = try members.texts("permitted")
        inheritable = try members.texts("inheritable")
        ambient = try members.texts("ambient")
    }
}

extension RuntimeConfiguration.ResourceLimit {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(
            type: try members.requiredWord("type"), soft: try members.requiredNumber("soft"),
            hard: try members.requiredNumber("hard"))
    }
}

extension RuntimeConfiguration.Scheduler {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(policy: try members.requiredWord("policy"))
        nice = try members.number("nice") ?? 0
        priority = try members.number("priority") ?? 0
        flags = try members.words("flags")
        runtime = try members.number("runtime") ?? 0
        deadline = try members.number("deadline") ?? 0
        period = try members.number("period") ?? 0
    }
}

extension RuntimeConfiguration.IOPriority {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(class: try members.requiredWord("class"), priority: try members.number("priority") ?? 0)
    }
}

extension RuntimeConfiguration.CPUAffinity {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(initial: try members.text("initial"), final: try members.text("final"))
    }
}
