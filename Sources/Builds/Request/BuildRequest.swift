// SPDX-License-Identifier: Apache-2.0
public import Engine
public import Images
public import OCI

/// What a user asks of `build`, as far as the command line alone tells.
public struct BuildRequest: Sendable {
    public var context = ContextSource.directory(".")
    /// nil for `Dockerfile` in the context.
    public var dockerfile: DockerfileChoice?
    public var tags: [ImageReference] = []
    /// nil for the last stage.
    public var target: String?
    /// `--build-arg`, in order; the value of one that has none comes from this program's environment.
    public var arguments: [(name: String, value: String)] = []
    public var labels: [(key: String, value: String)] = []
    /// `--build-context NAME=SOURCE`.
    public var contexts: [String: ContextSource] = [:]
    public var secrets: [SecretSource] = []
    public var agents: [AgentSource] = []
    /// `--pull`: whether registries are asked for bases that are here, too.
    public var alwaysPulls = false
    /// `--platform`; nil for this machine's.
    public var platform: String?
    /// What RUN has where it says nothing.
    public var network = NetworkChoice.mode(.bare)
    /// `--add-host`, as `NAME:ADDRESS`; the address is an IPv4 or an IPv6 one, without brackets.
    public var addedHosts: [String] = []
    public var sharedMemory: ByteCount?
    public var ulimits: [UlimitArgument] = []
    public var limits = LimitRequest()
    /// `--allow network.host`, `--allow security.insecure`.
    public var entitlements: Set<Entitlement> = []
    public var ignoresCache = false
    /// `--no-cache-filter`: stages that do not ask the cache.
    public var uncachedStages: [String] = []
    /// `--cache-from` and `--cache-to`.
    public var cacheSources: [CacheSource] = []
    public var cacheTargets: [CacheTarget] = []
    public var explainsCache = false
    /// `--output`; none is an image of the store with the tags.
    public var outputs: [OutputChoice] = []
    /// How many steps go on at once; nil for as many as there are processors.
    public var parallelism: Int?
    public var sbom = false
    public var provenance = ProvenanceMode.none
    /// `--debug`: a shell in the state of a step that fails.
    public var opensShell = false

    public init() {}

    public enum ContextSource: Hashable, Sendable {
        case directory(String)
        /// `-`: an archive or a Dockerfile.
        case standardInput
        case url(String)
        /// As it is written.
        case git(String)
        /// `docker-image://NAME`.
        case image(String)
        /// `oci-layout://PATH[:TAG|@DIGEST]`.
        case layout(String)
        /// `target:STAGE`.
        case stage(String)
    }
    public enum DockerfileChoice: Hashable, Sendable {
        /// A path of this machine's, as `-f` gives it.
        case path(String)
        case standardInput
    }
    public enum Entitlement: String, Hashable, Sendable {
        case hostNetwork = "network.host"
        case insecure = "security.insecure"
    }
    public enum ProvenanceMode: String, Hashable, Sendable { case none, min, max }

    /// `--secret id=ID,src=PATH` or `,env=NAME`.
    public struct SecretSource: Hashable, Sendable {
        public enum Place: Hashable, Sendable {
            case file(String)
            case variable(String)
        }
        public var id: String
        public var place: Place
        public init(id: String, place: Place) {
            self.id = id
            self.place = place
        }
    }
    /// `--ssh ID[=SOCKET]`; without a socket, that of `SSH_AUTH_SOCK`.
    public struct AgentSource: Hashable, Sendable {
        public var id: String
        public var socket: String?
        public init(id: String, socket: String?) {
            self.id = id
            self.socket = socket
        }
    }
    /// Where `--cache-from` looks.
    public enum CacheSource: Hashable, Sendable {
        case directory(String)
        /// A cache that was written there, or an image that tells of its own steps.
        case registry(ImageReference)
    }
    /// Where `--cache-to` writes.
    public struct CacheTarget: Hashable, Sendable {
        public enum Place: Hashable, Sendable {
            case directory(String)
            case registry(ImageReference)
            /// The image that is built, which goes somewhere itself.
            case image
        }
        public var place: Place
        /// Whether cache mounts go with it.
        public var includesMounts = false
        /// Whether only the steps go whose layers are in the image (docker's `mode=min`).
        public var isMinimal = false
        /// Of what a registry has not yet.
        public var compression = CacheCompression()
        /// Whether it is a warning that it cannot be written.
        public var ignoresErrors = false
        public init(_ place: Place) { self.place = place }
    }
}
