// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import Names

/// Who tells a container the document of its role.
typealias RoleService = ConfinedService<RoleAnswers>

/// What its process is told: see ``Names/RoleServer``.
struct RoleAnswers: ConfinedAnswers {
    static let listeners = [RoleServer.Slot.listener]
    static let starter = RoleServer.Slot.starter

    /// The container's name, for people.
    var container: String
    var files: RoleFiles
    var role: RoleName
    var path: String

    var title: String { "minibox: role \(role) for \(container)" }

    func open(into given: inout DescriptorTable) {}

    func run(_ given: consuming DescriptorTable, parent: Int32) throws(SystemError) {
        try RoleServer.confine(parent: parent, given: given)
        var server = try RoleServer(given, path: path)
        try server.run()
    }

    /// The file as it is now, where it still is one that may be told.
    func answer(_ packet: [UInt8], _ handed: inout DescriptorTable) -> [UInt8]? {
        guard packet.count == RoleServer.requestSize else { return nil }
        if let file = try? files.open(role) { handed.put(file, in: 0) }
        return packet
    }
}

extension Engine {
    private var roles: RoleFiles { RoleFiles(path: places.root + "/roles") }

    /// Refuses what could not be told, before anything is made.
    func requireRole(of request: ContainerRequest) throws(EngineError) {
        guard let role = request.taskRole else { return }
        switch request.network {
        case .bare, .network: _ = try roles.open(role)
        default:
            throw EngineError(
                .invalid,
                "--task-role is for a container alone, and --network \(request.network) is shared: leave one of them out"
            )
        }
    }

    /// Who answers at the socket which a start has made; nil where it has made none.
    func roleService(
        of started: inout Started, _ record: ContainerRecord, _ request: ContainerRequest
    ) throws(SystemError) -> RoleService? {
        guard started.streams.has(Started.Slot.role), let role = request.taskRole,
            let path = RoleFiles.path(in: ContainerDetails(record.details)?.environment ?? [])
        else { return nil }
        var sockets = DescriptorTable()
        sockets.put(try started.streams.take(Started.Slot.role), in: RoleServer.Slot.listener)
        return try RoleService(
            sockets, RoleAnswers(container: record.name, files: roles, role: role, path: path))
    }
}
