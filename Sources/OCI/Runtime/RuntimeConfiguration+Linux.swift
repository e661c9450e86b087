// SPDX-License-Identifier: Apache-2.0

extension RuntimeConfiguration {
    /// What only Linux has: `linux` of `config.json` (config-linux.md).
    public struct LinuxConfiguration: Hashable, Sendable {
        /// Those that are not named are the runtime's own.
        public var namespaces: [Namespace] = []
        public var uidMappings: [IDMapping] = []
        public var gidMappings: [IDMapping] = []
        public var timeOffsets: [TimeOffset] = []
        public var devices: [Device] = []
        public var netDevices: [NetDevice] = []
        /// Absolute is below the root of the cgroup file system; relative is below a place of the runtime's choice.
        public var cgroupsPath: String?
        public var resources: Resources?
        public var rootfsPropagation: Propagation?
        /// As it was written: a filter that was compiled before is found by these bytes, and nothing is read of them.
        public var seccomp: RawJSON?
        public var sysctl: [Setting] = []
        /// Absolute, in the container.
        public var maskedPaths: [String] = []
        public var readonlyPaths: [String] = []
        /// SELinux's context of all mounts.
        public var mountLabel: String?
        public var personality: Personality?
        public var intelRdt: IntelRDT?
        public var memoryPolicy: MemoryPolicy?

        public init() {}

        /// The first namespace of that type, if it is named.
        public func namespace(_ type: Namespace.Kind) -> Namespace? { namespaces.first { $0.type == type } }
    }

    /// A namespace of the container's own, or one that it joins.
    public struct Namespace: Hashable, Sendable {
        public enum Kind: String, CaseIterable, Hashable, Sendable {
            case pid, network, mount, ipc, uts, user, cgroup, time
        }

        public var type: Kind
        /// Absolute, on the host; nil makes a new one.
        public var path: String?

        public init(type: Kind, path: String? = nil) {
            self.type = type
            self.path = path
        }
    }

    /// How much later a clock of the container's time namespace is than the host's: time_namespaces(7).
    public struct TimeOffset: Hashable, Sendable {
        public enum Clock: String, CaseIterable, Hashable, Sendable {
            case monotonic, boottime
        }

        public var clock: Clock
        public var seconds: Int64
        public var nanoseconds: UInt32

        public init(clock: Clock, seconds: Int64 = 0, nanoseconds: UInt32 = 0) {
            self.clock = clock
            self.seconds = seconds
            self.nanoseconds = nanoseconds
        }
    }

    /// A device node of the container.
    public struct Device: Hashable, Sendable {
        public enum Kind: String, CaseIterable, Hashable, Sendable {
            case character = "c"
            case block = "b"
            /// The same as ``character``.
            case unbuffered = "u"
            case fifo = "p"
        }

        public var type: Kind
        /// Absolute, in the container, not only below `/dev`.
        public var path: String
        /// Meaningless for a fifo.
        public var major: Int64
        public var minor: Int64
        /// The permissions. Docker writes the bits of the type with them.
        public var fileMode: UInt32?
        /// Ids in the container; nil is 0.
        public var uid: UInt32?
        public var gid: UInt32?

        public init(type: Kind, path: String, major: Int64 = 0, minor: Int64 = 0) {
            self.type = type
            self.path = path
            self.major = major
            self.minor = minor
        }
    }

    /// A network interface of the host's that is moved into the container.
    public struct NetDevice: Hashable, Sendable {
        /// On the host.
        public var hostName: String
        /// In the container; nil is the same. It can hold one `%d`.
        public var name: String?

        public init(hostName: String, name: String? = nil) {
            self.hostName = hostName
            self.name = name
        }
    }

    /// How mounts of the root file system are passed on: mount_namespaces(7). With an `r`, those below it too.
    public enum Propagation: String, CaseIterable, Hashable, Sendable {
        case shared, slave, `private`, unbindable, rshared, rslave, rprivate, runbindable
    }

    /// What personality(2) is told.
    public struct Personality: Hashable, Sendable {
        public enum Domain: String, CaseIterable, Hashable, Sendable {
            case linux = "LINUX"
            case linux32 = "LINUX32"
        }

        public var domain: Domain
        /// The specification knows none yet.
        public var flags: [String]

        public init(domain: Domain, flags: [String] = []) {
            self.domain = domain
            self.flags = flags
        }
    }

    /// Caches and memory bandwidth of Intel's processors: resctrl.rst.
    public struct IntelRDT: Hashable, Sendable {
        public var closID: String?
        public var schemata: [String] = []
        public var l3CacheSchema: String?
        public var memBwSchema: String?
        public var enableMonitoring = false
        /// Both deprecated.
        public var enableCMT = false
        public var enableMBM = false

        public init() {}
    }

    /// What set_mempolicy(2) is told.
    public struct MemoryPolicy: Hashable, Sendable {
        public enum Mode: String, CaseIterable, Hashable, Sendable {
            case `default` = "MPOL_DEFAULT"
            case bind = "MPOL_BIND"
            case interleave = "MPOL_INTERLEAVE"
            case weightedInterleave = "MPOL_WEIGHTED_INTERLEAVE"
            case preferred = "MPOL_PREFERRED"
            case preferredMany = "MPOL_PREFERRED_MANY"
            case local = "MPOL_LOCAL"
        }

        public enum Flag: String, CaseIterable, Hashable, Sendable {
            case numaBalancing = "MPOL_F_NUMA_BALANCING"
            case relativeNodes = "MPOL_F_RELATIVE_NODES"
            case staticNodes = "MPOL_F_STATIC_NODES"
        }

        public var mode: Mode
        /// A list as `0-3,7`.
        public var nodes: String?
        public var flags: [Flag]

        public init(mode: Mode, nodes: String? = nil, flags: [Flag] = []) {
            self.mode = mode
            self.nodes = nodes
            self.flags = flags
        }
    }
}
