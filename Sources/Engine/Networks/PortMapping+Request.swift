// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import Networks
public import OCI

extension PortMapping {
    /// Reads one port, as a record keeps it.
    public init(parsingOne text: String) throws(SyntaxError) {
        let all = try Self.parsed(text)
        guard all.count == 1 else { throw SyntaxError(text, "is several ports", "write one") }
        self = all[0]
    }

    /// Reads what `-p` takes.
    public static func parsed(_ text: String) throws(SyntaxError) -> [PortMapping] {
        do throws(NetworkError) { return try parse(text) } catch {
            throw SyntaxError(text, "cannot be published: \(error)", "see 'minibox run --help'")
        }
    }

    /// Reads what `--expose` takes, and EXPOSE of an image has: `80`, `53/udp`, `8000-8010`.
    public static func parsedExposed(_ text: String) throws(SyntaxError) -> [PortMapping] {
        guard !text.utf8.contains(UInt8(ascii: ":")), let found = try? parse(text) else {
            throw SyntaxError(text, "is no port of a container", "write PORT[-PORT][/tcp|udp|sctp]")
        }
        return found
    }

    /// Docker's key of a container's port: `80/tcp`.
    public var inside: String { "\(containerPort)/\(transport)" }

    /// Where on the host it is reached, as `port` and `ps` show it: `0.0.0.0:8080`.
    public var outside: String {
        let address = hostAddress.map { $0.family == .v6 ? "[\($0)]" : "\($0)" } ?? "0.0.0.0"
        return "\(address):\(hostPort ?? 0)"
    }
}

extension [PortMapping] {
    /// As docker's `NetworkSettings.Ports`.
    public var json: JSON {
        var all = JSON.Object()
        for mapping in self {
            let place: JSON = [
                "HostIp": .string(mapping.hostAddress.map { "\($0)" } ?? "0.0.0.0"),
                "HostPort": .string("\(mapping.hostPort ?? 0)"),
            ]
            all[mapping.inside] = .array((all[mapping.inside]?.array ?? []) + [place])
        }
        return .object(all)
    }

    /// As docker's `HostConfig.PortBindings`: what was asked, with nothing where anything is meant.
    var asked: JSON {
        var all = JSON.Object()
        for mapping in self {
            let place: JSON = [
                "HostIp": .string(mapping.hostAddress.map { "\($0)" } ?? ""),
                "HostPort": .string(mapping.hostPorts),
            ]
            all[mapping.inside] = .array((all[mapping.inside]?.array ?? []) + [place])
        }
        return .object(all)
    }
}
