// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// Limits where cgroup v2 lacks the controller; Tests/VM has them at work.
@Suite(.commands, .box) struct LimitTests {
    static let flags: [(flag: String, value: String, controller: String)] = [
        ("--memory", "64m", "memory"), ("--memory-reservation", "32m", "memory"), ("--cpus", "0.5", "cpu"),
        ("--cpu-shares", "512", "cpu"), ("--cpuset-cpus", "0", "cpuset"), ("--cpuset-mems", "0", "cpuset"),
        ("--blkio-weight", "300", "io"), ("--pids-limit", "50", "pids"),
    ]

    @Test(
        .enabled(
            if: TestMachine.controllers.isDisjoint(with: ["memory", "cpu", "pids", "cpuset"]),
            "needs a machine whose controllers cgroup v1 holds"), arguments: flags.indices)
    func aLimitThatCannotBeSetIsRefused(_ index: Int) throws {
        let (flag, value, controller) = Self.flags[index]
        let refused = try box()("run", "--rm", flag, value, "busybox", "true")
        #expect(refused.status == 125)
        #expect(refused.errors.contains("no \(controller) controller"), "\(refused)")
        if !TestMachine.isPure { #expect(refused.errors.contains("cgroup v1"), "\(refused)") }
    }

    @Test func swapCountsMemoryIn() throws {
        let alone = try box()("run", "--rm", "--memory-swap", "64m", "busybox", "true")
        #expect(alone.status == 125 && alone.errors.contains("--memory"))
        let less = try box()("run", "--rm", "--memory", "64m", "--memory-swap", "32m", "busybox", "true")
        #expect(less.status == 125 && less.errors.contains("less than --memory"))
    }

    @Test func aLimitOfADeviceNeedsADisk() throws {
        let refused = try box()("run", "--rm", "--device-write-bps", "/dev/null:1m", "busybox", "true")
        #expect(refused.status == 125 && refused.errors.contains("/dev/null is no block device"), "\(refused)")
    }
}
