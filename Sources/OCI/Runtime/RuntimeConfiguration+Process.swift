// SPDX-License-Identifier: Apache-2.0

extension RuntimeConfiguration {
    /// The program of a container, or another one in it: `process` of `config.json`, and all of a `process.json`.
    public struct Process: Hashable, Sendable {
        public var terminal = false
        /// The terminal's first size.
        public var consoleSize: ConsoleSize?
        public var user = User()
        /// The program and its arguments, as for execvp(3).
        public var args: [String] = []
        /// `NAME=value`, in order.
        public var env: [String] = []
        /// Absolute, in the container. Empty where it is absent.
        public var cwd = ""
        /// Nil where nothing is said of them.
        public var capabilities: Capabilities?
        public var rlimits: [ResourceLimit] = []
        public var noNewPrivileges = false
        /// -1000 to 1000; nil leaves it as it is.
        public var oomScoreAdj: Int?
        public var apparmorProfile: String?
        public var selinuxLabel: String?
        public var scheduler: Scheduler?
        public var ioPriority: IOPriority?
        public var execCPUAffinity: CPUAffinity?

        public init(args: [String] = [], env: [String] = [], cwd: String = "") {
            self.args = args
            self.env = env
            self.cwd = cwd
        }
    }

    /// In characters.
    public struct ConsoleSize: Hashable, Sendable {
        public var height: UInt
        public var width: UInt

        public init(height: UInt, width: UInt) {
            self.height = height
            self.width = width
        }
    }

    /// Ids in the container; no name is ever looked up.
    public struct User: Hashable, Sendable {
        public var uid: UInt32 = 0
        public var gid: UInt32 = 0
        /// Nil leaves it as it is.
        public var umask: UInt32?
        public var additionalGids: [UInt32] = []

        public init(uid: UInt32 = 0, gid: UInt32 = 0, umask: UInt32? = nil, additionalGids: [UInt32] = []) {
            self.uid = uid
            self.gid = gid
            self.umask = umask
            self.additionalGids = additionalGids
        }
    }

    /// The five sets of capabilities(7), by name: `CAP_CHOWN`. A name that the kernel does not know is a warning.
    public struct Capabilities: Hashable, Sendable {
        public var bounding: [String] = []
        public var effective: [String] = []
        public var permitted: [String] = []
        public var inheritable: [String] = []
        public var ambient: [String] = []

        public init() {}
    }

    /// A limit of getrlimit(2); `UInt64.max` is none.
    public struct ResourceLimit: Hashable, Sendable {
        public enum Kind: String, CaseIterable, Hashable, Sendable {
            case addressSpace = "RLIMIT_AS"
            case coreSize = "RLIMIT_CORE"
            case cpuTime = "RLIMIT_CPU"
            case dataSize = "RLIMIT_DATA"
            case fileSize = "RLIMIT_FSIZE"
            case locks = "RLIMIT_LOCKS"
            case lockedMemory = "RLIMIT_MEMLOCK"
            case messageQueues = "RLIMIT_MSGQUEUE"
            case nice = "RLIMIT_NICE"
            case openFiles = "RLIMIT_NOFILE"
            case processes = "RLIMIT_NPROC"
            case residentSet = "RLIMIT_RSS"
            case realTimePriority = "RLIMIT_RTPRIO"
            case realTimeRun = "RLIMIT_RTTIME"
            case pendingSignals = "RLIMIT_SIGPENDING"
            case stackSize = "RLIMIT_STACK"
        }

        public var type: Kind
        public var soft: UInt64
        public var hard: UInt64

        public init(type: Kind, soft: UInt64, hard: UInt64) {
            self.type = type
            self.soft = soft
            self.hard = hard
        }
    }

    /// What sched_setattr(2) is told.
    public struct Scheduler: Hashable, Sendable {
        public enum Policy: String, CaseIterable, Hashable, Sendable {
            case other = "SCHED_OTHER"
            case firstInFirstOut = "SCHED_FIFO"
            case roundRobin = "SCHED_RR"
            case batch = "SCHED_BATCH"
            case iso = "SCHED_ISO"
            case idle = "SCHED_IDLE"
            case deadline = "SCHED_DEADLINE"
        }

        public enum Flag: String, CaseIterable, Hashable, Sendable {
            case resetOnFork = "SCHED_FLAG_RESET_ON_FORK"
            case reclaim = "SCHED_FLAG_RECLAIM"
            case deadlineOverrun = "SCHED_FLAG_DL_OVERRUN"
            case keepPolicy = "SCHED_FLAG_KEEP_POLICY"
            case keepParameters = "SCHED_FLAG_KEEP_PARAMS"
            case clampMinimum = "SCHED_FLAG_UTIL_CLAMP_MIN"
            case clampMaximum = "SCHED_FLAG_UTIL_CLAMP_MAX"
        }

        public var policy: Policy
        public var nice: Int32 = 0
        public var priority: Int32 = 0
        public var flags: [Flag] = []
        /// In nanoseconds, as the two that follow: of the deadline policy alone.
        public var runtime: UInt64 = 0
        public var deadline: UInt64 = 0
        public var period: UInt64 = 0

        public init(policy: Policy) { self.policy = policy }
    }

    /// What ioprio_set(2) is told.
    public struct IOPriority: Hashable, Sendable {
        public enum Class: String, CaseIterable, Hashable, Sendable {
            case realTime = "IOPRIO_CLASS_RT"
            case bestEffort = "IOPRIO_CLASS_BE"
            case idle = "IOPRIO_CLASS_IDLE"
        }

        public var `class`: Class
        /// 0, the highest, to 7.
        public var priority: Int

        public init(class: Class, priority: Int) {
            self.class = `class`
            self.priority = priority
        }
    }

    /// Which processors an `exec` runs on: lists as `0-3,7`.
    public struct CPUAffinity: Hashable, Sendable {
        /// Before it enters the container's cgroup.
        public var initial: String?
        /// After that; nil is what the cgroup allows.
        public var final: String?

        public init(initial: String? = nil, final: String? = nil) {
            self.initial = initial
            self.final = final
        }
    }
}
