// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Audit

/// The checks of a container's own files and of its devices: each wall opened alone, and said to be unknown where it is.
@Suite struct AuditOwnFileTests {
    private static let root = "10 9 0:50 / / rw,relatime - overlay overlay rw,lowerdir=/a:/b,upperdir=/c"

    private func subject(privileges: String = "1", root: String = Self.root) -> AuditSubject {
        let status = ProcessStatus(Array("Name:\tx\nNoNewPrivs:\t\(privileges)\n".utf8))
        var subject = AuditSubject(members: [AuditSubject.Member(id: 1, name: "x", status: status)])
        subject.mounts = MountTable.entries(in: Array((root + "\n").utf8))
        return subject
    }

    private func verdict(_ id: String, _ subject: AuditSubject) -> AuditCheck.Verdict? {
        AuditCheck.all.first { $0.id == id }?.judge(subject)
    }

    private func isUntold(_ id: String, _ subject: AuditSubject) -> Bool {
        if case .untold? = verdict(id, subject) { true } else { false }
    }

    @Test func whoseFilesItsWritesChange() {
        #expect(verdict("A24", subject()) == .stands("overlay over 2 folders"))
        let plain = subject(root: "10 9 254:0 /srv/x / rw - ext4 /dev/vda rw")
        #expect(
            verdict("A24", plain) == .open("/srv/x of ext4 (254:0) is no layer: what it changes is changed for all"))
        #expect(verdict("A24", subject(root: "10 9 7:0 / / ro - squashfs x ro")) != nil)
        #expect(isUntold("A24", subject(root: "10 9 0:33 /x / rw - btrfs x rw")))
    }

    @Test func programsThatGiveRights() {
        var subject = subject(privileges: "0")
        #expect(verdict("A36", subject) == .stands("no set-user-ID file, no capabilities of files"))
        subject.tree.missing = "it has more files than are looked at"
        #expect(isUntold("A36", subject))
        subject.tree.gaining = ["/bin/su"]
        #expect(verdict("A36", subject) == .open("/bin/su"))
        // Nobody gains by it where the kernel does not heed it.
        subject.members = self.subject().members
        #expect(verdict("A36", subject) == .stands("NoNewPrivs or nosuid: nobody gains by one"))
    }

    @Test func disksAmongItsFiles() {
        var subject = subject()
        subject.tree.disks = ["/srv/sda"]
        #expect(verdict("A40", subject) == .open("/srv/sda"))
        subject.mounts = MountTable.entries(in: Array("10 9 0:50 / / rw,nodev - overlay overlay rw\n".utf8))
        #expect(verdict("A40", subject) == .stands("every mount is nodev"))
    }

    @Test func volumesThatEverybodyChanges() {
        var subject = subject()
        func open(_ mode: UInt32, _ isReached: Bool) -> Bool {
            subject.volumes = [AuditSubject.Volume(point: "/data", host: "/srv", mode: mode, isReached: isReached)]
            return verdict("A37", subject) == .open("/srv at /data")
        }
        #expect(open(0o777, true) && open(0o666, true))
        #expect(!open(0o777, false) && !open(0o1777, true) && !open(0o755, true))
    }

    @Test func timeOfDisks() {
        var subject = subject()
        #expect(isUntold("A44", subject))
        subject.cgroupFiles = ["io.max": "", "io.weight": "default 100\n"]
        #expect(verdict("A44", subject) == .open("io.max names no disk"))
        subject.cgroupFiles["io.weight"] = "default 50\n"
        #expect(verdict("A44", subject) == .stands("io.weight is default 50"))
        subject.cgroupFiles["io.max"] = "8:0 rbps=1 wbps=max riops=max wiops=max\n"
        #expect(verdict("A44", subject) == .stands("io.max is 8:0 rbps=1 wbps=max riops=max wiops=max"))
    }

    @Test func whatItsDeviceProgramsSay() {
        var subject = subject()
        #expect(isUntold("A38", subject))
        subject.devicePrograms = .programs([])
        #expect(verdict("A38", subject) == .open("its cgroup asks no device program"))
        subject.devicePrograms = .count(2, "x")
        #expect(verdict("A38", subject) == .untold("2 device programs; x"))
        let usual = DeviceFilter([DeviceRule(.any, nil, nil, .makeNode), DeviceRule(.character, 1, 3, .all)])
        subject.devicePrograms = .programs([usual])
        #expect(verdict("A38", subject) == .stands("1 device programs refuse 9 devices"))
        let all = DeviceFilter([.everything])
        subject.devicePrograms = .programs([all])
        guard case .open(let words)? = verdict("A38", subject) else {
            Issue.record("not open")
            return
        }
        #expect(words.hasPrefix("its device programs let it read /dev/mem, write /dev/mem"))
        #expect(words.hasSuffix("and 14 more"))
        // All of them are asked, and one that cannot be run is not guessed at, unless another refuses.
        let unknown = DeviceFilter(instructions: [0x0000_0005_0000_0085, 0x95])
        subject.devicePrograms = .programs([all, usual])
        #expect(verdict("A38", subject) == .stands("2 device programs refuse 9 devices"))
        subject.devicePrograms = .programs([unknown, usual])
        #expect(verdict("A38", subject) == .stands("2 device programs refuse 9 devices"))
        subject.devicePrograms = .programs([all, unknown])
        #expect(isUntold("A38", subject))
        let disk = DeviceFilter([DeviceRule(.block, 8, 0, .read)])
        subject.devicePrograms = .programs([disk])
        #expect(verdict("A38", subject) == .open("its device programs let it read /dev/sda"))
    }

    @Test func keysAndWhatNoKernelKnows() {
        var subject = subject()
        #expect(isUntold("A50", subject))
        subject.members[0].filters = .none
        #expect(isUntold("A50", subject))
        let refusing = SeccompRules(
            defaultAction: .errno(1), foreignAction: .errno(1), architectures: [.native],
            rules: [SeccompRule(["read"], .allow)])
        subject.members[0].filters = (try? SeccompRanges.compile(refusing)).map { .programs([$0]) } ?? .none
        #expect(verdict("A50", subject) == .stands("its filter refuses add_key, keyctl and request_key"))
        for id in ["A16", "A63", "A64", "A65"] { #expect(isUntold(id, subject)) }
    }

    private func expectation(_ limits: [String: String]) -> AuditExpectation {
        var expectation = AuditExpectation(
            id: "abc", capabilities: [], noNewPrivileges: true, filter: nil, namespaces: [], hasCgroup: false,
            isReadOnly: false, maskedPaths: [], readOnlyPaths: [])
        expectation.limits = limits
        return expectation
    }

    @Test func limitsAreHeldAgainstTheRecord() {
        var subject = subject()
        subject.cgroupLimits = [
            "/m/abc/leaf": ["memory.max": "max"],
            "/m/abc": ["memory.max": "999424", "pids.max": "64", "cpu.max": "50000 100000"],
        ]
        let asked = expectation(["memory.max": "1000000", "pids.max": "64", "cpu.max": "50000", "io.max": "8:0 rbps=1"])
        #expect(asked.differences(from: subject).isEmpty)
        subject.cgroupLimits["/m/abc"]?["pids.max"] = "max"
        subject.cgroupLimits["/m/abc"]?["memory.max"] = "2000000"
        #expect(
            asked.differences(from: subject).map(\.words) == [
                "memory.max is 2000000, and was to be 1000000", "pids.max is max, and was to be 64",
            ])
        // Moved out of it, it is another finding.
        subject.cgroupLimits = ["/m/other": ["pids.max": "max"]]
        #expect(asked.differences(from: subject).isEmpty)
    }

    @Test func restartsAreAskedOfTheRecord() {
        var asked = expectation([:])
        func row() -> AuditReport.Row? {
            AuditReport(of: subject(), named: "x", against: asked).rows.first { $0.check.id == "A65" }
        }
        #expect(row()?.word == "N-A")
        asked.restart = ("always", false)
        #expect(row()?.word == "FAIL" && row()?.evidence == "--restart always, as minibox has it")
        asked.restart = ("on-failure:3", true)
        #expect(row()?.word == "PASS")
    }
}
