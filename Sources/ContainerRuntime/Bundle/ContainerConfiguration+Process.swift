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
        if let score = process.oomScoreAdj, !(-1000...1000).contains(score) {
            throw .configuration("process.oomScoreAdj", "it must be from -1000 to 1000, not \(score)")
        }
        if let mask = process.user.umask, mask > 0o777 {
            throw .configuration("process.user.umask", "it must be from 0 to 0777")
        }
        self.init(
            arguments: process.args, environment: process.env, workingDirectory: process.cwd, user: .root,
            capabilities: [], noNewPrivileges: process.noNewPrivileges,
            filter: try FilterChoice(description.linux.seccomp, of: description, at: place),
            limits: try LimitChoice.list(process.rlimits),
            oomScore: process.oomScoreAdj, fileModeMask: process.user.umask ?? 0o022,
            streams: process.terminal
                ? .terminal(
                    rows: process.consoleSize.map { UInt16(clamping: $0.height) } ?? place.terminalSize?.rows ?? 0,
                    columns: process.consoleSize.map { UInt16(clamping: $0.width) } ?? place.terminalSize?.columns ?? 0)
                : .inherited(further: place.furtherStreams))
        numericUser = NumericUser(
            user: process.user.uid, group: process.user.gid, groups: process.user.additionalGids)
        (capabilitySets, notes) = ProcessCapabilities.named(process.capabilities)
        attributes = try ProcessAttribute.list(process, of: description.linux, joins: place.joinsContainer)
        if place.joinsContainer {
            initialProcessors = try NumberSet.read(
                process.execCPUAffinity?.initial, "process.execCPUAffinity.initial")
        }
        keyring = place.makesKeyring ? .named("_ses.\(place.id)") : .inherited
        furtherStreams = place.furtherStreams
        consoleSocket = place.consoleSocket
        processSocket = place.processSocket
        endsWithParent = false
        gate = place.gate
    }
}

extension LimitChoice {
    fileprivate static func list(
        _ limits: [RuntimeConfiguration.ResourceLimit]
    ) throws(RuntimeError) -> [LimitChoice] {
        var choices: [LimitChoice] = []
        for (index, limit) in limits.enumerated() {
            let member = "process.rlimits[\(index)]"
            guard let resource = Resource(name: String(limit.type.rawValue.dropFirst(7)).lowercased()) else {
                throw .configuration(member, "\(limit.type.rawValue) is not known")
            }
            if choices.contains(where: { $0.resource == resource }) {
                throw .configuration(member, "\(limit.type.rawValue) is in the list already")
            }
            guard limit.soft <= limit.hard else {
                throw .configuration(member, "the soft limit \(limit.soft) is above the hard one, \(limit.hard)")
            }
            choices.append(
                LimitChoice(resource: resource, limit: ResourceLimit(soft: limit.soft, hard: limit.hard)))
        }
        return choices
    }
}

extension ProcessCapabilities {
    /// The sets with these names, and a line for each name that nobody knows, which is left out. What is not named, and
    /// what is not there at all, is empty: nothing is inheritable but what the bundle says (CVE-2022-24769).
    static func named(_ names: RuntimeConfiguration.Capabilities?) -> (ProcessCapabilities, notes: [String]) {
        guard let names else { return (ProcessCapabilities(), []) }
        var unknown: [String] = []
        func set(_ names: [String]) -> CapabilitySet {
            var set: CapabilitySet = []
            for name in names {
                if let capability = CapabilitySet(name: name) {
                    set.formUnion(capability)
                } else if !unknown.contains(name) {
                    unknown.append(name)
                }
            }
            return set
        }
        let sets = ProcessCapabilities(
            effective: set(names.effective), permitted: set(names.permitted), inheritable: set(names.inheritable),
            bounding: set(names.bounding), ambient: set(names.ambient))
        return (sets, unknown.map { "process.capabilities: there is no capability \"\($0)\": left out" })
    }
}
