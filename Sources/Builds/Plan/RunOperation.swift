// SPDX-License-Identifier: Apache-2.0

/// A process to run on top of what was built so far.
public struct RunOperation: Hashable, Sendable {
    /// The program and its arguments: the shell's for the shell form.
    public var arguments: [String]
    /// `NAME=value`, in order: the image's and the arguments in scope.
    public var environment: [String]
    /// Predefined proxy arguments: in the environment, not in the cache key.
    public var hiddenEnvironment: [String]
    /// Absolute.
    public var workingDirectory: String
    /// As USER has it; empty for root.
    public var user: String
    public var network: Network
    /// `--security=insecure`: as `run --privileged`.
    public var isInsecure: Bool
    public var hostname: String
    public var mounts: [RunMount]
    /// A here-document that is the program: shown read-only as `/dev/pipes/NAME`, mode 0755.
    public var script: InlineFile?

    public enum Network: String, Hashable, Sendable {
        /// What the build has: ``BuildRequest/network``. To the cache it is all the same, and no more than none.
        case standard = "none"
        /// The loopback alone, since RUN says so.
        case none = "none alone"
        case host
    }

    public init(
        arguments: [String], environment: [String], hiddenEnvironment: [String] = [], workingDirectory: String,
        user: String = "", network: Network = .standard, isInsecure: Bool = false, hostname: String = "buildkitsandbox",
        mounts: [RunMount] = [], script: InlineFile? = nil
    ) {
        self.arguments = arguments
        self.environment = environment
        self.hiddenEnvironment = hiddenEnvironment
        self.workingDirectory = workingDirectory
        self.user = user
        self.network = network
        self.isInsecure = isInsecure
        self.hostname = hostname
        self.mounts = mounts
        self.script = script
    }
}

/// A file that is written in the Dockerfile itself.
public struct InlineFile: Hashable, Sendable {
    public var name: String
    public var contents: String
    public init(name: String, contents: String) {
        self.name = name
        self.contents = contents
    }
}

/// `RUN --mount`, variables expanded and defaults filled in.
public struct RunMount: Hashable, Sendable {
    public var kind: Kind
    /// Absolute; empty for a secret or an agent that is only in the environment.
    public var target: String

    public init(kind: Kind, target: String) {
        self.kind = kind
        self.target = target
    }

    public enum Kind: Hashable, Sendable {
        /// A tree's file or directory; what is written with `isWritable` is thrown away.
        case bind(from: TreeReference, source: String, isWritable: Bool)
        /// A directory that outlives the build. `seed` fills it when it is new.
        case cache(
            id: String, sharing: Sharing, seed: TreeReference, source: String, mode: UInt32, user: UInt32,
            group: UInt32, isReadOnly: Bool)
        /// `size` in bytes; nil for the kernel's default.
        case tmpfs(size: UInt64?)
        /// A secret of the command line, as a file at the target and as a variable.
        case secret(
            id: String, variable: String?, isRequired: Bool, mode: UInt32, user: UInt32, group: UInt32)
        /// The socket of an ssh agent; `SSH_AUTH_SOCK` is set to the target.
        case ssh(id: String, isRequired: Bool, mode: UInt32, user: UInt32, group: UInt32)
    }
    public enum Sharing: String, Hashable, Sendable { case shared, `private`, locked }
}
