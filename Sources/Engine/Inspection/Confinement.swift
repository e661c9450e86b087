// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
public import Linux
public import Networks
internal import OCI

/// What the kernel was told of a container when it was started, as its record has it: what an audit is held against.
public struct Confinement: Sendable {
    public let id: String
    /// The bounding set.
    public let capabilities: CapabilitySet
    public let noNewPrivileges: Bool
    /// nil where it was started without one.
    public let filter: SeccompFilter?
    /// Those that are not the host's.
    public let namespaces: Namespaces
    /// Whether a cgroup was made for it.
    public let hasCgroup: Bool
    public let isReadOnly: Bool
    public let maskedPaths: [String]
    public let readOnlyPaths: [String]
    /// Files of its cgroup with what was written to them; none where that is not kept.
    public let limits: [String: String]
    /// nil where its request is not known.
    public let restart: RestartPolicy?
}

extension Engine {
    /// What the rules of the kernel say of a container's ends at networks; nil where it is at none that has rules, or they cannot
    /// be read.
    public func walls(of record: ContainerRecord) -> WallFindings? {
        guard !networks.walls(of: record.id).isEmpty else { return nil }
        return try? networks.findings(of: record.id)
    }

    /// What a container was started with; nil of a record of an older version, which does not say.
    public func confinement(of record: ContainerRecord) throws(EngineError) -> Confinement? {
        guard let details = ContainerDetails(record.details) else { return nil }
        let request = record.request.isNull ? nil : try? ContainerRequest(record.request)
        let paths = request?.kernelPaths(processors: ProcessorCount.present()) ?? (masked: [], readOnly: [])
        // What 'update' changes of one that its command keeps is in no record.
        let limits = record.request.isNull || isOfCommand(record) ? [] : details.limits
        return Confinement(
            id: record.id, capabilities: details.capabilities, noNewPrivileges: details.noNewPrivileges,
            filter: try filter(details).program, namespaces: details.namespaces, hasCgroup: details.cgroup != nil,
            isReadOnly: details.isReadOnly, maskedPaths: paths.masked, readOnlyPaths: paths.readOnly,
            limits: Dictionary(limits.map { ($0.file, $0.value) }) { $1 }, restart: request?.restart)
    }
}
