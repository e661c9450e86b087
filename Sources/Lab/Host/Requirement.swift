// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
public import Linux

/// What a machine has to have for an exercise.
public enum Requirement: Hashable, Sendable {
    /// `minibox-probe` or `naivebox`, beside this program.
    case program(String)
    /// A controller of cgroup v2, as `memory`.
    case controller(String)
    /// A file or directory of the kernel's.
    case file(word: String, path: String, meaning: String)
    /// A setting of the kernel's that has to be this. Kernels before `since` have no setting, and do as if it were.
    case setting(word: String, path: String, value: String, since: KernelVersion)
    /// A kernel from this version on.
    case kernel(KernelVersion)
    /// A program of the machine's, as `ip`.
    case tool(String)

    private static let controllers = ["cpu", "cpuset", "io", "memory", "pids"]
    private static let files: [(String, String, String)] = [
        ("overlay", "/sys/module/overlay", "overlayfs"), ("userns", "/proc/self/ns/user", "user namespaces"),
        ("timens", "/proc/self/ns/time", "time namespaces"), ("cgroupns", "/proc/self/ns/cgroup", "cgroup namespaces"),
        ("keys", "/proc/keys", "key rings"), ("psi", "/proc/pressure/cpu", "pressure stall information"),
        ("loop", "/dev/loop-control", "loop devices"), ("sysvipc", "/proc/sysvipc/shm", "System V shared memory"),
        ("mqueue", "/proc/sys/fs/mqueue", "POSIX message queues"),
        ("seccomp", "/proc/sys/kernel/seccomp/actions_avail", "seccomp filters"),
    ]
    private static let settings: [(String, String, String, KernelVersion)] = [
        ("tiocsti", "/proc/sys/dev/tty/legacy_tiocsti", "1", KernelVersion(6, 2)),
        ("io_uring", "/proc/sys/kernel/io_uring_disabled", "0", KernelVersion(6, 6)),
    ]

    /// Reads a word of `requires`: nil where it is none.
    public init?(parsing word: String) {
        let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
        switch (parts.first, parts.count > 1 ? parts[1] : nil) {
        case ("probe", nil): self = .program("minibox-probe")
        case ("naivebox", nil): self = .program("naivebox")
        case ("controller", let name?) where Self.controllers.contains(name): self = .controller(name)
        case ("tool", let name?) where !name.isEmpty: self = .tool(name)
        case ("kernel", let text?):
            let numbers = text.split(separator: ".").compactMap { Int($0) }
            guard numbers.count == 2 else { return nil }
            self = .kernel(KernelVersion(numbers[0], numbers[1]))
        default:
            if let (word, path, meaning) = Self.files.first(where: { $0.0 == word }) {
                self = .file(word: word, path: path, meaning: meaning)
            } else if let (word, path, value, since) = Self.settings.first(where: { $0.0 == word }) {
                self = .setting(word: word, path: path, value: value, since: since)
            } else {
                return nil
            }
        }
    }

    /// The words that there are, for messages.
    public static var words: String {
        (["probe", "naivebox"] + controllers.map { "controller:\($0)" } + ["kernel:X.Y", "tool:NAME"] + files.map(\.0)
            + settings.map(\.0)).joined(separator: ", ")
    }

    /// As `requires` has it.
    public var word: String {
        switch self {
        case .program(let name): name == "minibox-probe" ? "probe" : name
        case .controller(let name): "controller:\(name)"
        case .file(let word, _, _), .setting(let word, _, _, _): word
        case .kernel(let version): "kernel:\(version.major).\(version.minor)"
        case .tool(let name): "tool:\(name)"
        }
    }

    /// Why it is not met here; nil where it is.
    public func lack() -> String? {
        switch self {
        case .program(let name):
            guard let directory = try? Programs.directory(), Programs.isThere("\(directory)/\(name)") else {
                return "\(name) is not beside the minibox program"
            }
            return nil
        case .controller(let name):
            let controllers = (try? CgroupTree.find())?.controllers ?? []
            return controllers.contains(name) ? nil : "no \(name) controller in the tree of cgroup v2"
        case .file(_, let path, let meaning): return Programs.isThere(path) ? nil : "this kernel has no \(meaning)"
        case .setting(_, let path, let value, let since):
            guard let bytes = try? Descriptor.contents(of: path) else {
                if let here = try? KernelVersion.running(), here < since { return nil }
                return "this kernel has no \(path)"
            }
            let found = String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
            return found == value ? nil : "\(path) is \(found), not \(value)"
        case .kernel(let version):
            guard let here = try? KernelVersion.running() else { return "the kernel's version is not known" }
            return here < version ? "needs Linux \(version.major).\(version.minor)" : nil
        case .tool(let name): return HostProgram.find(name) == nil ? "this machine has no program \(name)" : nil
        }
    }
}
