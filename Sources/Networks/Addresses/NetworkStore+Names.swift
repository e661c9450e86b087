// SPDX-License-Identifier: Apache-2.0
public import Linux

extension NetworkStore {
    /// `RUN_ROOT/networks/ID/names`: a symbolic link for each container on the network, whose name is the container's id and
    /// whose text is what it is called there. Who answers questions is nobody, and may look at them.
    public func namesDirectory(of network: String) -> String { "\(runDirectory)/\(network)/names" }

    /// Lets others on the network know what a container is called there, in place of what they knew. The link is in `files`
    /// from then on; removing it makes them forget.
    public func note(
        _ text: String, of container: String, on network: Network, files: inout [String]
    ) throws(NetworkError) {
        try note(text, of: container, in: network.id, files: &files)
    }

    /// The same by the id of the network, which may not be there any more.
    public func note(
        _ text: String, of container: String, in network: String, files: inout [String]
    ) throws(NetworkError) {
        let directory = namesDirectory(of: network)
        do throws(SystemError) {
            let place = try Descriptor.makeDirectories(directory, mode: 0o711)
            // The mask of who made it may have taken rights away.
            if try place.status().permissions != 0o711 { try place.setPermissions(0o711) }
            let temporary = ".\(container)"
            for name in [container, temporary] where !files.contains("\(directory)/\(name)") {
                files.append("\(directory)/\(name)")
            }
            try? place.remove(temporary)
            try place.makeSymbolicLink(temporary, to: text)
            try place.rename(temporary, to: container)
        } catch {
            guard error.errno != .nameTooLong else {
                throw NetworkError(
                    .invalid, network, "the names of the container on one network are too long: give it fewer")
            }
            throw NetworkError(.store, network, "cannot note in \(directory) what it is called", cause: error)
        }
    }

    /// What marks an endpoint's addresses and names as a container's.
    public func claims(of container: String, on network: String, _ addresses: [InternetAddress]) -> (
        links: [String], names: String
    ) {
        (addresses.map { "\(runDirectory)/\(network)/addresses/\($0)" }, "\(namesDirectory(of: network))/\(container)")
    }
}
