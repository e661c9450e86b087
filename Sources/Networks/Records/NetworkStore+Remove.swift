// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension NetworkStore {
    /// Takes a network away on which nobody is, with its bridge.
    public func remove(_ network: Network) throws(NetworkError) {
        guard !network.isBuiltIn else {
            throw NetworkError(.inUse, network.name, "\(network.name) is built in and cannot be removed")
        }
        try locked { () throws(NetworkError) in
            try finishRemovals()
            try takeRecordAway(network)
            try finishRemoval(of: network)
        }
    }

    /// Finishes what somebody was killed over: a bridge without a record would be nobody's, and its addresses in the way of
    /// others. Whoever calls it has the lock, as those have who make networks and remove them.
    func finishRemovals() throws(NetworkError) {
        guard let place = try? Descriptor.open(directory, [.directory]), let names = try? place.entries() else {
            return
        }
        // Records that were never whole: nobody else writes one now.
        for name in names where name.hasPrefix(".") { try? place.remove(name) }
        for name in names where name.hasSuffix(Self.removed) {
            guard let bytes = try? place.contents(of: name), let json = try? JSON(parsing: bytes),
                let network = Network(json)
            else { continue }
            try finishRemoval(of: network)
        }
    }

    /// The same by who removes nothing, and has no lock; nothing is asked where nobody was killed.
    public func settle() throws(NetworkError) {
        guard let place = try? Descriptor.open(directory, [.directory]), let names = try? place.entries(),
            names.contains(where: { $0.hasSuffix(Self.removed) })
        else { return }
        try locked { () throws(NetworkError) in try finishRemovals() }
    }

    /// What a record is called behind its id while the rest of the network goes.
    private static let removed = ".removed"

    private func finishRemoval(of network: Network) throws(NetworkError) {
        if let run = try? Descriptor.open(runDirectory, [.directory]) { try? run.removeTree(FileName(network.id)) }
        // It never had a container where there is no bridge.
        if network.driver == .bridge, (try? NetworkDevice.exists(network.bridgeName)) ?? true {
            // Another network may have a bridge of that name one day.
            try Firewall().remove(network.firewalled.elements)
            do throws(SystemError) { try Bridge.remove(network.bridgeName) } catch {
                guard error.errno == .noDevice else {
                    throw NetworkError(
                        .kernel, network.name, "cannot remove the bridge \(network.bridgeName) of \(network.name)",
                        cause: error)
                }
            }
        }
        do throws(SystemError) {
            try Descriptor.open(directory, [.directory]).remove(network.id + Self.removed)
        } catch {
            throw NetworkError(.store, network.name, "cannot remove the network \(network.name)", cause: error)
        }
    }

    /// Takes the record away first and looks for containers then: one that takes an address at the same time looks for the
    /// record afterwards, so that one of the two sees the other.
    private func takeRecordAway(_ network: Network) throws(NetworkError) {
        try requireUnused(network)
        do throws(SystemError) {
            let place = try Descriptor.open(directory, [.directory])
            try place.rename("\(network.id).json", to: network.id + Self.removed)
            try place.synchronize()
        } catch {
            throw NetworkError(.store, network.name, "cannot remove the network \(network.name)", cause: error)
        }
        do throws(NetworkError) { try requireUnused(network) } catch {
            try? Descriptor.open(directory, [.directory]).rename(network.id + Self.removed, to: "\(network.id).json")
            throw error
        }
    }

    private func requireUnused(_ network: Network) throws(NetworkError) {
        let owners = try containers(on: network)
        guard owners.isEmpty else {
            let some = owners.prefix(3).map { String($0.prefix(12)) }.joined(separator: ", ")
            throw NetworkError(
                .inUse, network.name,
                "containers are on the network \(network.name): \(some): remove them with 'minibox rm -f' first")
        }
    }
}
