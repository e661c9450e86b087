// SPDX-License-Identifier: Apache-2.0
public import Linux
public import OCI

/// What a document of the runtime specification needs beside a configuration: what the engine looks up in the image, and
/// what the configuration has compiled already.
public struct SpecificationContext: Sendable {
    /// As the image's own files have it.
    public var identity: Identity
    /// The rules of the filter; nil where there is none.
    public var filter: SeccompRules?
    /// Where the tree of cgroup v2 is mounted; nil where there is none.
    public var cgroupMount: String?
    public var annotations: [String: String]

    public init(
        identity: Identity, filter: SeccompRules?, cgroupMount: String?, annotations: [String: String] = [:]
    ) {
        self.identity = identity
        self.filter = filter
        self.cgroupMount = cgroupMount
        self.annotations = annotations
    }
}

extension ContainerConfiguration {
    /// The `config.json` that any runtime makes the same container of, with the root file system in `rootfs` beside it,
    /// and what the specification has no words for, a line each: runtime-spec, config.md and config-linux.md.
    public func specification(
        _ context: SpecificationContext
    ) throws(SeccompError) -> (document: RuntimeConfiguration, notes: [String]) {
        var notes: [String] = []
        var document = RuntimeConfiguration(
            // The first that has all that is in it: some runtimes refuse a later one.
            ociVersion: namespaces.all.contains(.time) ? "1.2.0" : "1.0.2",
            root: RuntimeConfiguration.Root(path: "rootfs", isReadOnly: root.isReadOnly),
            process: process.specification(context.identity, notes: &notes))
        document.hostname = namespaces.all.contains(.uts) ? hostname : nil
        document.domainname = namespaces.all.contains(.uts) ? domainName : nil
        document.annotations = context.annotations
        document.mounts = mountSpecifications(notes: &notes)
        document.linux = linux(context, notes: &notes)
        document.linux.seccomp = try context.filter.map { filter throws(SeccompError) in
            RawJSON(try filter.specification(notes: &notes))
        }
        if root.layered?.limit != nil {
            notes.append("--storage-opt is of the file system that rootfs is on, for which the document has no words")
        }
        if process.keyring == .inherited {
            notes.append("whose keys it has is said to a runtime by --no-new-keyring, and not in the document")
        }
        for file in ownFiles {
            notes.append(
                "\(file.target) is what the root file system has: a file that is written for one container has no place "
                    + "in the document")
        }
        if let map = idMap {
            notes.append(
                "the files in rootfs have to belong to the ids from \(map.outside(of: 0) ?? 0) on, as the container has "
                    + "users of its own: change their owners, or write --userns host")
        }
        return (document, notes)
    }
}

extension ProcessConfiguration {
    fileprivate func specification(_ who: Identity, notes: inout [String]) -> RuntimeConfiguration.Process {
        var result = RuntimeConfiguration.Process(
            args: (initProgram == nil ? [] : [Self.initTarget]) + arguments, env: environment, cwd: workingDirectory)
        if !environment.contains(where: { $0.hasPrefix("HOME=") }) { result.env.append("HOME=\(who.home)") }
        if case .terminal(let rows, let columns) = streams {
            result.terminal = true
            result.consoleSize = RuntimeConfiguration.ConsoleSize(height: UInt(rows), width: UInt(columns))
        }
        result.user = RuntimeConfiguration.User(
            uid: who.user, gid: who.group, umask: fileModeMask, additionalGids: who.groups)
        var sets = RuntimeConfiguration.Capabilities()
        sets.bounding = capabilities.memberNames
        // What who is not root gets by setuid(2): nothing but what its programs bring along.
        if who.user == 0 { (sets.permitted, sets.effective) = (sets.bounding, sets.bounding) }
        result.capabilities = sets
        result.rlimits = limits.compactMap { choice in
            RuntimeConfiguration.ResourceLimit.Kind(rawValue: "RLIMIT_\(choice.resource.description.uppercased())").map
            {
                RuntimeConfiguration.ResourceLimit(type: $0, soft: choice.limit.soft, hard: choice.limit.hard)
            }
        }
        result.noNewPrivileges = noNewPrivileges
        result.oomScoreAdj = oomScore
        for case .label(let module, let label) in attributes {
            switch module {
            case .appArmor: result.apparmorProfile = label
            case .selinux: result.selinuxLabel = label
            }
        }
        return result
    }
}
