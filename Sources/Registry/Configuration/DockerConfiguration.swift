// SPDX-License-Identifier: Apache-2.0
public import OCI

/// The file in which docker and podman keep who asks a registry: `~/.docker/config.json`, and podman's `auth.json`, which
/// has the same members. Members that mean nothing here stay as they are.
public struct DockerConfiguration: Hashable, Sendable {
    /// docker.io's in this file, as docker writes it.
    public static let dockerKey = "https://index.docker.io/v1/"

    public private(set) var json: JSON

    /// One in which nothing is kept.
    public init() { json = [:] }

    public init(parsing bytes: [UInt8]) throws(RegistryFileError) {
        let blanks: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]
        self.init()
        // An empty file says nothing, as docker has it.
        if bytes.allSatisfy(blanks.contains) { return }
        do { json = try JSON(parsing: bytes) } catch { throw RegistryFileError("it is no JSON: \(error)") }
        guard case .object = json else { throw RegistryFileError("it is no JSON object") }
    }

    /// The key of a registry in this file: its name, but for docker.io.
    public static func key(of registry: String) -> String { registry == "docker.io" ? dockerKey : registry }

    /// The program `docker-credential-NAME` that keeps who asks this registry; nil for this file itself.
    public func helper(for registry: String) -> String? {
        let helpers = json["credHelpers"]
        for key in [registry, Self.key(of: registry)] {
            if let name = helpers?[key]?.string, !name.isEmpty { return name }
        }
        return json["credsStore"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Who asks the repository of a registry, as far as this file itself says it. Podman's may be for a part of a registry
    /// (`quay.io/team`), and the longest counts.
    public func credential(for registry: String, repository: String? = nil) -> RegistryCredential? {
        guard let members = json["auths"]?.object else { return nil }
        var parts = repository.map { $0.split(separator: "/").map(String.init) } ?? []
        while !parts.isEmpty {
            if let found = members["\(registry)/\(parts.joined(separator: "/"))"].flatMap(Self.credential) {
                return found
            }
            parts.removeLast()
        }
        if let found = members[Self.key(of: registry)].flatMap(Self.credential) { return found }
        for (key, value) in members where Self.isKey(key, of: registry) {
            if let found = Self.credential(value) { return found }
        }
        return nil
    }

    /// Whether anything is kept of the registry.
    public func has(_ registry: String) -> Bool {
        json["auths"]?.object?.contains { Self.isKey($0.key, of: registry) } ?? false
    }

    /// Keeps who asks the registry. A `nil` secret keeps only that somebody is known, to a helper that has the secret.
    public mutating func set(_ credential: RegistryCredential?, for registry: String) {
        var member: JSON = [:]
        switch credential {
        case .password(let user, let password): member["auth"] = .string(Base64.text(Array("\(user):\(password)".utf8)))
        case .identityToken(let token):
            member["auth"] = .string(Base64.text(Array("<token>:".utf8)))
            member["identitytoken"] = .string(token)
        case .registryToken(let token): member["registrytoken"] = .string(token)
        case nil: break
        }
        remove(registry)
        var auths = json["auths"] ?? [:]
        auths[Self.key(of: registry)] = member
        json["auths"] = auths
    }

    /// Forgets the registry, however it is written.
    public mutating func remove(_ registry: String) {
        guard var auths = json["auths"], let members = auths.object else { return }
        for (key, _) in members where Self.isKey(key, of: registry) { auths[key] = nil }
        json["auths"] = auths
    }

    /// Whether `key`, which may be an address, means the registry.
    private static func isKey(_ key: String, of registry: String) -> Bool {
        var host = Substring(key)
        for scheme in ["https://", "http://"] where host.hasPrefix(scheme) { host = host.dropFirst(scheme.count) }
        let name = host.prefix { $0 != "/" }
        // A part of a registry is not the registry: podman's keys have no scheme.
        if host.count == key.count, host.contains("/") { return false }
        if name == registry { return true }
        return registry == "docker.io" && ["index.docker.io", "registry-1.docker.io"].contains(name)
    }

    private static func credential(_ json: JSON) -> RegistryCredential? {
        func text(_ key: String) -> String? { json[key]?.string.flatMap { $0.isEmpty ? nil : $0 } }
        if let token = text("registrytoken") { return .registryToken(token) }
        if let token = text("identitytoken") { return .identityToken(token) }
        if let auth = text("auth"), let bytes = Base64.bytes(auth) {
            let parts = bytes.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
            // Docker ends a password at a NUL.
            if parts.count == 2, !parts[0].isEmpty {
                return .password(
                    user: String(decoding: parts[0], as: UTF8.self),
                    password: String(decoding: parts[1].prefix { $0 != 0 }, as: UTF8.self))
            }
        }
        if let user = text("username"), let password = text("password") {
            return .password(user: user, password: password)
        }
        return nil
    }
}

/// Why a file about registries cannot be used.
public struct RegistryFileError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
