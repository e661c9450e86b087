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
    private let sockets: [Held]

    private final class Held: Sendable {
        let socket: PortSocket
        init(_ socket: consuming PortSocket) { self.socket = socket }
    }

    /// Takes all of them for `container`, or none.
    ///
    /// - Parameter hasIPv6: whether those of all addresses are those of IPv6 too.
    public init(
        _ wanted: [PortMapping], for container: String, runRoot: String, hasIPv6: Bool
    ) throws(NetworkError) {
        let directory = runRoot + "/ports"
        var taken: [PortMapping] = []
        var files: [String] = []
        var sockets: [Held] = []
        do throws(NetworkError) {
            let place: Descriptor
            do throws(SystemError) { place = try Descriptor.makeDirectories(directory, mode: 0o700) } catch {
                throw NetworkError(
                    .store, directory, "cannot make \(directory), where taken ports are noted", cause: error)
            }
            for mapping in wanted {
                var mapping = mapping
                for address in mapping.addresses(hasIPv6: hasIPv6) {
                    let socket = try Self.take(mapping, at: address, in: place)
                    mapping.hostPort = socket.port
                    let name = Self.name(mapping, address)
                    sockets.append(Held(socket))
                    do throws(SystemError) { try place.makeSymbolicLink(name, to: container) } catch {
                        guard error.errno == .exists else {
                            throw NetworkError(
                                .store, name, "cannot note in \(directory) who has \(name)", cause: error)
                        }
                        throw Self.taken(mapping, at: address, in: place)
                    }
                    files.append("\(directory)/\(name)")
                }
                taken.append(mapping)
            }
        } catch {
            let place = try? Descriptor.open(directory, [.path, .directory])
            for file in files { try? place?.remove(String(file.dropFirst(directory.utf8.count + 1))) }
            throw error
        }
        mappings = taken
        self.files = files
        self.sockets = sockets
    }

    private static func name(_ mapping: PortMapping, _ address: InternetAddress) -> String {
        "\(mapping.transport)-\(address)-\(mapping.hostPort ?? 0)"
    }

    private static func take(
        _ mapping: PortMapping, at address: InternetAddress, in place: borrowing Descriptor
    ) throws(NetworkError) -> PortSocket {
        do throws(SystemError) {
            let transport: PortSocket.Transport =
                switch mapping.transport {
                case .tcp: .tcp
                case .udp: .udp
                case .sctp: .sctp
                }
            return try PortSocket(transport, address, port: mapping.hostPort ?? 0)
        } catch {
            switch error.errno {
            case .addressInUse: throw taken(mapping, at: address, in: place)
            case .addressNotAvailable:
                throw NetworkError(.invalid, "\(address)", "-p \(mapping): this machine has no address \(address)")
            case .protocolNotSupported:
                throw NetworkError(
                    .kernel, "\(mapping)", "-p \(mapping): this kernel has no \(mapping.transport)",
                    cause: error)
            default:
                throw NetworkError(.kernel, "\(mapping)", "cannot take the port of -p \(mapping)", cause: error)
            }
        }
    }

    /// Names the holder, if it is one of ours.
    private static func taken(
        _ mapping: PortMapping, at address: InternetAddress, in directory: borrowing Descriptor
    ) -> NetworkError {
        var holder: String?
        for place in [address, InternetAddress(address.family, 0)] where holder == nil {
            holder = try? directory.readLink(name(mapping, place))
        }
        let who = holder.map { "the container \($0.prefix(12))" } ?? "a program of this machine"
        let port = "\(mapping.hostPort ?? 0)/\(mapping.transport)"
        return NetworkError(
            .portTaken, port,
            "\(who) has the port \(port)\(address.isAny ? "" : " of \(address)"): publish on another one with -p, or end "
                + (holder == nil ? "it ('ss -ltnup' shows which)" : "it"))
    }
}

extension PortMapping {
    /// Where the host listens.
    func addresses(hasIPv6: Bool) -> [InternetAddress] {
        if let hostAddress { return [hostAddress] }
        return [InternetAddress(.v4, 0)] + (hasIPv6 ? [InternetAddress(.v6, 0)] : [])
    }
}
