// SPDX-License-Identifier: Apache-2.0

extension RuntimeConfiguration {
    /// The limits of a container: `linux.resources`, and all of what `update --resources` reads. Nil is unset.
    ///
    /// Some of them exist under the first version of cgroups alone.
    public struct Resources: Hashable, Sendable {
        /// In the order in which they count: the last that fits an access decides.
        public var devices: [DeviceRule] = []
        public var memory: Memory?
        public var cpu: CPU?
        public var pids: PIDs?
        public var blockIO: BlockIO?
        public var hugepageLimits: [HugepageLimit] = []
        public var network: Network?
        public var rdma: [RDMALimit] = []
        /// Files of cgroup v2 and what is written to them.
        public var unified: [Setting] = []

        public init() {}

        /// Which accesses to which devices are allowed or refused.
        public struct DeviceRule: Hashable, Sendable {
            public enum Kind: String, CaseIterable, Hashable, Sendable {
                case all = "a"
                case character = "c"
                case block = "b"
            }

            public var allow: Bool
            public var type: Kind
            /// Nil and -1 are all.
            public var major: Int64?
            public var minor: Int64?
            /// Of `r`, `w` and `m`. Empty where it is absent.
            public var access: String

            public init(
                allow: Bool, type: Kind = .all, major: Int64? = nil, minor: Int64? = nil, access: String = ""
            ) {
                self.allow = allow
                self.type = type
                self.major = major
                self.minor = minor
                self.access = access
            }
        }

        /// In bytes; -1 is without limit.
        public struct Memory: Hashable, Sendable {
            public var limit: Int64?
            public var reservation: Int64?
            /// Memory and swap together.
            public var swap: Int64?
            /// These two are of cgroup v1, and not recommended.
            public var kernel: Int64?
            public var kernelTCP: Int64?
            /// 0 to 100; of cgroup v1.
            public var swappiness: UInt64?
            /// Of cgroup v1.
            public var disableOOMKiller: Bool?
            /// Of cgroup v1.
            public var useHierarchy: Bool?
            /// Whether a limit below what is used now is refused.
            public var checkBeforeUpdate: Bool?

            public init() {}
        }

        /// Times are in microseconds.
        public struct CPU: Hashable, Sendable {
            public var shares: UInt64?
            public var quota: Int64?
            public var burst: UInt64?
            public var period: UInt64?
            /// These two are of cgroup v1.
            public var realtimeRuntime: Int64?
            public var realtimePeriod: UInt64?
            /// Lists as `0-3,7`.
            public var cpus: String?
            public var mems: String?
            /// 1 is as SCHED_IDLE.
            public var idle: Int64?

            public init() {}
        }

        /// How many processes there may be.
        public struct PIDs: Hashable, Sendable {
            /// -1 is without limit.
            public var limit: Int64?

            public init(limit: Int64? = nil) { self.limit = limit }
        }

        /// Shares and limits of block devices.
        public struct BlockIO: Hashable, Sendable {
            /// 10 to 1000.
            public var weight: UInt16?
            /// Of cgroup v1.
            public var leafWeight: UInt16?
            public var weightDevice: [DeviceWeight] = []
            /// In bytes a second.
            public var throttleReadBpsDevice: [DeviceRate] = []
            public var throttleWriteBpsDevice: [DeviceRate] = []
            /// In operations a second.
            public var throttleReadIOPSDevice: [DeviceRate] = []
            public var throttleWriteIOPSDevice: [DeviceRate] = []

            public init() {}
        }

        public struct DeviceWeight: Hashable, Sendable {
            public var major: Int64
            public var minor: Int64
            public var weight: UInt16?
            public var leafWeight: UInt16?

            public init(major: Int64, minor: Int64, weight: UInt16? = nil, leafWeight: UInt16? = nil) {
                self.major = major
                self.minor = minor
                self.weight = weight
                self.leafWeight = leafWeight
            }
        }

        public struct DeviceRate: Hashable, Sendable {
            public var major: Int64
            public var minor: Int64
            public var rate: UInt64

            public init(major: Int64, minor: Int64, rate: UInt64) {
                self.major = major
                self.minor = minor
                self.rate = rate
            }
        }

        public struct HugepageLimit: Hashable, Sendable {
            /// `2MB`, `1GB`.
            public var pageSize: String
            /// In bytes.
            public var limit: UInt64

            public init(pageSize: String, limit: UInt64) {
                self.pageSize = pageSize
                self.limit = limit
            }
        }

        /// Of cgroup v1.
        public struct Network: Hashable, Sendable {
            public var classID: UInt32?
            public var priorities: [InterfacePriority] = []

            public init() {}
        }

        public struct InterfacePriority: Hashable, Sendable {
            public var name: String
            public var priority: UInt32

            public init(name: String, priority: UInt32) {
                self.name = name
                self.priority = priority
            }
        }

        public struct RDMALimit: Hashable, Sendable {
            /// `mlx5_1`.
            public var device: String
            public var hcaHandles: UInt32?
            public var hcaObjects: UInt32?

            public init(device: String, hcaHandles: UInt32? = nil, hcaObjects: UInt32? = nil) {
                self.device = device
                self.hcaHandles = hcaHandles
                self.hcaObjects = hcaObjects
            }
        }
    }
}
