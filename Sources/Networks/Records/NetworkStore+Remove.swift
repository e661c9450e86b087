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
            try takeRecordAway(network)
            if network.driver == .macvlan { return }
            // It never had a container where there is no bridge.
            guard (try? NetworkDevice.exists(network.bridgeName)) ?? true else { return }
            // Another network may have a bridge of that name one day.
            try Firewall().remove(network.firewalled.elements)
            do throws(SystemError) { try Bridge.remove(network.bridgeName) } catch {
                guard error.errno != .noDevice else { return }
                throw NetworkError(
                    .kernel, network.name, "cannot remove the bridge \(network.bridgeName) of \(network.name)",
                    cause: error)
            }
        }
    }

    /// Removes the record first and looks for containers then: one that takes an address at the same time looks for the
    /// record afterwards, so that one of the two sees the other.
    private func takeRecordAway(_ network: Network) throws(NetworkError) {
        try requireUnused(network)
        do throws(SystemError) {
            let place = try Descriptor.open(directory, [.directory])
            try place.remove("\(network.id).json")
            try place.synchronize()
        } catch {
            throw NetworkError(.store, network.name, "cannot remove the network \(network.name)", cause: error)
        }
        do throws(NetworkError) { try requireUnused(network) } catch {
            try write(network)
            throw error
        }
        if let run = try? Descriptor.open(runDirectory, [.directory]) { try? run.removeTree(FileName(network.id)) }
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
