// SPDX-License-Identifier: Apache-2.0

/// How a container is made: docker's flags, of which each has its default.
public struct ContainerOptions: Hashable, Sendable {
    /// nil for a name of two words that no other has.
    public var name: String?
    public var environment: [String: String]
    public var mounts: [Mount]
    public var network: Network
    /// A user of the image, or an id, with a group behind a colon.
    public var user: String?
    public var workingDirectory: String?
    public var entrypoint: String?
    public var labels: [String: String]
    public var healthCheck: HealthCheck?
    /// In bytes.
    public var memory: Int?
    /// When it is taken to be ready, and how long that may take.
    public var readiness: Readiness
    public var startTimeout: Duration
    /// Further flags of `minibox run`, as they are written there.
    public var flags: [String]

    public init(
        name: String? = nil, environment: [String: String] = [:], mounts: [Mount] = [], network: Network = .none,
        user: String? = nil, workingDirectory: String? = nil, entrypoint: String? = nil,
        labels: [String: String] = [:], healthCheck: HealthCheck? = nil, memory: Int? = nil,
        readiness: Readiness = .started, startTimeout: Duration = .seconds(60), flags: [String] = []
    ) {
        self.name = name
        self.environment = environment
        self.mounts = mounts
        self.network = network
        self.user = user
        self.workingDirectory = workingDirectory
        self.entrypoint = entrypoint
        self.labels = labels
        self.healthCheck = healthCheck
        self.memory = memory
        self.readiness = readiness
        self.startTimeout = startTimeout
        self.flags = flags
    }

    /// What a container shows beside its image's files.
    public enum Mount: Hashable, Sendable {
        /// A file or folder of this machine.
        case bind(String, at: String, readOnly: Bool = false)
        /// A volume, made where it is missing, and removed with the test process.
        case volume(String, at: String)
        /// A file system in memory.
        case tmpfs(String)
    }

    /// Which network a container has.
    public enum Network: Hashable, Sendable {
        /// A loopback of its own.
        case none
        /// The machine's: what it listens on is on this machine's addresses.
        case host
        /// That of another container, whose loopback they share. In `.containers(...)` also by the name it has there.
        case container(String)

        var word: String {
            switch self {
            case .none: "none"
            case .host: "host"
            case .container(let name): "container:\(name)"
            }
        }
    }

    /// How a container is asked whether it works.
    public struct HealthCheck: Hashable, Sendable {
        /// For the image's shell.
        public var command: String
        public var interval: Duration
        public var timeout: Duration
        public var retries: Int

        public init(
            _ command: String, interval: Duration = .milliseconds(200), timeout: Duration = .seconds(10),
            retries: Int = 10
        ) {
            self.command = command
            self.interval = interval
            self.timeout = timeout
            self.retries = retries
        }
    }

    /// The flags of `minibox run`.
    var words: [String] {
        var words = ["--network", network.word]
        if let name { words += ["--name", name] }
        for (key, value) in environment.sorted(by: { $0.key < $1.key }) { words += ["-e", "\(key)=\(value)"] }
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) { words += ["--label", "\(key)=\(value)"] }
        for mount in mounts {
            switch mount {
            case .bind(let source, let target, let readOnly):
                words += ["--mount", "type=bind,src=\(source),dst=\(target)" + (readOnly ? ",readonly" : "")]
            case .volume(let name, let target): words += ["--mount", "type=volume,src=\(name),dst=\(target)"]
            case .tmpfs(let target): words += ["--tmpfs", target]
            }
        }
        if let user { words += ["--user", user] }
        if let workingDirectory { words += ["--workdir", workingDirectory] }
        if let entrypoint { words += ["--entrypoint", entrypoint] }
        if let memory { words += ["--memory", "\(memory)"] }
        if let healthCheck {
            words += [
                "--health-cmd", healthCheck.command, "--health-interval", healthCheck.interval.word,
                "--health-timeout", healthCheck.timeout.word, "--health-retries", "\(healthCheck.retries)",
            ]
        }
        return words + flags
    }
}

extension Duration {
    /// As a flag has it: whole milliseconds, one at least.
    var word: String { "\(max(1, components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000))ms" }
}
