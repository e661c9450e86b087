// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension ContainerRequest {
    /// The runtime's own files, in the container's run directory.
    /// - Parameter other: the run directory of the container whose network it shares, which has them already.
    func ownFiles(
        hostname: String, endpoints: [NetworkEndpoint], in directory: String, sharing other: String?
    ) throws(EngineError) -> [OwnFile] {
        func file(_ name: String, _ contents: String) -> OwnFile {
            OwnFile(path: "\(directory)/\(name)", contents: contents, target: "/etc/\(name)")
        }
        func text(_ path: String) -> String? {
            (try? Descriptor.contents(of: path)).map { String(decoding: $0, as: UTF8.self) }
        }
        let own = file("hostname", hostname + "\n")
        if let other {
            return [
                own, file("hosts", text(other + "/hosts") ?? ""),
                file("resolv.conf", text(other + "/resolv.conf") ?? ""),
            ]
        }
        let hosts: String
        if network == .host {
            hosts = (text("/etc/hosts") ?? Self.localHosts) + (try furtherHosts(endpoints))
        } else {
            hosts = try self.hosts(hostname, endpoints)
        }
        return [own, file("hosts", hosts), file("resolv.conf", resolverText(endpoints))]
    }

    /// Whom it asks for names: of networks where containers have names one that knows them.
    func resolverText(_ endpoints: [NetworkEndpoint]) -> String {
        if endpoints.contains(where: \.hasNames) {
            return names.changed(.ofHost()).asked(at: NameSetting.address).text
        }
        switch network {
        case .host where names == NameChoices():
            return (try? Descriptor.contents(of: "/etc/resolv.conf")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        case .host: return names.changed(.ofHost()).text
        case .network: return names.changed(ResolverFile.ofHost().reachable).text
        default: return names.changed(ResolverFile(parsing: "")).text
        }
    }

    private static let localHosts =
        "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n"

    /// `/etc/hosts`: the container knows localhost, what it was told, and itself, by the addresses that it has.
    private func hosts(_ hostname: String, _ endpoints: [NetworkEndpoint]) throws(EngineError) -> String {
        let own = endpoints.flatMap { ownHosts(hostname, $0) }
        return Self.localHosts + (try furtherHosts(endpoints))
            + (own.isEmpty ? ["127.0.1.1\t\(ownNames(hostname))"] : own).map { $0 + "\n" }.joined()
    }

    /// The lines that say who it is on one network.
    func ownHosts(_ hostname: String, _ endpoint: NetworkEndpoint) -> [String] {
        endpoint.addresses.map { "\($0.address)\t\(ownNames(hostname))" }
    }

    /// With its domain first, as hosts(5) wants it.
    private func ownNames(_ hostname: String) -> String {
        if let domainName { return "\(hostname).\(domainName) \(hostname)" }
        guard let dot = hostname.utf8.firstIndex(of: UInt8(ascii: ".")), dot != hostname.startIndex else {
            return hostname
        }
        return "\(hostname) \(hostname[..<dot])"
    }

    /// `--add-host`.
    private func furtherHosts(_ endpoints: [NetworkEndpoint]) throws(EngineError) -> String {
        var lines = ""
        for host in names.hosts {
            var addresses = [host.address]
            if host.isGateway {
                addresses = network == .host ? ["127.0.0.1"] : endpoints.flatMap(\.gateways).map { "\($0)" }
                guard !addresses.isEmpty else {
                    throw EngineError(
                        .invalid,
                        "--add-host \(host): the container is on no network that leads to the host: name one with --network"
                    )
                }
                addresses = Array(addresses.prefix(1))
            }
            for address in addresses { lines += "\(address)\t\(host.name)\n" }
        }
        return lines
    }
}
