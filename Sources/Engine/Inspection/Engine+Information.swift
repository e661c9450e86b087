// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Images
internal import Linux
public import OCI

extension Engine {
    /// What `info` shows, with docker's names: what there is, where it is kept, and what this host gives.
    ///
    /// - Parameter version: of the program that shows it.
    public func information(version: String) throws(EngineError) -> JSON {
        let records = try list(all: true)
        let words = records.map(\.word)
        func count(_ word: String) -> JSON { JSON(words.count { $0 == word }) }
        let controllers = (try? CgroupTree.find())?.controllers
        let plugins: JSON = ["Volume": ["local"], "Network": ["host", "none"], "Log": ["json-file", "none"]]
        let members: [(String, JSON)] = [
            ("Containers", JSON(records.count)), ("ContainersRunning", count("running")),
            ("ContainersPaused", count("paused")),
            ("ContainersStopped", JSON(words.count { $0 != "running" && $0 != "paused" })),
            ("Images", JSON(Set(try images([]).map(\.id)).count)), ("Driver", "overlay"),
            ("DriverStatus", .array([.array(["Backing Filesystem", .string(backingFileSystem)])])),
            ("Plugins", plugins),
            ("LoggingDriver", "json-file"), ("CgroupDriver", controllers == nil ? "none" : "cgroupfs"),
            ("CgroupVersion", controllers == nil ? "" : "2"),
        ]
        var object = JSON.Object(members)
        if let kernel = try? KernelRelease.current() { object["KernelVersion"] = .string(kernel.release) }
        object["OperatingSystem"] = .string(Self.operatingSystem)
        object["OSType"] = "linux"
        object["Architecture"] = .string(Platform.current.architecture)
        object["NCPU"] = JSON(ProcessorCount.online())
        object["MemTotal"] = JSON(Self.memory)
        object["Name"] = .string(Doctor.text(of: "/proc/sys/kernel/hostname") ?? "")
        object["ServerVersion"] = .string(version)
        object["DefaultRuntime"] = "minibox"
        object["DockerRootDir"] = .string(places.root)
        object["RunRoot"] = .string(places.runRoot)
        object["LiveRestoreEnabled"] = true
        object["SecurityOptions"] = ["name=seccomp,profile=builtin", "name=userns", "name=cgroupns"]
        var warnings: [JSON] = []
        for (member, controller, flags) in Self.limits {
            let has = controllers?.contains(controller) ?? false
            object[member] = .bool(has)
            if !has { warnings.append(.string("no \(controller) controller here: \(flags) cannot be given")) }
        }
        object["Warnings"] = .array(warnings)
        return .object(object)
    }

    /// Docker's word for a limit, the controller that it needs, and the flags.
    private static let limits = [
        ("MemoryLimit", "memory", "--memory"), ("CpuCfsQuota", "cpu", "--cpus and --cpu-shares"),
        ("CPUSet", "cpuset", "--cpuset-cpus and --cpuset-mems"), ("PidsLimit", "pids", "--pids-limit"),
        ("BlkioLimit", "io", "--blkio-weight and --device-read-bps"),
    ]

    private var backingFileSystem: String {
        guard let magic = try? Descriptor.open(places.root, .path).fileSystemMagic() else { return "unknown" }
        let names: [(FileSystemMagic, String)] = [
            (.ext4, "ext4"), (.xfs, "xfs"), (.btrfs, "btrfs"), (.overlay, "overlay"), (.tmpfs, "tmpfs"),
        ]
        return names.first { $0.0 == magic }?.1 ?? "0x" + String(magic.rawValue, radix: 16)
    }

    /// The host's name for itself: os-release(5).
    private static var operatingSystem: String {
        let lines = (Doctor.text(of: "/etc/os-release") ?? "").split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("PRETTY_NAME=") }) else { return "Linux" }
        return String(line.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" && $0 != "'" })
    }

    /// Bytes of memory of the machine: proc_meminfo(5).
    private static var memory: UInt64 {
        let line = (Doctor.text(of: "/proc/meminfo") ?? "").split(separator: "\n").first { $0.hasPrefix("MemTotal:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { UInt64($0) } ?? 0) * 1024
    }
}
