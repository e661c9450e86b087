// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension ProcessConfiguration {
    /// A bundle's program, or another in its container, which the container's seccomp profile holds as well.
    init(
        _ process: RuntimeConfiguration.Process, of description: RuntimeConfiguration, at place: BundlePlace
    ) throws(RuntimeError) {
        guard !process.args.isEmpty else { throw .configuration("process.args", "it must not be empty") }
        guard process.cwd.hasPrefix("/") else {
            throw .configuration("process.cwd", "it must be an absolute path, not \"\(process.cwd)\"")
        }
        var limits: [LimitChoice] = []
        for limit in process.rlimits {
            guard let resource = Resource(name: String(limit.type.rawValue.dropFirst(7)).lowercased()) else {
                throw .configuration("process.rlimits", "\(limit.type.rawValue) is not known")
            }
            limits.append(LimitChoice(resource: resource, limit: ResourceLimit(soft: limit.soft, hard: limit.hard)))
        }
        self.init(
            arguments: process.args, environment: process.env, workingDirectory: process.cwd, user: .root,
            capabilities: CapabilitySet(process.capabilities?.bounding ?? []),
            noNewPrivileges: process.noNewPrivileges,
            filter: try FilterChoice(description.linux.seccomp, cache: place.filters), limits: limits,
            oomScore: process.oomScoreAdj, fileModeMask: process.user.umask ?? 0o022,
            streams: process.terminal
                ? .terminal(
                    rows: UInt16(clamping: process.consoleSize?.height ?? 0),
                    columns: UInt16(clamping: process.consoleSize?.width ?? 0))
                : .inherited(further: place.furtherStreams))
        numericUser = NumericUser(
            user: process.user.uid, group: process.user.gid, groups: process.user.additionalGids)
        endsWithParent = false
        gate = place.gate
    }
}

extension CapabilitySet {
    /// Names that nobody knows are left out, as the specification says.
    init(_ names: [String]) {
        self.init()
        for name in names {
            if let capability = CapabilitySet(name: name) { formUnion(capability) }
        }
    }
}
