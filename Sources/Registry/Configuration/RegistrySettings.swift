// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// What an administrator says of registries: `/etc/minibox/registries.json`.
///
///     {
///       "registries": {
///         "docker.io": { "mirrors": ["https://mirror.example", "http://10.0.0.5:5000"] },
///         "registry.lan:5000": { "insecure": true },
///         "hub.example": { "address": "https://10.1.2.3:8443", "ca": "/etc/ssl/hub.pem",
///                          "certificate": "/etc/ssl/client.pem", "key": "/etc/ssl/client.key" }
///       },
///       "insecure": ["10.0.0.0/8"],
///       "concurrency": 6, "retries": 5
///     }
public struct RegistrySettings: Hashable, Sendable {
    /// What is said of one registry.
    public struct Entry: Hashable, Sendable {
        /// Where it is, if not at `https://NAME`.
        public var address: String?
        /// Addresses that are asked before it, in this order, for what is read.
        public var mirrors: [String] = []
        /// Whether a certificate that cannot be proven is taken, and http.
        public var isInsecure = false
        /// Paths of files in PEM.
        public var authorities: String?
        public var certificate: String?
        public var key: String?

        public init() {}
    }

    /// By the name in references.
    public var registries: [String: Entry] = [:]
    /// Names, and networks in CIDR notation, of registries that are asked insecurely.
    public var insecure: [String] = []
    /// Downloads and uploads at once.
    public var concurrency: Int?
    /// How often something is tried again.
    public var retries: Int?

    public init() {}

    public init(parsing bytes: [UInt8]) throws(RegistryFileError) {
        self.init()
        let json: JSON
        do { json = try JSON(parsing: bytes) } catch { throw RegistryFileError("it is no JSON: \(error)") }
        for (key, value) in try Self.members(json, "the file") {
            switch key {
            case "registries":
                for (name, entry) in try Self.members(value, "\"registries\"") {
                    registries[name] = try Entry(entry, of: name)
                }
            case "insecure":
                guard let names = value.strings else { throw RegistryFileError("\"insecure\" is no list of texts") }
                insecure = names
            case "concurrency", "retries":
                guard let number = value.int, (key == "retries" ? 0 : 1)...100 ~= number else {
                    throw RegistryFileError("\"\(key)\" is no number from \(key == "retries" ? 0 : 1) to 100")
                }
                if key == "retries" { retries = number } else { concurrency = number }
            default: throw RegistryFileError("\"\(key)\" is not known: write \(Self.known.joined(separator: ", "))")
            }
        }
    }

    private static let known = ["registries", "insecure", "concurrency", "retries"]

    fileprivate static func members(_ json: JSON, _ what: String) throws(RegistryFileError) -> JSON.Object {
        guard let members = json.object else { throw RegistryFileError("\(what) is no JSON object") }
        return members
    }
}

extension RegistrySettings.Entry {
    fileprivate init(_ json: JSON, of name: String) throws(RegistryFileError) {
        self.init()
        let words = "\"\(name)\""
        for (key, value) in try RegistrySettings.members(json, words) {
            switch key {
            case "mirrors":
                guard let mirrors = value.strings else {
                    throw RegistryFileError("\"mirrors\" of \(words) is no list of addresses")
                }
                for mirror in mirrors { try Self.check(mirror, words) }
                self.mirrors = mirrors.map(Self.trimmed)
            case "insecure":
                guard let value = value.bool else {
                    throw RegistryFileError("\"insecure\" of \(words) is neither true nor false")
                }
                isInsecure = value
            case "address":
                let text = try Self.text(value, key, words)
                try Self.check(text, words)
                address = Self.trimmed(text)
            case "ca": authorities = try Self.text(value, key, words)
            case "certificate": certificate = try Self.text(value, key, words)
            case "key": self.key = try Self.text(value, key, words)
            default:
                throw RegistryFileError(
                    "\"\(key)\" of \(words) is not known: write address, mirrors, insecure, ca, certificate or key")
            }
        }
    }

    private static func text(_ json: JSON, _ key: String, _ words: String) throws(RegistryFileError) -> String {
        guard let text = json.string, !text.isEmpty else {
            throw RegistryFileError("\"\(key)\" of \(words) is no text")
        }
        return text
    }

    private static func check(_ address: String, _ words: String) throws(RegistryFileError) {
        guard address.hasPrefix("https://") || address.hasPrefix("http://") else {
            throw RegistryFileError("\(address) of \(words) is no address: write https://HOST[:PORT]")
        }
    }

    private static func trimmed(_ address: String) -> String {
        var text = address
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }
}
