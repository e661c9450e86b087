// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What one `-p` takes: a number, at each address that it stands for.
struct PortClaim {
    var mapping: PortMapping
    /// Of the links that say who has it.
    var names: [String] = []
    var sockets: [HeldPort] = []
    /// How many numbers are tried where none was asked for.
    private static let patience = 100

    /// Takes it for `container`.
    ///
    /// Where no number was asked for, the kernel chooses one that is free at the first address. Another may have it at the
    /// second; then the next one is tried, and the former is held meanwhile, so that it is not chosen again.
    static func make(
        _ wanted: PortMapping, for container: String, in place: borrowing Descriptor, hasIPv6: Bool
    ) throws(NetworkError) -> PortClaim {
        if let first = wanted.hostPort, let last = wanted.lastHostPort {
            return try make(wanted, anyOf: first...last, for: container, in: place, hasIPv6: hasIPv6)
        }
        var former: [PortClaim] = []
        while former.count < patience {
            var claim = PortClaim(mapping: wanted)
            let failure: NetworkError
            do throws(NetworkError) {
                for address in wanted.addresses(hasIPv6: hasIPv6) {
                    try claim.take(address, wanted, for: container, in: place)
                }
                return claim
            } catch { failure = error }
            for name in claim.names { try? place.remove(name) }
            guard wanted.hostPort == nil, failure.code == .portTaken else { throw failure }
            former.append(claim)
        }
        throw NetworkError(
            .portTaken, "\(wanted)", "-p \(wanted): no port is free at all addresses of this machine: name one")
    }

    /// Takes the first of several numbers that is free at all addresses.
    private static func make(
        _ wanted: PortMapping, anyOf numbers: ClosedRange<UInt16>, for container: String,
        in place: borrowing Descriptor, hasIPv6: Bool
    ) throws(NetworkError) -> PortClaim {
        var one = wanted
        one.lastHostPort = nil
        for number in numbers {
            one.hostPort = number
            do throws(NetworkError) { return try make(one, for: container, in: place, hasIPv6: hasIPv6) } catch {
                guard error.code == .portTaken else { throw error }
            }
        }
        throw NetworkError(
            .portTaken, "\(wanted)",
            "-p \(wanted): all ports from \(numbers.lowerBound) to \(numbers.upperBound) are taken: write others, or leave them "
                + "out for any that is free")
    }

    private mutating func take(
        _ address: InternetAddress, _ wanted: PortMapping, for container: String, in place: borrowing Descriptor
    ) throws(NetworkError) {
        let held: HeldPort
        do throws(SystemError) { held = try HeldPort(mapping, at: address) } catch {
            // A machine without IPv6 has no such address to be reached at.
            let isMissing =
                error.errno == .addressNotAvailable || error.errno == .noAddressFamily
            if isMissing, address.family == .v6, wanted.hostAddress == nil { return }
            throw failure(error, at: address, in: place)
        }
        mapping.hostPort = held.socket.port
        sockets.append(held)
        let name = Self.name(mapping, address)
        do throws(SystemError) { try place.makeSymbolicLink(name, to: container) } catch {
            guard error.errno == .exists else {
                throw NetworkError(.store, name, "cannot note who has \(name)", cause: error)
            }
            throw taken(at: address, in: place)
        }
        names.append(name)
    }

    private static func name(_ mapping: PortMapping, _ address: InternetAddress) -> String {
        "\(mapping.transport)-\(address)-\(mapping.hostPort ?? 0)"
    }

    private func failure(
        _ error: SystemError, at address: InternetAddress, in place: borrowing Descriptor
    ) -> NetworkError {
        switch error.errno {
        case .addressInUse: taken(at: address, in: place)
        case .addressNotAvailable:
            NetworkError(.invalid, "\(address)", "-p \(mapping): this machine has no address \(address)")
        case .protocolNotSupported:
            NetworkError(
                .kernel, "\(mapping)", "-p \(mapping): this kernel has no \(mapping.transport)", cause: error)
        default: NetworkError(.kernel, "\(mapping)", "cannot take the port of -p \(mapping)", cause: error)
        }
    }

    /// Names the holder, if it is one of ours.
    private func taken(at address: InternetAddress, in directory: borrowing Descriptor) -> NetworkError {
        var holder: String?
        for place in [address, InternetAddress(address.family, 0)] where holder == nil {
            holder = try? directory.readLink(Self.name(mapping, place))
        }
        let program = holder == nil ? SocketHolder(of: mapping.hostPort ?? 0, mapping.socketKind) : nil
        let who =
            holder.map { "the container \($0.prefix(12))" } ?? program.map { "the program \($0)" }
            ?? "a program of this machine"
        let port = "\(mapping.hostPort ?? 0)/\(mapping.transport)"
        return NetworkError(
            .portTaken, port,
            "\(who) has the port \(port)\(address.isAny ? "" : " of \(address)"): publish on another one with -p, or end it"
                + (holder == nil && program == nil ? " ('ss -ltnup' shows which)" : ""))
    }
}
