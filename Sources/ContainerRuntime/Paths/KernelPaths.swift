// SPDX-License-Identifier: Apache-2.0

/// Files of the kernel that belong to no namespace: what a container sees there is the host's.
public enum KernelPaths {
    /// What a container must not even read, with what it would tell or allow. Moby's list, and the three files that
    /// tell how each page of the host's memory is used.
    private static let maskedReasons: [(path: String, reason: String)] = [
        ("/proc/acpi", "the host's hardware switches"),
        ("/proc/asound", "the host's sound devices"),
        ("/proc/interrupts", "the rhythm of the host's devices: keystrokes can be told from it"),
        ("/proc/kcore", "the host's memory"),
        ("/proc/keys", "the names of the host's keys"),
        ("/proc/kpagecgroup", "which cgroup each page of the host's memory belongs to"),
        ("/proc/kpagecount", "how often each page of the host's memory is mapped"),
        ("/proc/kpageflags", "the state of each page of the host's memory"),
        ("/proc/latency_stats", "what the host's processes wait for"),
        ("/proc/sched_debug", "the host's processes, by name"),
        ("/proc/scsi", "the host's disks: writing removes one"),
        ("/proc/timer_list", "the host's processes, by name, and kernel addresses"),
        ("/proc/timer_stats", "the host's processes, by name"),
        ("/sys/devices/virtual/powercap", "the power the host draws: keys can be told from it (PLATYPUS)"),
        ("/sys/firmware", "the host's firmware tables and variables"),
    ]

    /// What a container may read but not write, with what a write would do.
    private static let readOnlyReasons: [(path: String, reason: String)] = [
        ("/proc/bus", "the host's buses: writing configures its devices"),
        ("/proc/fs", "the host's file systems: writing tunes them"),
        ("/proc/irq", "which processor serves the host's interrupts"),
        ("/proc/sys", "the host's kernel settings: core_pattern runs a program as its root"),
        ("/proc/sysrq-trigger", "the host itself: a letter reboots it"),
    ]

    /// The paths that show nothing. Each processor has one more, `thermal_throttle`.
    public static func masked(processors: Int) -> [String] {
        maskedReasons.map(\.path)
            + (0..<processors).map { "/sys/devices/system/cpu/cpu\($0)/thermal_throttle" }
    }

    /// The paths that cannot be written.
    public static var readOnly: [String] { readOnlyReasons.map(\.path) }

    /// What hiding `path` protects.
    static func reason(masked path: String) -> String {
        if path.hasSuffix("/thermal_throttle") { return "how hot the host's processor runs" }
        return maskedReasons.first { $0.path == path }?.reason ?? "what was asked to be hidden"
    }

    /// What making `path` unwritable protects.
    static func reason(readOnly path: String) -> String {
        readOnlyReasons.first { $0.path == path }?.reason ?? "what was asked to be unwritable"
    }
}
