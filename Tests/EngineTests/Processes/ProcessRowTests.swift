// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Linux
import OCI
import Testing

@testable import Engine

/// What `top` and `stats` make of the kernel's files, and what lasts of an `update`.
@Suite struct ProcessRowTests {
    private let now = FileTime(seconds: 1_795_255_323, nanoseconds: 0)

    private func row(_ stat: String, _ words: String = "", user: UInt32 = 0) -> ProcessRow? {
        ProcessRow(
            process: 42, stat: Array(stat.utf8), words: Array(words.utf8), userID: user,
            bootTime: now.seconds - 100_000, now: now, users: [0: "root"])
    }

    @Test func aLineOfTheKernelIsReadWhateverTheName() throws {
        let stat =
            "42 (a (b) c) S 7 42 42 34818 42 4194560 1 2 3 4 36005 100 0 0 20 0 3 0 9990000 2097152 256 18446744\n"
        let made = try #require(self.row(stat, "sh\0-c\0x y\0"))
        func text(_ column: ProcessRow.Column) -> String { made.text(column, now: now) }
        #expect(text(.pid) == "42" && text(.ppid) == "7" && text(.uid) == "root" && text(.comm) == "a (b) c")
        #expect(text(.cmd) == "sh -c x y" && text(.tty) == "pts/2" && text(.stat) == "S" && text(.nlwp) == "3")
        #expect(text(.time) == "00:06:01" && text(.rss) == "1024" && text(.vsz) == "2048")
        // It started 100 seconds ago, and has had more processor time than that.
        #expect(text(.stime) == "10:00" && text(.c) == "99")
        #expect(self.row(stat, user: 100_000)?.text(.uid, now: now) == "100000")
        #expect(self.row(stat)?.text(.cmd, now: now) == "[a (b) c]")
        #expect(self.row("42 (x") == nil && self.row("") == nil)
    }

    @Test func aStartOnAnotherDayIsADate() throws {
        let stat = "42 (x) S 7 42 42 0 42 4194560 1 2 3 4 5 6 0 0 20 0 1 0 0 2097152 256 18446744\n"
        #expect(row(stat)?.text(.stime, now: now) == "Nov20")
        #expect(row(stat)?.text(.tty, now: now) == "?")
    }

    @Test func interfacesAreAddedUpWithoutTheLoopback() {
        let text = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:    500       5    0    0    0     0          0         0      500       5    0    0    0     0       0          0
              eth0:    100       1    0    0    0     0          0         0       20       1    0    0    0     0       0          0
              eth1: 7 1 0 0 0 0 0 0 3 1 0 0 0 0 0 0
            """
        let sums = Engine.sums(ofInterfaces: Array(text.utf8))
        #expect(sums.received == 107 && sums.sent == 23)
    }

    @Test func aChangeIsReadAsItWasWritten() throws {
        let amendment = Amendment(
            name: "web", request: .object(JSON.Object([("a", .integer(1))])),
            limits: [CgroupSetting(file: "pids.max", value: "5")])
        let read = Amendment(amendment.json)
        #expect(read.name == "web" && read.request == amendment.request && read.limits == amendment.limits)
        #expect(Amendment(Amendment(name: "web").json).request == nil)
    }

    @Test func oneWayToLimitProcessorsReplacesAnother() throws {
        var limits = LimitRequest()
        limits.cpuPeriod = try CPUPeriod(parsing: "50000")
        limits.cpuQuota = try CPUQuota(parsing: "20000")
        limits.memory = try ByteCount(parsing: "64m")
        var change = LimitRequest()
        change.cpus = try CPUCount(parsing: "2")
        limits.take(change)
        #expect(limits.cpuQuota == nil && limits.cpuPeriod == nil && limits.memory?.bytes == 64 << 20)
        change = LimitRequest()
        change.cpuQuota = try CPUQuota(parsing: "20000")
        limits.take(change)
        #expect(limits.cpus == nil && limits.cpuQuota != nil)
    }
}
