// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import OCI

/// What a container's isolation is made of, as it was set up: what `exec` enters with and `inspect` shows.
struct ContainerDetails: Hashable, Sendable {
    var environment: [String]
    var workingDirectory: String
    var user: String
    var additionalGroups: [String]
    var capabilities: CapabilitySet
    var noNewPrivileges: Bool
    var filter: String
    /// The program of a filter of the user's own, whose profile may have changed since.
    var filterProgram: [UInt8]
    /// Where who answers the filter's questions listens; nil where it asks nobody.
    var filterListener: String?
    /// The profile of AppArmor; nil for none.
    var profile: String?
    var idMap: IDMap?
    /// Those that are not the host's.
    var namespaces: Namespaces
    var cgroup: String?
    var limits: [CgroupSetting]
    var isReadOnly: Bool
    var ulimits: [LimitChoice]
    var fileModeMask: UInt32
    /// Whether what it writes is in memory, where nobody but it can read it.
    var writesToMemory: Bool
    /// Whether others may share its ipc namespace; nil of an older version's record, which does not say.
    var sharesMessages: Bool?
    /// What the host could not give.
    var notes: [String]

    init(_ configuration: ContainerConfiguration, plan: Plan, of request: ContainerRequest) {
        let process = configuration.process
        environment = process.environment
        workingDirectory = process.workingDirectory
        user = process.user.description
        additionalGroups = process.additionalGroups
        capabilities = process.capabilities
        noNewPrivileges = process.noNewPrivileges
        filter = process.filter.name
        filterProgram = filter == "default" ? [] : process.filter.program?.bytes ?? []
        filterListener = process.filter.listener?.path
        profile = process.profile
        idMap = configuration.idMap
        namespaces = configuration.namespaces.joined.reduce(configuration.namespaces.own) { $0.union($1.kinds) }
        cgroup = configuration.cgroup.path
        limits = configuration.cgroup.settings
        isReadOnly = configuration.root.isReadOnly
        // As they were set, which may be less than was asked.
        ulimits = plan.confine.compactMap { if case .setLimit(let choice) = $0 { choice } else { nil } }
        fileModeMask = process.fileModeMask
        writesToMemory = configuration.root.layered?.limit != nil
        sharesMessages = request.ipc == .shareable
        notes = plan.notes
    }

    var json: JSON {
        func texts(_ values: [String]) -> JSON { .array(values.map(JSON.string)) }
        var object = JSON.Object(
            [
                ("User", .string(user)), ("GroupAdd", texts(additionalGroups)), ("Env", texts(environment)),
                ("WorkingDir", .string(workingDirectory)), ("Capabilities", texts(capabilities.memberNames)),
                ("NoNewPrivileges", .bool(noNewPrivileges)), ("Seccomp", .string(filter)),
                ("SeccompProgram", .array(filterProgram.map { .integer(Int64($0)) })),
                (
                    "IDMap",
                    idMap.map { map in
                        .array(
                            map.extents.map {
                                .array([$0.inside, $0.outside, $0.count].map { .integer(Int64($0)) })
                            })
                    } ?? .null
                ),
                ("Namespaces", texts(namespaces.names)), ("Cgroup", cgroup.map(JSON.string) ?? .null),
                ("Limits", .object(JSON.Object(limits.map { ($0.file, .string($0.value)) }))),
                ("ReadonlyRootfs", .bool(isReadOnly)), ("Notes", texts(notes)),
                (
                    "Ulimits",
                    .array(
                        ulimits.map { choice in
                            .array([
                                .integer(Int64(choice.resource.rawValue)), .unsigned(choice.limit.soft),
                                .unsigned(choice.limit.hard),
                            ])
                        })
                ),
                ("Umask", .integer(Int64(fileModeMask))),
            ])
        if let sharesMessages { object["SharesIPC"] = .bool(sharesMessages) }
        if writesToMemory { object["WritesToMemory"] = true }
        if let profile { object["AppArmor"] = .string(profile) }
        if let filterListener { object["SeccompListener"] = .string(filterListener) }
        return .object(object)
    }

    /// Details as they were written; nil where they are none.
    init?(_ json: JSON) {
        guard let user = json["User"]?.string, let environment = json["Env"]?.strings,
            let directory = json["WorkingDir"]?.string, let names = json["Capabilities"]?.strings,
            let filter = json["Seccomp"]?.string, let kinds = json["Namespaces"]?.strings
        else { return nil }
        self.user = user
        self.environment = environment
        workingDirectory = directory
        additionalGroups = json["GroupAdd"]?.strings ?? []
        capabilities = names.reduce(into: []) { set, name in set.formUnion(CapabilitySet(name: name) ?? []) }
        noNewPrivileges = json["NoNewPrivileges"]?.bool ?? true
        self.filter = filter
        filterProgram = json["SeccompProgram"]?.array?.compactMap { $0.whole(as: UInt8.self) } ?? []
        filterListener = json["SeccompListener"]?.string
        profile = json["AppArmor"]?.string
        idMap = json["IDMap"]?.array.map { lines in
            IDMap(
                extents: lines.compactMap { line in
                    guard let inside = line[0]?.uint32, let outside = line[1]?.uint32, let count = line[2]?.uint32
                    else {
                        return nil
                    }
                    return IDExtent(inside: inside, outside: outside, count: count)
                })
        }
        namespaces = Namespaces.named.filter { kinds.contains($0.name) }.reduce(into: []) { $0.formUnion($1.kind) }
        cgroup = json["Cgroup"]?.string
        limits = json["Limits"]?.object?.map { CgroupSetting(file: $0.key, value: $0.value.string ?? "") } ?? []
        isReadOnly = json["ReadonlyRootfs"]?.bool ?? false
        notes = json["Notes"]?.strings ?? []
        sharesMessages = json["SharesIPC"]?.bool
        writesToMemory = json["WritesToMemory"]?.bool ?? false
        ulimits =
            json["Ulimits"]?.array?.compactMap { line in
                guard let resource = line[0]?.whole(as: Int32.self), let soft = line[1]?.uint64,
                    let hard = line[2]?.uint64
                else { return nil }
                return LimitChoice(resource: Resource(rawValue: resource), limit: ResourceLimit(soft: soft, hard: hard))
            } ?? []
        fileModeMask = json["Umask"]?.uint32 ?? 0o022
    }
}
