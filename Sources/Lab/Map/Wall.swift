// SPDX-License-Identifier: Apache-2.0

/// A wall of a default run, as the flags that take it away.
struct Wall: Hashable, Sendable {
    var name: String
    /// What takes it away.
    var away: [String]
    /// What keeps it as it is in a default run where another one is gone.
    var kept: [String] = []

    /// Where in a lab host the default run's filter is kept, as a profile.
    static let profile = "/lab/filter.json"

    /// Those that stand between a program and the kernel.
    static let all = [
        Wall(name: "capabilities", away: ["--cap-add", "ALL"]),
        // The filter of a run lets through what its capabilities are for; one of a file stays as it is.
        Wall(
            name: "system call filter", away: ["--security-opt", "seccomp=unconfined"],
            kept: ["--security-opt", "seccomp=\(profile)"]),
        Wall(name: "user namespace", away: ["--userns", "host"]),
        // Not systempaths=unconfined: a /sys to be written to is not given to users of its own where the lab host's is not.
        Wall(name: "read-only paths", away: ["--security-opt", "unmask=/proc/sys:/proc/irq"]),
    ]

    /// The flags of a run in which some stand, and the others are gone.
    static func flags(standing: (Wall) -> Bool) -> [String] { all.flatMap { standing($0) ? $0.kept : $0.away } }
}
