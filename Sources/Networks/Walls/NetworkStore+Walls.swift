// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// What a container's start asks of the firewall. It is written down before the kernel is asked, so that whoever makes the
/// rules anew at the same time finds it.
public struct NetworkAdmission: Sendable {
    let store: NetworkStore
    let networks: [Network]
    public let walls: ContainerWalls

    /// What it does, a line each, for people.
    public var words: [String] {
        walls.ports.map { port in
            port.isPinned
                ? "let \(port.name) send as \(port.addresses.map(\.description).joined(separator: ", ")) alone"
                : "let \(port.name) send as anybody"
        }
            + walls.ports.filter(\.reachesHost).map { "let \($0.name) reach the services of this machine" }
            + walls.publications.map {
                "lead port \($0.port)/\($0.transport)\($0.address.map { " of \($0)" } ?? "") to \($0.target) port "
                    + "\($0.targetPort)"
            }
    }

    /// Asks the kernel.
    public func perform() throws(NetworkError) {
        let firewall = try Firewall()
        try firewall.add(networks.flatMap { $0.firewalled.elements } + walls.elements) { () throws(NetworkError) in
            try store.allElements()
        }
        firewall.forget(sentBefore: walls.publications)
        // What nobody has any more does no harm but by its room: names of ports are never given again. Taking it away waits for
        // all processors, so that it is done for some hundred at once.
        if walls.ports.contains(where: { $0.name.hasSuffix("00") }) {
            try firewall.collect { () throws(NetworkError) in try store.allElements() }
        }
    }
}

extension NetworkStore {
    /// `RUN_ROOT/networks/walls`: a file a container, by its id.
    private var wallsDirectory: String { runDirectory + "/walls" }

    /// Writes down what the firewall is to know of a container. The file's path is in `files` from then on; removing it makes
    /// what the kernel knows of it nobody's.
    public func admission(
        of walls: ContainerWalls, on networks: [Network], for container: String, files: inout [String]
    ) throws(NetworkError) -> NetworkAdmission {
        do throws(SystemError) {
            let place = try Descriptor.makeDirectories(wallsDirectory, mode: 0o700)
            // Whoever is killed over it leaves the new one.
            for name in [container, ".\(container).new"] where !files.contains("\(wallsDirectory)/\(name)") {
                files.append("\(wallsDirectory)/\(name)")
            }
            try place.replace(container, with: walls.json.bytes(), durable: false, alone: true)
        } catch {
            throw NetworkError(
                .store, container, "cannot note in \(wallsDirectory) what the firewall is to know", cause: error)
        }
        return NetworkAdmission(store: self, networks: networks, walls: walls)
    }

    /// What was written down of a container; nothing where it was on no network.
    public func walls(of container: String) -> ContainerWalls {
        guard let bytes = try? Descriptor.contents(of: "\(wallsDirectory)/\(container)"),
            let json = try? JSON(parsing: bytes)
        else { return ContainerWalls() }
        return ContainerWalls(json)
    }

    /// Takes a container's ports of the host back: nothing leads to it any more.
    public static func takeBack(_ publications: [FirewalledPublication]) throws(NetworkError) {
        guard !publications.isEmpty else { return }
        let firewall = try Firewall()
        try firewall.remove(publications.map(\.element))
        firewall.forget(ledBy: publications)
    }

    /// The same for a container of which there is only what was written down.
    public func takeBackPorts(of container: String) throws(NetworkError) {
        let bytes: [UInt8]
        do throws(SystemError) { bytes = try Descriptor.contents(of: "\(wallsDirectory)/\(container)") } catch {
            // It was on no network.
            if error.errno == .noEntry || error.errno == .notDirectory { return }
            throw NetworkError(.store, container, "cannot read what the firewall knows of it", cause: error)
        }
        guard let json = try? JSON(parsing: bytes) else { return }
        try Self.takeBack(ContainerWalls(json).publications)
    }

    /// Makes the rules anew, for a machine whose own were loaded over them.
    public func reloadWalls() throws(NetworkError) {
        try Firewall().restore { () throws(NetworkError) in try allElements() }
        try settlePorts()
    }

    /// Gives the ports of bridges what they have where a container is started now: whether bridges ask the rules of IP changes
    /// when something loads br_netfilter, as docker does. The rules are those that hold in both cases, and come first.
    private func settlePorts() throws(NetworkError) {
        let asks = Bridge.askRulesOfIP
        for walls in try allWalls() {
            for port in walls.ports {
                do throws(SystemError) {
                    try NetworkPort.set(
                        port.name, isIsolated: port.isSeparate && !asks,
                        reflects: asks && !walls.publications.isEmpty)
                } catch {
                    // One that is gone by now has ended.
                    guard error.errno != .noDevice else { continue }
                    throw NetworkError(.kernel, port.name, "cannot set the port \(port.name) of a bridge", cause: error)
                }
            }
        }
    }

    /// Makes the rules anew where they are gone.
    /// - Returns: whether they were. Of several processes that ask at once one makes them.
    public func restoreWalls() throws(NetworkError) -> Bool {
        let firewall = try Firewall()
        if try firewall.isIntact() { return false }
        return try locked { () throws(NetworkError) in
            if try firewall.isIntact() { return false }
            try firewall.restore { () throws(NetworkError) in try allElements() }
            // Whoever loads rules of its own may be who makes bridges ask. What a port cannot be told keeps no rule away.
            try? settlePorts()
            return true
        }
    }

    /// What the kernel has to know of all networks and all containers.
    func allElements() throws(NetworkError) -> [FirewallElement] {
        try all().filter { $0.driver == .bridge }.flatMap { $0.firewalled.elements }
            + allWalls().flatMap(\.elements)
    }

    /// What was written down of all containers.
    private func allWalls() throws(NetworkError) -> [ContainerWalls] {
        do throws(SystemError) {
            let place = try Descriptor.open(wallsDirectory, [.directory])
            var result: [ContainerWalls] = []
            for name in try place.entries() where !name.hasPrefix(".") {
                // One that is gone by now has ended.
                guard let bytes = try? place.contents(of: name), let json = try? JSON(parsing: bytes) else { continue }
                result.append(ContainerWalls(json))
            }
            return result
        } catch {
            guard error.errno == .noEntry else {
                throw NetworkError(.store, wallsDirectory, "cannot read \(wallsDirectory)", cause: error)
            }
            return []
        }
    }
}
