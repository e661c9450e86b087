// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The ports of the host's that one container has: no other program gets them while this is there.
///
/// Which container has a port is also noted in a symbolic link below the run root, whose name is the port and whose text
/// is the container's id: so that an error can name the holder, and that a port of a container whose supervisor was killed
/// is still its own.
public final class HeldPorts: Sendable {
    /// Where each is reached now, with the port that was taken.
    public let mappings: [PortMapping]
    /// What marks them as taken. Whoever journals the container's undo lists them there.
    public let files: [String]
    let sockets: [HeldPort]

    /// Takes all of them for `container`, or none.
    ///
    /// - Parameter hasIPv6: whether those of all addresses are those of IPv6 too.
    public init(
        _ wanted: [PortMapping], for container: String, runRoot: String, hasIPv6: Bool
    ) throws(NetworkError) {
        let directory = runRoot + "/ports"
        var taken: [PortMapping] = []
        var names: [String] = []
        var sockets: [HeldPort] = []
        do throws(NetworkError) {
            let place: Descriptor
            do throws(SystemError) { place = try Descriptor.makeDirectories(directory, mode: 0o700) } catch {
                throw NetworkError(
                    .store, directory, "cannot make \(directory), where taken ports are noted", cause: error)
            }
            for mapping in wanted {
                let claim = try PortClaim.make(mapping, for: container, in: place, hasIPv6: hasIPv6)
                taken.append(claim.mapping)
                names += claim.names
                sockets += claim.sockets
            }
        } catch {
            if let place = try? Descriptor.open(directory, [.path, .directory]) {
                for name in names { try? place.remove(name) }
            }
            throw error
        }
        mappings = taken
        files = names.map { "\(directory)/\($0)" }
        self.sockets = sockets
    }

    /// Holds again what a container has whose supervisor was killed, as far as nobody came between.
    public init(again mappings: [PortMapping], hasIPv6: Bool) {
        self.mappings = mappings
        files = []
        sockets = mappings.flatMap { mapping in
            mapping.addresses(hasIPv6: hasIPv6).compactMap { try? HeldPort(mapping, at: $0) }
        }
    }
}

/// A socket that holds a port at one address.
final class HeldPort: Sendable {
    let socket: PortSocket
    let mapping: PortMapping
    let address: InternetAddress

    init(_ mapping: PortMapping, at address: InternetAddress) throws(SystemError) {
        let transport = mapping.socketKind
        self.mapping = mapping
        self.address = address
        socket = try PortSocket(
            transport, address, port: mapping.hostPort ?? 0,
            waiting: transport == .tcp && mapping.isRelayed(at: address) ? 128 : 0)
    }
}

extension PortMapping {
    var socketKind: PortSocket.Transport {
        switch transport {
        case .tcp: .tcp
        case .udp: .udp
        case .sctp: .sctp
        }
    }

    /// Where the host listens.
    func addresses(hasIPv6: Bool) -> [InternetAddress] {
        if let hostAddress { return [hostAddress] }
        // What has no address of IPv6 is reached by the machine's own all the same, by way of a relay, which has no SCTP.
        let isReached = hasIPv6 || transport != .sctp
        return [InternetAddress(.v4, 0)] + (isReached ? [InternetAddress(.v6, 0)] : [])
    }

    /// Whether what comes there is not led by the kernel, or not all of it: it routes ::1 nowhere.
    func isRelayed(at address: InternetAddress) -> Bool {
        transport != .sctp && address.family == .v6 && (address.isAny || address.isLoopback)
    }
}

extension PortMapping {
    /// Whether it stands for an address of which all is relayed where the container has none of IPv6: `[::1]` or `[::]`.
    public var isRelayedAlone: Bool { hostAddress.map { isRelayed(at: $0) } ?? false }
}

extension InternetAddress {
    static let loopback6 = InternetAddress(.v6, 1)
}
