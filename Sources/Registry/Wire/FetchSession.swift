// SPDX-License-Identifier: Apache-2.0

/// What the fetching program is told once, before anything is asked of it: where registries are, who asks, and what is
/// believed of whom.
///
/// The two programs speak in lines, each a JSON object: one ``FetchSession``, then any number of ``FetchRequest`` on the
/// standard input of `minibox-fetch`, and a ``FetchEvent`` at a time on its standard output. It works in the staging
/// directory that it is started in, as a user who can write nowhere else; it ends when its input does. Files are named by
/// a single name in that directory. What it made there is nobody's word: who started it proves every byte by its digest.
public struct FetchSession: Hashable, Sendable {
    /// By the name in references: `docker.io`, `localhost:5000`. A registry that is missing here is asked at
    /// `https://NAME`, as nobody.
    public var registries: [String: RegistryAccess] = [:]
    public var proxy = ProxyChoice()
    /// Those who are asked insecurely wherever they are named.
    public var insecure = InsecureServers()
    /// `minibox/0.1 (linux; amd64)`.
    public var userAgent = "minibox"
    /// How often a thing is tried again that failed for a reason that may pass.
    public var retries = 5
    /// The most downloads or uploads at once.
    public var concurrency = 6
    /// Seconds before the first of them; each further pause is twice as long.
    public var firstPause = 0.5
    /// Seconds without a byte after which a connection is given up.
    public var patience = 30.0
    /// Bytes a second, over twice that time, below which one is given up too; 0 for none.
    public var slowest: Int64 = 1024

    public init() {}
}

/// How one registry is reached.
public struct RegistryAccess: Hashable, Sendable {
    /// In the order in which they are asked: mirrors, then the registry itself. Only the last one is written to.
    public var endpoints: [RegistryEndpoint]

    public init(endpoints: [RegistryEndpoint]) { self.endpoints = endpoints }
}

/// One address of a registry.
public struct RegistryEndpoint: Hashable, Sendable {
    /// `https://registry-1.docker.io`, `http://localhost:5000`: no path but a mirror's prefix, no slash at its end.
    public var address: String
    public var credential: RegistryCredential?
    /// Whether a certificate that cannot be proven is taken, and http where https is not spoken (`--insecure-registry`).
    public var isInsecure = false
    /// In PEM: who may have signed its certificate, beside those whom the machine believes.
    public var authorities: String?
    /// In PEM: who we are, with the key.
    public var certificate: String?
    public var key: String?

    public init(_ address: String) { self.address = address }
}

/// Who asks.
public enum RegistryCredential: Hashable, Sendable {
    case password(user: String, password: String)
    /// A refresh token of OAuth2, as `docker login` keeps it.
    case identityToken(String)
    /// A token that is sent as it is.
    case registryToken(String)
}

/// Through whom servers are asked: as `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` say it.
public struct ProxyChoice: Hashable, Sendable {
    /// `http://[USER:PASSWORD@]HOST:PORT`, for http addresses and for https ones.
    public var http: String?
    public var https: String?
    /// Names, suffixes, addresses and networks, separated by commas; `*` for all.
    public var except: String?

    public init() {}
}
