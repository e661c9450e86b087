// SPDX-License-Identifier: Apache-2.0

/// The configuration of an image: for which machine it is, how a container of it runs, which layers it has
/// (image-spec, config.md). Its digest is the image's id.
public struct ImageConfiguration: Hashable, Sendable {
    public var platform: Platform
    /// When it was made, as RFC 3339 writes it.
    public var created: String?
    public var author: String?
    public var execution: Execution
    /// The digests of the uncompressed layers, lowest first.
    public var diffIDs: [Digest]
    public var history: [History]

    public init(
        platform: Platform, created: String? = nil, author: String? = nil, execution: Execution = Execution(),
        diffIDs: [Digest], history: [History] = []
    ) {
        self.platform = platform
        self.created = created
        self.author = author
        self.execution = execution
        self.diffIDs = diffIDs
        self.history = history
    }

    /// How a container of the image runs: the member `config`.
    public struct Execution: Hashable, Sendable {
        /// `user`, `uid`, `user:group`, `uid:gid`; empty is root.
        public var user = ""
        /// `NAME=value`, in order.
        public var environment: [String] = []
        /// Nil where the image has none, which is not the same as an empty one that a build has set.
        public var entrypoint: [String]?
        public var command: [String]?
        /// Empty is `/`.
        public var workingDirectory = ""
        public var labels: [String: String] = [:]
        /// `80/tcp`, sorted.
        public var exposedPorts: [String] = []
        /// Paths, sorted.
        public var volumes: [String] = []
        /// A name or a number; nil is SIGTERM.
        public var stopSignal: String?
        /// Whether the command is one text, which only Windows asks for; docker writes it with each CMD.
        public var isArgumentsEscaped = false
        /// The three that follow are docker's, and not of the specification.
        public var healthcheck: Healthcheck?
        /// Instructions that a build from this image carries out first.
        public var onBuild: [String] = []
        /// What runs a command that is a text; empty is `/bin/sh -c`.
        public var shell: [String] = []

        public init() {}
    }

    /// How to find out whether a container is well. Durations are in nanoseconds; 0 is the default.
    public struct Healthcheck: Hashable, Sendable {
        /// `NONE`; `CMD` and words; or `CMD-SHELL` and a text.
        public var test: [String]
        public var interval: Int64
        public var timeout: Int64
        public var startPeriod: Int64
        public var startInterval: Int64
        public var retries: Int

        public init(
            test: [String], interval: Int64 = 0, timeout: Int64 = 0, startPeriod: Int64 = 0, startInterval: Int64 = 0,
            retries: Int = 0
        ) {
            self.test = test
            self.interval = interval
            self.timeout = timeout
            self.startPeriod = startPeriod
            self.startInterval = startInterval
            self.retries = retries
        }
    }

    /// One step by which the image was made.
    public struct History: Hashable, Sendable {
        public var created: String?
        public var createdBy: String?
        public var comment: String?
        /// Whether the step made no layer.
        public var isEmptyLayer: Bool

        public init(
            created: String? = nil, createdBy: String? = nil, comment: String? = nil, isEmptyLayer: Bool = false
        ) {
            self.created = created
            self.createdBy = createdBy
            self.comment = comment
            self.isEmptyLayer = isEmptyLayer
        }
    }
}
