// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Linux
import OCI
import Testing

@testable import Audit

@Suite struct TraceTests {
    private func call(
        _ name: String, _ arguments: [UInt64] = [], texts: [Int: String] = [:], result: Int64? = 0,
        isRefused: Bool = false
    ) -> TracedCall {
        var call = TracedCall(
            outside: 70, inside: 7, program: "sh", architecture: .native, number: 0, name: name,
            arguments: (0..<6).map { $0 < arguments.count ? arguments[$0] : 0 })
        call.texts = texts
        call.result = result
        call.isError = (result ?? 0) < 0
        call.isRefused = isRefused
        return call
    }

    @Test func aLineSaysWhatWasAskedAndWhatCameOfIt() {
        #expect(
            call("openat", [0xffff_ff9c, 1, 0x80000, 0], texts: [1: "/etc/\u{1B}passwd"], result: 3).line
                == #"  70/7 sh  openat(-100, "/etc/\u{1B}passwd", 0x80000, 00) = 3"#)
        #expect(
            call("unshare", [0x1000_0000], result: -1, isRefused: true).line
                == "! 70/7 sh  unshare(0x10000000) = -1 EPERM (refused by the filter)")
        #expect(
            call("connect", [3, 1, 16], texts: [1: "10.0.0.1:80"], result: -2).line
                == "  70/7 sh  connect(3, 10.0.0.1:80, 16) = -1 ENOENT (no such file or directory)")
        #expect(call("exit_group", [1], result: nil).line.hasSuffix("exit_group(1) = ? (it did not return)"))
        #expect(call("read", [0, 1, 1], result: -512).line.hasSuffix("= ? (a signal came)"))
        #expect(call("mmap", result: 0x7f00_0000_0000).line.hasSuffix("= 0x7f0000000000"))
        #expect(call("no_such_call").line.contains("no_such_call(0, 0, 0, 0, 0, 0) = 0"))
    }

    @Test func addressesOfSocketsAreRead() {
        #expect(CallReader.address([2, 0, 0, 80, 127, 0, 0, 1]) == "127.0.0.1:80")
        let six: [UInt8] = [10, 0, 0x1f, 0x90, 0, 0, 0, 0] + Array(repeating: 0, count: 15) + [1]
        #expect(CallReader.address(six) == "[0:0:0:0:0:0:0:1]:8080")
        #expect(CallReader.address([1, 0] + Array("/run/x".utf8) + [0, 65]) == "unix:/run/x")
        #expect(CallReader.address([1, 0, 0] + Array("x".utf8)) == "unix:@x")
        #expect(CallReader.address([40, 0]) == "family 40" && CallReader.address([1]) == nil)
    }

    @Test func everySignatureIsOfACallThatThereIs() {
        for name in ["openat", "connect", "fork", "getpid"] { #expect(CallSignature(of: name) != nil) }
        #expect(CallSignature(of: "rename")?.texts == [0, 1] && CallSignature(of: "mkdirat")?.texts == [1])
    }

    private func learned(_ calls: [TracedCall]) throws -> SeccompFilter {
        var profile = LearnedProfile()
        for call in calls { profile.add(call) }
        let read = try SeccompProfile(parsing: profile.json.bytes(pretty: true))
        return try SeccompRanges.compile(read.rules(bounding: [], kernel: KernelVersion(6, 1)))
    }

    private func answer(_ filter: SeccompFilter, _ name: String, _ arguments: UInt64...) -> SeccompAction? {
        guard case .number(let number) = SeccompArchitecture.native.number(of: name) else { return nil }
        return filter.answer(to: SystemCall(number, arguments))?.action
    }

    @Test func theProfileHasWhatWasMadeAndNoMore() throws {
        let filter = try learned([
            call("read"), call("openat", result: -2), call("socket", [2, 1]), call("ioctl", [1, 0x5401]),
            call("clone", [0x0120_0011]), call("mount", result: -1, isRefused: true),
            call("clone3", result: -38, isRefused: true),
        ])
        for name in ["read", "openat", "execve", "exit_group", "rt_sigreturn"] {
            #expect(answer(filter, name) == .allow)
        }
        #expect(answer(filter, "write") == .errno(38) && answer(filter, "clone3") == .errno(38))
        // What it survived is refused as it was.
        #expect(answer(filter, "mount") == .errno(1))
        #expect(answer(filter, "socket", 2) == .allow && answer(filter, "socket", 40) == .errno(38))
        #expect(answer(filter, "ioctl", 1, 0x5401) == .allow && answer(filter, "ioctl", 1, 0x5412) == .errno(38))
        #expect(answer(filter, "clone", 17) == .allow && answer(filter, "clone", 0x1000_0011) == .errno(38))
        let namespaces = try learned([call("clone", [0x1000_0011])])
        #expect(answer(namespaces, "clone", 0x1000_0011) == .allow)
    }

    private func holder(_ user: UInt32, _ effective: String = "000001ffffffffff") -> ProcessStatus {
        ProcessStatus(
            Array("Uid:\t0\t0\t0\t\(user)\nGid:\t0\t0\t0\t0\nGroups:\t\nCapEff:\t\(effective)\n".utf8))
    }

    @Test func capabilitiesAreInferred() {
        func used(_ call: TracedCall) -> CapabilitySet { UsedCapabilities.of(call, holder(0)) }
        #expect(used(call("chown", texts: [0: "x"])) == .chown && used(call("chown", result: -1)).isEmpty)
        #expect(used(call("setresuid")) == .setuid && used(call("setgroups")) == .setgid)
        #expect(used(call("bind", texts: [1: "0.0.0.0:80"])) == .netBindService)
        #expect(
            used(call("bind", texts: [1: "0.0.0.0:8080"])).isEmpty
                && used(call("bind", texts: [1: "unix:/x:80"])).isEmpty)
        #expect(used(call("socket", [2, 3])) == .netRaw && used(call("socket", [16, 3])).isEmpty)
        #expect(used(call("mknod", [0, 0o020666])) == .mknod && used(call("mknod", [0, 0o010666])).isEmpty)
        #expect(used(call("prctl", [24])) == .setpcap && used(call("prctl", [15])).isEmpty)
        // Who has none can have used none.
        #expect(UsedCapabilities.of(call("chown"), holder(0, "0000000000000000")).isEmpty)
        #expect(UsedCapabilities.mayBeOf("bind") && !UsedCapabilities.mayBeOf("read"))
    }
}

@Suite struct AuditExpectationTests {
    private func differences(_ change: (inout AuditSubject, inout AuditExpectation) -> Void) -> [String] {
        var member = AuditSubject.Member(
            id: 1, name: "x",
            status: ProcessStatus(
                Array("CapBnd:\t0000000000000001\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n".utf8)))
        let filter = SeccompFilter(instructions: [6])
        member.filters = .programs([filter, SeccompFilter(instructions: [7])])
        member.cgroup = "/minibox/abc/leaf"
        var subject = AuditSubject(members: [member])
        subject.namespaces = ["pid": 2, "net": 9]
        subject.ownNamespaces = ["pid": 1, "net": 9]
        subject.places = ["/proc/keys": .hidden, "/proc/sys": .readOnly]
        subject.mounts = MountTable.entries(in: Array("10 9 0:50 / / ro - overlay overlay ro\n".utf8))
        var expectation = AuditExpectation(
            id: "abc", capabilities: [.chown, .kill], noNewPrivileges: true, filter: filter, namespaces: [.pid],
            hasCgroup: true, isReadOnly: true, maskedPaths: ["/proc/keys", "/proc/none"], readOnlyPaths: ["/proc/sys"])
        change(&subject, &expectation)
        return AuditReport(of: subject, named: "x", against: expectation).rows
            .filter { $0.check.id == "A66" && $0.isOpen }.map(\.evidence)
    }

    @Test func whatIsAsItWasStartedIsNoFinding() {
        // It may have given up capabilities, and added filters.
        #expect(differences { _, _ in } == [])
        let report = AuditReport(
            of: AuditSubject(members: [AuditSubject.Member(id: 1, name: "x", status: ProcessStatus([]))]), named: "x")
        #expect(report.rows.first { $0.check.id == "A66" }?.word == "N-A")
    }

    @Test func eachDifferenceIsAFinding() {
        #expect(differences { subject, _ in subject.namespaces["pid"] = 1 }.count == 1)
        #expect(
            differences {
                $1.capabilities = .kill; _ = $0
            } == ["x (1) has CAP_CHOWN besides"])
        #expect(differences { subject, _ in subject.members[0].filters = .none } == ["x (1) has no filter"])
        #expect(
            differences { subject, _ in subject.members[0].filters = .programs([SeccompFilter(instructions: [7])]) }
                == ["x (1) has another filter"])
        #expect(differences { subject, _ in subject.members[0].filters = .untold("x") } == [])
        #expect(
            differences { subject, _ in subject.members[0].cgroup = "/minibox/abcd" }
                == ["x (1) is in the cgroup /minibox/abcd"])
        #expect(
            differences { subject, _ in subject.places["/proc/keys"] = .readOnly }
                == ["/proc/keys was to be hidden, and can be read"])
        #expect(
            differences { subject, _ in subject.places["/proc/sys"] = .writable }
                == ["/proc/sys was to be read-only, and can be written to"])
        #expect(
            differences { subject, _ in
                subject.mounts = MountTable.entries(in: Array("10 9 0:50 / / rw - overlay overlay rw\n".utf8))
            } == ["its root was to be read-only, and can be written to"])
    }

    @Test func neighboursAndTerminals() {
        var subject = AuditSubject(members: [AuditSubject.Member(id: 1, name: "x", status: ProcessStatus([]))])
        func word(_ id: String) -> String? {
            AuditReport(of: subject, named: "x").rows.first { $0.check.id == id }?.word
        }
        subject.namespaces["user"] = 2
        subject.ownNamespaces["user"] = 1
        #expect(word("A10") == "PASS" && word("A38") == "N-A" && word("A45") == "N-A" && word("A51") == "PASS")
        subject.sharedRanges = ["100000+65536 of process 9"]
        subject.devicePrograms = .programs([])
        subject.cgroup = "/a/b"
        subject.members[0].cgroup = "/a/b"
        subject.members.append(AuditSubject.Member(id: 2, name: "y", status: ProcessStatus([])))
        subject.members[1].cgroup = "/a/bc"
        subject.members[0].files = [AuditSubject.OpenFile(number: 1, link: "/dev/pts/3", mount: 9)]
        subject.places[AuditSubject.timingPaths[0]] = .readOnly
        for id in ["A10", "A27", "A38", "A45", "A51"] { #expect(word(id) == "FAIL", "\(id)") }
        subject.devicePrograms = .programs([DeviceFilter([])])
        subject.members[1].cgroup = "/a/b/c"
        #expect(word("A38") == "PASS" && word("A45") == "PASS")
    }
}
