// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Linux
import OCI
import Testing

@testable import Audit

@Suite struct AuditCheckTests {
    /// One whose walls all stand.
    private static let closed: AuditSubject = {
        var subject = AuditSubject(members: [member(1)])
        for (number, name) in ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"].enumerated() {
            subject.namespaces[name] = UInt64(100 + number)
            subject.ownNamespaces[name] = UInt64(200 + number)
        }
        subject.users = UserNamespaceMaps.lines(Array("0 100000 65536\n".utf8))
        subject.mounts = MountTable.entries(
            in: Array(
                """
                10 9 0:50 / / ro,relatime - overlay overlay ro,lowerdir=a
                11 10 0:51 / /proc rw,nosuid,nodev,noexec - proc proc rw
                12 10 0:52 / /sys ro,nosuid,nodev,noexec - sysfs sysfs ro
                13 10 0:53 / /dev rw,nosuid - tmpfs tmpfs rw
                14 10 254:0 /srv/data /data rw,nosuid,nodev - ext4 /dev/vda rw

                """.utf8))
        subject.ownMounts = MountTable.entries(in: Array("1 0 254:0 / / rw - ext4 /dev/vda rw\n".utf8))
        subject.places = ["/proc/sys": .readOnly, "/proc/keys": .hidden]
        subject.devices = ["null": DeviceNumber(1, 3)]
        subject.cgroup = "/minibox/abc"
        subject.cgroupFiles = [
            "memory.max": "1000\n", "pids.max": "64\n", "cpu.max": "50000 100000\n", "pids.events": "max 0\n",
        ]
        subject.limits = ["Max open files": "1048576"]
        return subject
    }()

    private static func member(
        _ id: Int32, user: UInt32 = 100_001, group: UInt32 = 100_001, bounding: String = "00000000000004fb",
        privileges: String = "1", filter: String = "2", executable: String = "/bin/x"
    ) -> AuditSubject.Member {
        var member = AuditSubject.Member(
            id: id, name: "x", status: status(user, group, bounding, privileges, filter),
            threads: [status(user, group, bounding, privileges, filter)], executable: executable,
            places: ["cwd": 10, "exe": 10, "root": 10],
            files: [
                AuditSubject.OpenFile(number: 0, link: "/dev/null", mount: 13),
                AuditSubject.OpenFile(number: 1, link: "pipe:[7]", mount: 5),
            ], variables: ["PATH", "HOME"], arguments: ["/bin/x"])
        member.filters = .programs([standard])
        return member
    }

    private static let standard = Self.filter(.standard)

    private static func filter(_ profile: SeccompProfile, bounding: CapabilitySet = []) -> SeccompFilter {
        let rules = profile.rules(bounding: bounding, kernel: KernelVersion(6, 1))
        // The standard profile is one that compiles: SeccompStandardTests.
        return (try? SeccompRanges.compile(rules)) ?? SeccompFilter(instructions: [])
    }

    private static func status(
        _ user: UInt32, _ group: UInt32, _ bounding: String, _ privileges: String, _ filter: String
    ) -> ProcessStatus {
        ProcessStatus(
            Array(
                """
                Name:\tx
                TracerPid:\t0
                Uid:\t\(user)\t\(user)\t\(user)\t\(user)
                Gid:\t\(group)\t\(group)\t\(group)\t\(group)
                Groups:\t
                CapInh:\t0000000000000000
                CapPrm:\t0000000000000000
                CapEff:\t0000000000000000
                CapBnd:\t\(bounding)
                CapAmb:\t0000000000000000
                NoNewPrivs:\t\(privileges)
                Seccomp:\t\(filter)
                Seccomp_filters:\t1

                """.utf8))
    }

    private func open(_ change: (inout AuditSubject) -> Void) -> [String] {
        var subject = Self.closed
        change(&subject)
        return AuditReport(of: subject, named: "x").rows.filter(\.isOpen).map(\.check.id).sorted()
    }

    private func line(_ text: String) -> [MountTableEntry] { MountTable.entries(in: Array((text + "\n").utf8)) }

    @Test func nothingIsOpenWhereAllStands() { #expect(open { _ in } == []) }

    @Test(arguments: [
        ("pid", "A01"), ("mnt", "A02"), ("net", "A03"), ("ipc", "A04"), ("uts", "A05"), ("cgroup", "A06"),
        ("user", "A07"),
    ])
    func aNamespaceOfTheHost(_ name: String, _ id: String) {
        #expect(open { $0.namespaces[name] = $0.ownNamespaces[name] } == [id])
    }

    @Test func whoItsProcessesAre() {
        #expect(open { $0.users = UserNamespaceMaps.lines(Array("0 0 1\n".utf8)) } == ["A07"])
        #expect(open { $0.members.append(Self.member(2, user: 0)) } == ["A09"])
        #expect(open { $0.members[0] = Self.member(1, user: 100_000) } == ["A11"])
        #expect(open { $0.members.append(Self.member(2, group: 6)) } == ["A12"])
    }

    @Test func whatItsProcessesMayDo() {
        // With the capability for raw packets, their socket is one that the filter lets through.
        #expect(open { $0.members[0] = Self.member(1, bounding: "000001ffffffffff") } == ["A13", "A20"])
        #expect(open { $0.members.append(Self.member(2, bounding: "000001ffffffffff")) } == ["A14"])
        #expect(open { $0.members.append(Self.member(2, privileges: "0")) } == ["A17"])
        #expect(open { $0.members.append(Self.member(2, filter: "0")) } == ["A18"])
        // A thread that was there before the filter.
        #expect(open { $0.members[0].threads.append(Self.member(3, filter: "0").status) } == ["A18"])
        #expect(open { $0.securityLabel = "unconfined" } == ["A60"])
        #expect(open { $0.securityLabel = "some (complain)" } == ["A60"])
        #expect(open { $0.securityLabel = "some (enforce)" } == [])
    }

    @Test func whatItsFiltersLetThrough() {
        let administrator = Self.filter(.standard, bounding: .sysAdmin)
        #expect(open { $0.members[0].filters = .programs([administrator]) } == ["A19", "A20"])
        // Of several filters the most restrictive counts, and of several processes the least.
        #expect(open { $0.members[0].filters = .programs([administrator, Self.standard]) } == [])
        #expect(
            open {
                $0.members.append(Self.member(2))
                $0.members[1].filters = .programs([administrator])
            } == ["A19", "A20"])
        #expect(open { $0.members[0].filters = .none } == ["A19", "A20", "A21"])
        // What is not known is neither.
        #expect(open { $0.members[0].filters = .untold("x") } == [])
    }

    private func profile(_ architectures: [SeccompArchitecture], _ rules: [SeccompRule]) throws -> SeccompFilter {
        try SeccompRanges.compile(
            SeccompRules(
                defaultAction: .allow, foreignAction: .allow, architectures: architectures,
                rules: [SeccompRule(CallCase.administration + CallCase.all.map(\.name), .errno(1))] + rules))
    }

    @Test func whatForeignProgramsMayDoBesides() throws {
        let own = try profile([.native], [])
        #expect(open { $0.members[0].filters = .programs([own]) } == ["A21"])
        let all = try profile(SystemCallPicture.architectures, [])
        #expect(open { $0.members[0].filters = .programs([all]) } == [])
    }

    @Test(arguments: CallCase.all) func eachCaseOfA20(_ one: CallCase) throws {
        // A raw packet needs the capability too.
        let with = Self.member(1, bounding: "00000000000024fb")
        let comparisons = one.arguments.enumerated().map { SeccompComparison($0.offset, .equal, $0.element) }
        let rules = SeccompRules(
            defaultAction: .errno(1), foreignAction: .errno(1), architectures: [.native],
            rules: [SeccompRule([one.name], .allow, where: comparisons)])
        let filter = try SeccompRanges.compile(rules)
        var subject = Self.closed
        subject.members = [with]
        subject.members[0].filters = .programs([filter])
        let row = AuditReport(of: subject, named: "x").rows.first { $0.check.id == "A20" }
        #expect(row?.evidence == "x (1): \(one.words)")
    }

    @Test func thePictureOfCalls() throws {
        let picture = try #require(SystemCallPicture(of: [Self.standard]))
        let own = try #require(picture.tables.first)
        func answer(_ name: String) -> SystemCallPicture.Answer? { own.calls.first { $0.name == name }?.answer }
        #expect(answer("read") == .allowed && answer("mount") == .refused && answer("socket") == .byArguments)
        #expect(own.count(.allowed) + own.count(.refused) + own.count(.byArguments) == own.calls.count)
        #expect(picture.tables.map(\.architecture) == SystemCallPicture.architectures)
        let lines = picture.text.split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("  with some arguments:") })
        // read, write, open, close, stat and so on are the first of x86_64.
        if SeccompArchitecture.native == .amd64 {
            #expect(lines.contains { $0.hasPrefix("     0 ++++++++++++++++:+++") }, "\(picture.text)")
        }
        var report = AuditReport(of: Self.closed, named: "x")
        #expect(report.systemCalls == nil && report.json["systemCalls"] == nil)
        report = AuditReport(of: Self.closed, named: "x", drawsCalls: true)
        #expect(report.json["systemCalls"]?["tables"]?[0]?["calls"]?[0]?["name"] != nil)
    }

    @Test func whatItSeesOfFiles() {
        #expect(open { $0.mounts[0] = line("10 9 0:50 / /x ro - overlay overlay ro")[0] } == ["A22"])
        #expect(open { $0.mounts[0] = line("10 9 0:50 / / rw - overlay overlay rw")[0] } == ["A23"])
        #expect(open { $0.places["/proc/sys"] = .writable } == ["A25"])
        #expect(open { $0.places["/proc/keys"] = .readOnly } == ["A26"])
        #expect(open { $0.mounts[2] = line("12 10 0:52 / /sys rw,nosuid - sysfs sysfs rw")[0] } == ["A28"])
        #expect(
            open { $0.mounts[4] = line("14 10 254:0 /srv /data rw,nosuid,nodev shared:1 - ext4 x rw")[0] } == ["A29"])
        #expect(open { $0.mounts[4] = line("14 10 254:0 / /data rw,nosuid,nodev - ext4 x rw")[0] } == ["A30"])
        #expect(open { $0.mounts[4] = line("14 10 254:0 /etc /data rw,nosuid,nodev - ext4 x rw")[0] } == ["A30"])
        #expect(open { $0.socketMounts = ["/var/run/docker.sock"] } == ["A34"])
        #expect(open { $0.mounts[4] = line("14 10 254:0 /srv /data rw - ext4 x rw")[0] } == ["A35"])
        #expect(open { $0.devices["sda"] = DeviceNumber(8, 0) } == ["A39"])
    }

    @Test func whatItHoldsOfTheHost() {
        let leaked = AuditSubject.OpenFile(number: 9, link: "/sys/fs/cgroup", mount: 3)
        #expect(open { $0.members[0].files.append(leaked) } == ["A31"])
        #expect(open { $0.members[0].places["cwd"] = 3 } == ["A32"])
        #expect(open { $0.members.append(Self.member(2, executable: "/memfd:x (deleted)")) } == ["A33"])
        #expect(open { $0.members.append(Self.member(2, executable: "/tmp/x (deleted)")) } == ["A33"])
        #expect(open { $0.members[0].oomScore = -5 } == ["A49"])
    }

    @Test func whatItCanTake() {
        #expect(open { $0.cgroupFiles["memory.max"] = "max\n" } == ["A41"])
        #expect(open { $0.cgroupFiles["pids.max"] = "max\n" } == ["A42"])
        #expect(open { $0.cgroupFiles["cpu.max"] = "max 100000\n" } == ["A43"])
        #expect(open { $0.cgroup = "/" } == ["A46"])
        #expect(open { $0.cgroupFiles["pids.events"] = "max 3\n" } == ["A47"])
        #expect(open { $0.limits["Max open files"] = "unlimited" } == ["A48"])
        // What cannot be told is neither.
        #expect(open { $0.cgroupFiles = [:] } == [])
    }

    @Test func whatItDoesAndKnows() {
        #expect(open { $0.rawSockets = 1 } == ["A56"])
        #expect(open { $0.listeners = [22] } == ["A57"])
        #expect(open { $0.members[0].variables.append("DB_PASSWORD") } == ["A62"])
        #expect(open { $0.members[0].arguments.append("--api-key=abc") } == ["A62"])
        #expect(open { $0.members[0].variables += ["KEYBOARD", "TOKENIZER", "SSH_AUTH_SOCK"] } == [])
    }

    @Test func theWorstComesFirst() {
        var subject = Self.closed
        subject.cgroupFiles["cpu.max"] = "max"
        subject.namespaces["pid"] = subject.ownNamespaces["pid"]
        let report = AuditReport(of: subject, named: "web\u{1B}")
        #expect(report.rows.prefix(2).map(\.check.id) == ["A01", "A43"] && report.worst == .high)
        #expect(report.count("FAIL") == 2)
        #expect(report.text(isWhole: false).contains("high   A01  not: sees and signals its own processes alone"))
        #expect(report.text(isWhole: true).contains("pass   A42"))
        let sarif = AuditReport.sarif([report], version: "1")
        #expect(sarif["runs"]?[0]?["results"]?[0]?["ruleId"] == "A01")
        #expect(sarif["runs"]?[0]?["results"]?[1]?["level"] == "note")
        let rules = sarif["runs"]?[0]?["tool"]?["driver"]?["rules"]
        #expect(rules?[0]?["id"] == "A01" && rules?[0]?["properties"]?["exercise"] == "03-pid-signals")
        #expect(rules?[0]?["help"]?["text"]?.string?.hasSuffix("minibox lab show 03-pid-signals") == true)
        #expect(report.json["checks"]?[0]?["status"] == "FAIL")
    }

    @Test func thePageHoldsNothingThatIsRun() {
        var subject = Self.closed
        subject.members[0].filters = .programs([Self.standard])
        subject.members[0].files.append(AuditSubject.OpenFile(number: 9, link: "/<b onclick='x'>&\u{1B}", mount: 3))
        let page = AuditReport.html([AuditReport(of: subject, named: "a<b", drawsCalls: true)], version: "1")
        #expect(page.contains("/&lt;b onclick=&#39;x&#39;&gt;&amp;\\u{1B}") && page.contains("a&lt;b"))
        for word in ["<script", "onclick='", "http://", "https://", "src=", "url(", "@import", "\u{1B}"] {
            #expect(!page.contains(word), "\(word)")
        }
        #expect(page.contains("<td class=\"id\">A31</td><td class=\"word high\">high</td>"))
        #expect(page.contains("<th>Exercise</th>") && page.contains("<td class=\"word\">16-leaked-fd</td></tr>"))
        #expect(page.contains("title=\"read (0): allow\"") || SeccompArchitecture.native != .amd64)
        #expect(page.hasSuffix("</html>\n"))
    }

    @Test func idsAreThereOnce() {
        #expect(Set(AuditCheck.all.map(\.id)).count == AuditCheck.all.count)
        #expect(AuditReport.explanation(of: "a17")?.hasPrefix("A17  privileges, medium") == true)
        #expect(AuditReport.explanation(of: "A99") == nil)
    }
}

@Suite struct AuditReadingTests {
    @Test func listenersAreRead() {
        let table = [
            "  sl  local_address rem_address   st tx_queue", "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000",
            "   1: 0100007F:0016 00000000:0000 0A 0", "   2: 0100007F:0017 0100007F:9999 01 0",
        ]
        #expect(
            AuditSubject.listeners(table.map { $0[...] }) == [8080, 22])
    }

    @Test func limitsAreRead() {
        let table = [
            "Limit                     Soft Limit           Hard Limit           Units     ",
            "Max open files            1024                 524288               files     ",
            "Max core file size        0                    unlimited            bytes     ",
        ]
        let limits = AuditSubject.limits(table.map { $0[...] })
        #expect(limits["Max open files"] == "524288")
        #expect(limits["Max core file size"] == "unlimited")
    }

    /// This process is in no container at all.
    @Test func whoLooksAtHimselfHasTheHostsNamespaces() throws {
        let subject = try AuditSubject(of: CurrentProcess.id)
        #expect(subject.namespaces == subject.ownNamespaces && !subject.mounts.isEmpty)
        #expect(throws: SystemError.self) { try AuditSubject(of: Int32.max) }
    }
}
