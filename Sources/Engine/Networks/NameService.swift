// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import Names

/// Who answers a container's questions about names.
typealias NameService = ConfinedService<NameAnswers>

/// What its process is told: see ``Names/NameServer``. What it asks of who started it is a socket that is connected to one of
/// the machine's own servers, made here, in the machine's network namespace.
struct NameAnswers: ConfinedAnswers {
    static let listeners = [NameServer.Slot.datagrams, NameServer.Slot.listener]
    static let starter = NameServer.Slot.starter

    private let setting: NameSetting
    /// Those whose directories the process is given.
    private var places: [NameSetting.Place] = []

    init(_ setting: NameSetting) { self.setting = setting }

    var title: String { "minibox: names for \(setting.container)" }

    mutating func open(into given: inout DescriptorTable) throws(SystemError) {
        places = setting.places()
        for (number, place) in places.enumerated() {
            given.put(
                try Descriptor.open(place.directory, [.readOnly, .directory]), in: NameServer.Slot.firstPlace + number)
        }
    }

    func run(_ given: consuming DescriptorTable, parent: Int32) throws(SystemError) {
        try NameConfinement.enter(parent: parent, given: given, places: places.count)
        var server = try NameServer(
            given, places: places.map { NameServer.Place(name: $0.name, subnets: $0.subnets) },
            links: setting.links, asksOthers: places.contains { !$0.isInternal })
        try server.run()
    }

    func answer(_ packet: [UInt8], _ handed: inout DescriptorTable) -> [UInt8]? {
        guard let request = NameRequest(packet) else { return nil }
        let servers = setting.servers()
        if !servers.isEmpty {
            let server = servers[Int(request.attempt) % servers.count]
            if let socket = try? InternetSocket.connected(request.transport, to: server, port: 53) {
                handed.put(socket, in: 0)
            }
        }
        return request.answer(servers: UInt8(clamping: servers.count))
    }
}
