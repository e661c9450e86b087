// SPDX-License-Identifier: Apache-2.0

/// What an engine asks of a container: `config.json` of a bundle, as runtime-spec 1.3 has it for Linux.
///
/// It is what was written, read but not judged. Nil and empty lists
/// are members that are absent, `null` or, for texts, empty, which the specification's own types cannot tell apart.
public struct RuntimeConfiguration: Hashable, Sendable {
    /// The version of the specification that it was written for: `1.2.0`. Empty where it is absent.
    public var ociVersion: String
    public var root: Root?
    /// Nil where only a container without a program is wanted, which no runtime can start.
    public var process: Process?
    public var hostname: String?
    public var domainname: String?
    /// In the order in which they are made.
    public var mounts: [Mount] = []
    public var hooks = Hooks()
    public var annotations: [String: String] = [:]
    public var linux = LinuxConfiguration()

    public init(ociVersion: String, root: Root? = nil, process: Process? = nil) {
        self.ociVersion = ociVersion
        self.root = root
        self.process = process
    }

    /// The root file system.
    public struct Root: Hashable, Sendable {
        /// Absolute, or relative to the bundle.
        public var path: String
        public var isReadOnly: Bool

        public init(path: String, isReadOnly: Bool = false) {
            self.path = path
            self.isReadOnly = isReadOnly
        }
    }

    /// A mount beyond the root file system.
    public struct Mount: Hashable, Sendable {
        /// In the container. A relative one is deprecated, and is below `/`.
        public var destination: String
        /// A file system of `/proc/filesystems`; `bind` and `none` where ``options`` say `bind` or `rbind`.
        public var type: String?
        /// For a bind mount a path of the host's, absolute or relative to the bundle; else a device or any word.
        public var source: String?
        /// As in fstab(5), one option an element; those that nobody knows are the file system's own.
        public var options: [String] = []
        /// The owners that this mount shows, beside those of the user namespace.
        public var uidMappings: [IDMapping] = []
        public var gidMappings: [IDMapping] = []

        public init(destination: String, type: String? = nil, source: String? = nil, options: [String] = []) {
            self.destination = destination
            self.type = type
            self.source = source
            self.options = options
        }
    }

    /// A run of ids, as a line of `/proc/PID/uid_map` has it: user_namespaces(7).
    public struct IDMapping: Hashable, Sendable {
        public var containerID: UInt32
        public var hostID: UInt32
        public var size: UInt32

        public init(containerID: UInt32, hostID: UInt32, size: UInt32) {
            self.containerID = containerID
            self.hostID = hostID
            self.size = size
        }
    }

    /// Programs that run at points of a container's life, each list in its order.
    public struct Hooks: Hashable, Sendable {
        /// Deprecated; before ``createRuntime``, in the runtime's namespaces.
        public var prestart: [Hook] = []
        /// Once the namespaces and mounts are there, before the root is changed, in the runtime's namespaces.
        public var createRuntime: [Hook] = []
        /// Then, in the container's namespaces; paths are the host's.
        public var createContainer: [Hook] = []
        /// After `start`, before the program, in the container.
        public var startContainer: [Hook] = []
        /// Once the program runs, in the runtime's namespaces.
        public var poststart: [Hook] = []
        /// Once the container is deleted, in the runtime's namespaces.
        public var poststop: [Hook] = []

        public init() {}

        /// How the lists are called, in the order in which they run.
        public static let names = [
            "prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop",
        ]

        /// Whether there is none at all.
        public var isEmpty: Bool {
            prestart.isEmpty && createRuntime.isEmpty && createContainer.isEmpty && startContainer.isEmpty
                && poststart.isEmpty && poststop.isEmpty
        }
    }

    /// A program of the host's (of the container's for `startContainer`) that gets the state on its standard input.
    public struct Hook: Hashable, Sendable {
        /// Absolute.
        public var path: String
        /// With the name of the program first, as for execve(2); empty means the path alone.
        public var arguments: [String] = []
        /// All of its environment: nothing is inherited.
        public var environment: [String] = []
        /// In seconds, more than 0; nil waits for ever.
        public var timeout: Int?

        public init(path: String, arguments: [String] = [], environment: [String] = [], timeout: Int? = nil) {
            self.path = path
            self.arguments = arguments
            self.environment = environment
            self.timeout = timeout
        }
    }

    /// A key and its value, where the specification has an object of texts whose order is kept here.
    public struct Setting: Hashable, Sendable {
        public var key: String
        public var value: String

        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }
}
