// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Which container has which address of a network.
///
/// An address that is taken is a symbolic link in `directory` whose name is the address and whose text is the container's
/// id. Making a link is one system call that fails where there is one already: no lock, nothing half written, and any
/// number of processes may ask at once. Removing it gives the address back. `next` tells where to look first, so that
/// addresses are not given again at once; losing it loses nothing.
struct AddressLeases: Sendable {
    /// `RUN_ROOT/networks/ID/addresses`.
    let directory: String

    /// An address that somebody has.
    struct Lease: Hashable, Sendable {
        var address: InternetAddress
        /// What marks it as taken. Whoever journals the container's undo lists it there.
        var file: String
    }

    private static let next = "next"

    /// An address of the subnet for `container`: `wanted`, or the next one that nobody has.
    func take(
        from subnet: Network.Subnet, wanted: InternetAddress? = nil, for container: String
    ) throws(NetworkError) -> Lease {
        let place: Descriptor
        do throws(SystemError) { place = try Descriptor.makeDirectories(directory, mode: 0o700) } catch {
            throw NetworkError(
                .store, directory, "cannot make \(directory), where taken addresses are noted", cause: error)
        }
        if let wanted { return try take(wanted, from: subnet, for: container, in: place) }
        let range = subnet.range ?? subnet.prefix
        let count = range.last.value - range.first.value + 1
        let family = range.address.family
        let hint = "\(Self.next)-\(family == .v4 ? 4 : 6)"
        let start = (try? place.readLink(hint)).flatMap { UInt128($0) } ?? 0
        // Enough to look at of a network of any size: nobody has so many containers.
        for step in 0..<min(count, 1 << 17) {
            let index = (start + step) % count
            let address = InternetAddress(family, range.first.value + index)
            guard isUsable(address, of: subnet) else { continue }
            do throws(SystemError) {
                try place.makeSymbolicLink("\(address)", to: container)
            } catch {
                if error.errno == .exists { continue }
                throw note(address, error)
            }
            let temporary = "\(hint)-\(address)"
            try? place.makeSymbolicLink(temporary, to: "\((index + 1) % count)")
            try? place.rename(FileName(temporary), to: FileName(hint), in: place)
            return Lease(address: address, file: "\(directory)/\(address)")
        }
        throw NetworkError(
            .noAddress, "\(range)",
            "no address of \(range) is left: remove containers, or make a network with a larger --subnet")
    }

    private func take(
        _ wanted: InternetAddress, from subnet: Network.Subnet, for container: String, in place: borrowing Descriptor
    ) throws(NetworkError) -> Lease {
        guard subnet.prefix.contains(wanted), isUsable(wanted, of: subnet) else {
            throw NetworkError(
                .invalid, "\(wanted)", "\(wanted) is no address that a container on \(subnet.prefix) can have")
        }
        do throws(SystemError) {
            try place.makeSymbolicLink("\(wanted)", to: container)
        } catch {
            guard error.errno == .exists else { throw note(wanted, error) }
            let owner =
                (try? place.readLink("\(wanted)")).map { "the container " + $0.prefix(12) } ?? "another container"
            throw NetworkError(.noAddress, "\(wanted)", "\(owner) has the address \(wanted): choose another one")
        }
        return Lease(address: wanted, file: "\(directory)/\(wanted)")
    }

    /// Not the network's own, not that of all, not the host's.
    private func isUsable(_ address: InternetAddress, of subnet: Network.Subnet) -> Bool {
        if address == subnet.gateway { return false }
        if subnet.prefix.length >= address.family.bits - 1 { return true }
        return address != subnet.prefix.first && (address.family == .v6 || address != subnet.prefix.last)
    }

    private func note(_ address: InternetAddress, _ error: SystemError) -> NetworkError {
        NetworkError(
            .store, "\(address)", "cannot note in \(directory) that \(address) is taken", cause: error)
    }

    /// Who has which address; empty where nobody has ever had one.
    func taken() throws(NetworkError) -> [InternetAddress: String] {
        do throws(SystemError) {
            let place = try Descriptor.open(directory, [.directory])
            var result: [InternetAddress: String] = [:]
            for name in try place.entries() {
                // One that is gone by now was given back.
                if let address = InternetAddress(name), let owner = try? place.readLink(name) {
                    result[address] = owner
                }
            }
            return result
        } catch {
            if error.errno == .noEntry { return [:] }
            throw NetworkError(.store, directory, "cannot read \(directory)", cause: error)
        }
    }
}
