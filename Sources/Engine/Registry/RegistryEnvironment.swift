// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import Registry

/// What this machine and its user say of registries: settings, certificates, proxies and who asks.
public struct RegistryEnvironment: Sendable {
    /// The administrator's file, where `MINIBOX_REGISTRIES` names no other.
    public static let settingsPath = "/etc/minibox/registries.json"
    private static let certificatePlaces = ["/etc/docker/certs.d", "/etc/containers/certs.d"]
    /// More than this no file of certificates has.
    private static let longestFile = 4 << 20

    let settings: RegistrySettings
    public let credentials: CredentialStore
    private let options: RegistryOptions

    public init(_ options: RegistryOptions = RegistryOptions()) throws(EngineError) {
        self.options = options
        credentials = CredentialStore()
        let named = Linux.Environment.value(of: "MINIBOX_REGISTRIES")
        let path = named ?? Self.settingsPath
        guard let bytes = try Self.contents(of: path, isNeeded: named != nil) else {
            settings = RegistrySettings()
            return
        }
        do throws(RegistryFileError) { settings = try RegistrySettings(parsing: bytes) } catch {
            throw EngineError(.invalid, "cannot use \(path)", cause: error)
        }
    }

    /// What the fetching program is told for what is done with these repositories (`HOST/PATH`, or `HOST` alone).
    public func session(for names: [(registry: String, repository: String?)]) throws(EngineError) -> FetchSession {
        var session = FetchSession()
        for (registry, repository) in names where session.registries[registry] == nil {
            session.registries[registry] = try access(to: registry, repository: repository)
        }
        session.proxy = Self.proxy
        session.insecure = InsecureServers(
            settings.insecure + options.insecure + settings.registries.filter(\.value.isInsecure).keys.sorted())
        session.userAgent = "minibox/\(Self.version) (linux)"
        if let concurrency = settings.concurrency { session.concurrency = concurrency }
        if let retries = settings.retries { session.retries = retries }
        return session
    }

    private static let version = "0.1"

    /// The file of the fetching program: that of `MINIBOX_FETCH`, or the one beside this program.
    public static func program() throws(EngineError) -> String {
        if let path = Linux.Environment.value(of: "MINIBOX_FETCH") {
            guard path.isRooted else {
                throw EngineError(
                    .invalid, "MINIBOX_FETCH=\(path) is not an absolute path: write it from the root on")
            }
            return path
        }
        do throws(SystemError) {
            let own = try Descriptor.open("/proc/self/exe", .path).path()
            return own.prefix(through: own.lastIndex(of: "/") ?? own.startIndex) + "minibox-fetch"
        } catch {
            throw EngineError(.missing, "cannot find minibox-fetch: name its file in MINIBOX_FETCH", cause: error)
        }
    }

    // MARK: - One registry

    private func access(to registry: String, repository: String?) throws(EngineError) -> RegistryAccess {
        let entry = settings.registries[registry] ?? RegistrySettings.Entry()
        var endpoints: [RegistryEndpoint] = []
        for mirror in entry.mirrors {
            var endpoint = RegistryEndpoint(mirror)
            let host = Self.host(of: mirror)
            endpoint.isInsecure = settings.registries[host]?.isInsecure ?? isInsecure(host)
            endpoint.credential = try credentials.find(host)
            try addCertificates(of: host, settings.registries[host], to: &endpoint)
            endpoints.append(endpoint)
        }
        var endpoint = RegistryEndpoint(
            entry.address ?? (registry == "docker.io" ? RegistryEndpoint.dockerImages : "https://\(registry)"))
        endpoint.isInsecure = entry.isInsecure || options.isInsecure || isInsecure(registry)
        endpoint.credential = try credentials.find(registry, repository: repository)
        try addCertificates(of: registry, entry, to: &endpoint)
        return RegistryAccess(endpoints: endpoints + [endpoint])
    }

    private static func host(of address: String) -> String {
        let rest = address.hasPrefix("https://") ? address.dropFirst(8) : address.dropFirst(7)
        return String(rest.prefix { $0 != "/" })
    }

    /// Whether a registry is one of those that are asked insecurely. What is on this machine is, as docker has it.
    private func isInsecure(_ registry: String) -> Bool {
        let host = registry.hasPrefix("[") ? registry.prefix { $0 != "]" }.dropFirst() : registry.prefix { $0 != ":" }
        let address = InternetAddress(String(host))
        if host == "localhost" || address?.isLoopback == true { return true }
        return (settings.insecure + options.insecure).contains { listed in
            if listed == registry || listed == host { return true }
            guard listed.utf8.contains(UInt8(ascii: "/")), let address else { return false }
            return AddressPrefix(listed)?.contains(address) ?? false
        }
    }

    /// Certificates as docker keeps them: `HOST[:PORT]/*.crt` sign, `*.cert` and `*.key` of one name are ours.
    private func addCertificates(
        of host: String, _ entry: RegistrySettings.Entry?, to endpoint: inout RegistryEndpoint
    ) throws(EngineError) {
        for place in Self.certificatePlaces {
            guard host.utf8.allSatisfy({ $0 != UInt8(ascii: "/") }), !host.hasPrefix("."),
                let directory = try? Descriptor.open("\(place)/\(host)", [.readOnly, .directory]),
                let names = try? directory.names()
            else { continue }
            var authorities = ""
            for name in names.map(\.description) {
                if name.hasSuffix(".crt") { authorities += try Self.text(of: "\(place)/\(host)/\(name)") + "\n" }
                if name.hasSuffix(".cert"), endpoint.certificate == nil {
                    let key = name.dropLast(4) + "key"
                    endpoint.certificate = try Self.text(of: "\(place)/\(host)/\(name)")
                    endpoint.key = try Self.text(of: "\(place)/\(host)/\(key)")
                }
            }
            if !authorities.isEmpty { endpoint.authorities = (endpoint.authorities ?? "") + authorities }
        }
        if let path = entry?.authorities { endpoint.authorities = try Self.text(of: path) }
        if let path = entry?.certificate { endpoint.certificate = try Self.text(of: path) }
        if let path = entry?.key { endpoint.key = try Self.text(of: path) }
        guard (endpoint.certificate == nil) == (endpoint.key == nil) else {
            throw EngineError(.invalid, "the certificate for \(host) needs its key, and the key its certificate")
        }
    }

    private static func text(of path: String) throws(EngineError) -> String {
        String(decoding: try contents(of: path, isNeeded: true) ?? [], as: UTF8.self)
    }

    private static func contents(of path: String, isNeeded: Bool) throws(EngineError) -> [UInt8]? {
        do throws(SystemError) {
            return try Descriptor.open(path, [.readOnly, .nonBlocking]).readAll(limit: longestFile)
        } catch {
            if error.errno == .noEntry, !isNeeded { return nil }
            throw EngineError(.missing, "cannot read \(path)", cause: error)
        }
    }

    // MARK: - Proxies

    private static var proxy: ProxyChoice {
        func value(_ name: String) -> String? {
            for name in [name, name.lowercased()] {
                if let value = Linux.Environment.value(of: name), !value.isEmpty { return value }
            }
            return nil
        }
        var proxy = ProxyChoice()
        proxy.http = value("HTTP_PROXY").map(address)
        proxy.https = value("HTTPS_PROXY").map(address)
        proxy.except = value("NO_PROXY")
        return proxy
    }

    /// A proxy may be written without its scheme.
    private static func address(_ text: String) -> String {
        text.hasPrefix("http://") || text.hasPrefix("https://") ? text : "http://\(text)"
    }
}
