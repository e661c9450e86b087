// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Cgroup {
    /// Waits until `cgroup.events` says that `name` is `value`; false at the deadline. A cgroup that was removed
    /// meanwhile has no processes, and none that are held.
    borrowing func wait(
        for name: String, toBe value: UInt64, until deadline: Deadline
    ) throws(SystemError) -> Bool {
        do throws(SystemError) {
            let file = try directory.open("cgroup.events", .readOnly)
            while true {
                // Reading takes note of the state that a change is a change from.
                try file.seek(to: 0)
                if ControlFile.numbers(in: try file.read(upTo: 4096))[name] == value { return true }
                let left = deadline.left
                if left == 0 { return false }
                var set = PollSet()
                _ = set.add(file, .change)
                try set.wait(milliseconds: left)
            }
        } catch {
            if error.errno == .noDevice || error.errno == .noEntry { return value == 0 }
            throw error
        }
    }

    /// Whether it or a cgroup below it has a process.
    public borrowing func isPopulated() -> Bool { numbers("cgroup.events")["populated"] == 1 }

    /// Waits until no process is left in it and below it; false at the deadline.
    public borrowing func waitUntilEmpty(_ deadline: Deadline = .ofCommand) throws(CgroupError) -> Bool {
        do {
            return try wait(for: "populated", toBe: 0, until: deadline)
        } catch {
            throw CgroupError(.file, "cannot wait for the processes of the cgroup \(path)", cause: error)
        }
    }

    /// How often the kernel has killed a process of it or below it for memory: `oom_kill` of `memory.events`. 0 without
    /// the memory controller.
    public borrowing func outOfMemoryKills() -> UInt64 { numbers("memory.events")["oom_kill"] ?? 0 }

    /// What ``waitForChange(since:_:)`` tells.
    public enum Change: Hashable, Sendable {
        /// The kernel has killed for memory; so many processes up to now.
        case outOfMemory(UInt64)
        /// No process is left.
        case empty
        /// The time is over.
        case nothing
    }

    /// Waits until the kernel kills a process for memory, until the last one has ended, or until the deadline.
    /// - Parameter kills: what ``outOfMemoryKills()`` said before: more is a change.
    public borrowing func waitForChange(since kills: UInt64, _ deadline: Deadline) throws(CgroupError) -> Change {
        do throws(SystemError) {
            let events = try directory.open("cgroup.events", .readOnly)
            // Without the controller there is nothing to be told.
            let memory = try? directory.open("memory.events", .readOnly)
            while true {
                var set = PollSet()
                switch memory {
                case .some(let file):
                    try file.seek(to: 0)
                    let count = ControlFile.numbers(in: try file.read(upTo: 4096))["oom_kill"] ?? 0
                    if count > kills { return .outOfMemory(count) }
                    _ = set.add(file, .change)
                case nil: break
                }
                try events.seek(to: 0)
                if ControlFile.numbers(in: try events.read(upTo: 4096))["populated"] == 0 { return .empty }
                _ = set.add(events, .change)
                let left = deadline.left
                if left == 0 { return .nothing }
                try set.wait(milliseconds: left)
            }
        } catch {
            if error.errno == .noDevice || error.errno == .noEntry { return .empty }
            throw CgroupError(.file, "cannot wait for events of the cgroup \(path)", cause: error)
        }
    }
}
