// SPDX-License-Identifier: Apache-2.0

extension RuntimeConfiguration {
    /// Reads a `config.json`. Only what makes sense of a part is required here.
    public init(parsing bytes: [UInt8]) throws(RuntimeFormatError) {
        var parser = JSONParser(bytes, deferring: ["linux", "seccomp"])
        let json: JSON
        do { json = try parser.document() } catch { throw RuntimeFormatError(.syntax(error)) }
        try self.init(json)
        if let range = parser.deferred { linux.seccomp = RawJSON(document: bytes, range: range) }
    }

    private init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(
            ociVersion: try members.text("ociVersion") ?? "", root: try members.optional("root", Root.init),
            process: try members.optional("process", Process.init))
        hostname = try members.text("hostname")
        domainname = try members.text("domainname")
        mounts = try members.list("mounts", Mount.init)
        hooks = try members.optional("hooks", Hooks.init) ?? Hooks()
        for annotation in try members.settings("annotations") { annotations[annotation.key] = annotation.value }
        linux = try members.optional("linux", LinuxConfiguration.init) ?? LinuxConfiguration()
    }
}

extension RuntimeConfiguration.Root {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(path: try members.requiredText("path"), isReadOnly: try members.bool("readonly") ?? false)
    }
}

extension RuntimeConfiguration.Mount {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(
            destination: try members.requiredText("destination"), type: try members.text("type"),
            source: try members.text("source"), options: try members.texts("options"))
        uidMappings = try members.list("uidMappings", RuntimeConfiguration.IDMapping.init)
        gidMappings = try members.list("gidMappings", RuntimeConfiguration.IDMapping.init)
    }
}

extension RuntimeConfiguration.IDMapping {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(
            containerID: try members.requiredNumber("containerID"), hostID: try members.requiredNumber("hostID"),
            size: try members.requiredNumber("size"))
    }
}

extension RuntimeConfiguration.Hooks {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        prestart = try members.list("prestart", RuntimeConfiguration.Hook.init)
        createRuntime = try members.list("createRuntime", RuntimeConfiguration.Hook.init)
        createContainer = try members.list("createContainer", RuntimeConfiguration.Hook.init)
        startContainer = try members.list("startContainer", RuntimeConfiguration.Hook.init)
        poststart = try members.list("poststart", RuntimeConfiguration.Hook.init)
        poststop = try members.list("poststop", RuntimeConfiguration.Hook.init)
    }
}

extension RuntimeConfiguration.Hook {
    init(_ json: JSON) throws(RuntimeFormatError) {
        let members = try MemberReader(json)
        self.init(
            path: try members.requiredText("path"), arguments: try members.texts("args"),
            environment: try members.texts("env"), timeout: try members.number("timeout"))
    }
}
