// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What runs in a container, and what it may do.
public struct ProcessConfiguration: Hashable, Sendable {
    /// The program and its arguments; the first is looked up in the container's `PATH` where it has no slash.
    public var arguments: [String]
    /// `NAME=value`, without `HOME`, which comes from the user's entry where it is not set.
    public var environment: [String]
    /// Absolute, inside the container; made where it is missing.
    public var workingDirectory: String
    public var user: UserChoice
    /// Groups beside the user's own: names or numbers.
    public var additionalGroups: [String]
    /// Who it is by numbers alone, in the place of ``user`` and ``additionalGroups``: as a bundle says it.
    public var numericUser: NumericUser?
    public var capabilities: CapabilitySet
    public var noNewPrivileges: Bool
    public var filter: FilterChoice
    public var limits: [LimitChoice]
    /// -1000 to 1000: proc(5), `oom_score_adj`.
    public var oomScore: Int?
    public var fileModeMask: UInt32
    public var streams: StreamChoice
    /// `minibox-init` on the host, where it is to be process 1 and to reap what the program leaves behind.
    public var initProgram: String?
    /// Of a program that joins a container: the file of the host's that it is, in the place of one of the container's.
    public var hostProgram: String?
    /// Whether it ends when the process ends that started it.
    public var endsWithParent = true
    /// Whether it waits, with all but the launch done, until somebody lets it go on: `create` and `start`.
    public var gate: GateConfiguration?
    /// How many descriptors of whoever starts it the program has beside the standard streams, also with a terminal.
    public var furtherStreams = 0
    /// What was asked for and is left out, a line each.
    public var notes: [String] = []
    /// Exactly these five sets, in the place of ``capabilities``, also for a user that is not root: as a bundle says it.
    public var capabilitySets: ProcessCapabilities?
    /// In the order in which they are set.
    public var attributes: [ProcessAttribute] = []
    public var keyring = KeyringChoice.own
    /// Of a program that joins a container: the processors that it is started on, before it is in the cgroup.
    public var initialProcessors: NumberSet?
    /// A socket that somebody listens on who takes the terminal: `--console-socket`. nil where the supervisor has it.
    public var consoleSocket: String?
    /// A socket that somebody listens on who takes the descriptor of the process: `--pidfd-socket`.
    public var processSocket: String?

    public init(
        arguments: [String], environment: [String], workingDirectory: String, user: UserChoice,
        additionalGroups: [String] = [], capabilities: CapabilitySet, noNewPrivileges: Bool = true,
        filter: FilterChoice, limits: [LimitChoice] = [], oomScore: Int? = nil, fileModeMask: UInt32 = 0o022,
        streams: StreamChoice, initProgram: String? = nil
    ) {
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.user = user
        self.additionalGroups = additionalGroups
        self.capabilities = capabilities
        self.noNewPrivileges = noNewPrivileges
        self.filter = filter
        self.limits = limits
        self.oomScore = oomScore
        self.fileModeMask = fileModeMask
        self.streams = streams
        self.initProgram = initProgram
    }
}

extension ProcessConfiguration {
    /// Where the container sees ``initProgram``.
    static let initTarget = "/dev/minibox-init"

    /// The directories of `PATH`, where programs without a slash are looked for.
    public var searchPath: [String] {
        let value = environment.last { $0.hasPrefix("PATH=") }?.dropFirst(5) ?? ""
        return value.split(separator: ":").map(String.init)
    }
}

/// A user as it was asked for: names are looked up in the container's own files, digits are ids (CVE-2016-3697).
public struct UserChoice: Hashable, Sendable, CustomStringConvertible {
    public var user: String
    public var group: String?
    public init(user: String, group: String? = nil) {
        self.user = user
        self.group = group
    }
    public static let root = UserChoice(user: "0")
    /// `user` or `user:group`, as ``description`` writes it.
    public init(parsing text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        // `:5` is root with another group, and `5:` as good as `5`.
        self.init(
            user: parts[0].isEmpty ? "0" : parts[0], group: parts.count == 2 && !parts[1].isEmpty ? parts[1] : nil)
    }
    /// `user` or `user:group`.
    public var description: String { group.map { "\(user):\($0)" } ?? user }
}

/// A user by numbers, ids of the container's user namespace; no name is looked up.
public struct NumericUser: Hashable, Sendable {
    public var user: UInt32
    public var group: UInt32
    /// The supplementary groups: these and no others.
    public var groups: [UInt32]
    public init(user: UInt32, group: UInt32, groups: [UInt32] = []) {
        self.user = user
        self.group = group
        self.groups = groups
    }
}

/// Where a process waits before its program: two named pipes, fifo(7), in a directory of the host's.
public struct GateConfiguration: Hashable, Sendable {
    /// The process reads a byte from it, and goes on when there is one.
    public var fifo: String
    /// It says here why it could not go on; that it closes is the sign that its program runs.
    public var report: String
    public init(fifo: String, report: String) {
        self.fifo = fifo
        self.report = report
    }
}

/// A seccomp filter, by name and as the program that the kernel runs.
public struct FilterChoice: Hashable, Sendable {
    /// `default`, `unconfined` or the path of a profile.
    public var name: String
    /// Classic BPF; nil for no filter.
    public var program: SeccompFilter?
    /// Who answers the calls that the filter asks about; nil where it asks about none.
    public var listener: ListenerChoice?
    public init(name: String, program: SeccompFilter?, listener: ListenerChoice? = nil) {
        self.name = name
        self.program = program
        self.listener = listener
    }
    public static let unconfined = FilterChoice(name: "unconfined", program: nil)
}

/// The supervisor of a filter: `listenerPath` and `listenerMetadata` of the runtime specification.
public struct ListenerChoice: Hashable, Sendable {
    /// A socket that it listens on.
    public var path: String
    public var metadata: String?
    /// What it is told of the container.
    public var state: HookState
    public init(path: String, metadata: String?, state: HookState) {
        self.path = path
        self.metadata = metadata
        self.state = state
    }
}

/// A resource limit.
public struct LimitChoice: Hashable, Sendable {
    public var resource: Resource
    public var limit: ResourceLimit
    public init(resource: Resource, limit: ResourceLimit) {
        self.resource = resource
        self.limit = limit
    }
}

/// What a process has as its standard streams.
public enum StreamChoice: Hashable, Sendable {
    /// Pipes to the supervisor; without `input`, the first is `/dev/null`.
    case pipes(input: Bool)
    /// A terminal of the container's own, with its first size where that is known.
    case terminal(rows: UInt16, columns: UInt16)
    /// The streams of whoever starts it, as they are, and so many descriptors from 3 on.
    case inherited(further: Int)

    /// Pipes, or a terminal of the size that this command's has.
    public init(terminal: Bool, input: Bool) {
        guard terminal else {
            self = .pipes(input: input)
            return
        }
        let size = (try? StandardStream.input.duplicate().terminalSize()) ?? TerminalSize(rows: 24, columns: 80)
        self = .terminal(rows: size.rows, columns: size.columns)
    }
}
