// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Audit

/// What a container reaches, held against its filter and its capabilities.
@Suite struct ReachTests {
    private static func subject(_ filters: AuditSubject.Filters, effective: String = "0") -> AuditSubject {
        var member = AuditSubject.Member(
            id: 1, name: "x", status: ProcessStatus(Array("Name:\tx\nCapEff:\t\(effective)\n".utf8)))
        member.filters = filters
        return AuditSubject(members: [member])
    }

    /// A filter that answers each call the same.
    private static func filter(_ action: SeccompAction) -> AuditSubject.Filters {
        // BPF_RET | BPF_K.
        .programs([SeccompFilter(instructions: [0x06 | UInt64(action.rawValue) << 32])])
    }

    private static func line(_ call: String, _ needs: String, _ result: String) -> String {
        "{\"probe\":\"reach\",\"what\":\"\(call)\",\"needs\":\"\(needs)\",\"result\":\"\(result)\"}\n"
    }

    private static func report(_ lines: [String], _ subject: AuditSubject) throws -> ReachReport {
        try #require(ReachReport(Array(lines.joined().utf8), of: subject))
    }

    @Test func whatTheFilterRefusesAndComesBackOtherwiseIsOpen() throws {
        let subject = Self.subject(Self.filter(.errno(1)), effective: "ffffffffff")
        let kept = try Self.report(
            [Self.line("mount", "SYS_ADMIN", "EPERM"), Self.line("keyctl", "-", "EPERM")], subject)
        #expect(kept.verdict == .stands("of 2 calls asked for, the 2 that its filter refuses were refused"))
        for seen in ["OK", "EINVAL", "ENOSYS"] {
            let broken = try Self.report(
                [Self.line("mount", "SYS_ADMIN", seen), Self.line("keyctl", "-", "EPERM")], subject)
            #expect(broken.verdict == .open("mount came to \(seen)"))
        }
    }

    @Test func aCallThatKillsIsSeenToHaveKilled() throws {
        let subject = Self.subject(Self.filter(.killProcess))
        #expect(try Self.report([Self.line("keyctl", "-", "SIGSYS")], subject).rows[0].foretold == .refused("SIGSYS"))
        #expect(try Self.report([Self.line("keyctl", "-", "OK")], subject).verdict == .open("keyctl came to OK"))
    }

    @Test func whatIsNotForetoldIsNoFinding() throws {
        // Nobody could read the filter; there is none; somebody else is asked; no one call says what comes of it.
        for filters in [.untold("traced"), .none, Self.filter(.notify)] as [AuditSubject.Filters] {
            let report = try Self.report([Self.line("keyctl", "-", "OK")], Self.subject(filters))
            guard case .untold = report.verdict else {
                Issue.record("\(filters): \(report.verdict)")
                continue
            }
        }
        let several = try Self.report([Self.line("mlock", "IPC_LOCK", "OK")], Self.subject(Self.filter(.errno(1))))
        #expect(several.rows[0].foretold == .lacking)
    }

    @Test func aLineTellsWhatCameOfEach() throws {
        let report = try Self.report(
            [
                Self.line("mount", "SYS_ADMIN", "EPERM"), Self.line("chroot", "SYS_CHROOT", "OK"),
                Self.line("ns_last_pid", "CHECKPOINT_RESTORE", "EROFS"),
                Self.line("bind-low", "NET_BIND_SERVICE", "OK"),
                Self.line("unshare-user", "-", "EACCES"), "no line of the probe\n",
            ], Self.subject(.none, effective: String(CapabilitySet.sysChroot.rawValue, radix: 16)))
        #expect(
            report.text == """
                  refused for want of a capability: mount (EPERM), ns_last_pid (EROFS)
                  refused otherwise: unshare-user (EACCES)
                  let through: chroot
                  let through without its capability: bind-low

                """)
    }

    @Test func nothingOfTheProbeIsNoReport() {
        #expect(ReachReport([], of: Self.subject(.none)) == nil)
        #expect(ReachReport(Array("sh: not found\n".utf8), of: Self.subject(.none)) == nil)
    }

    /// A name that stands for no call would be foretold by nothing.
    @Test func theCallsBehindTheNamesAreKnown() {
        for name in [
            "mount", "unshare-user", "clone-user", "socket-vsock", "bpf-program", "landlock", "seccomp-notify",
        ] {
            #expect(ReachCalls.call(name)?.answer(of: [], on: .native) != nil || ReachCalls.call(name) != nil)
            guard let call = ReachCalls.call(name) else { continue }
            guard case .number = SeccompArchitecture.native.number(of: call.name) else {
                Issue.record("\(name) is no call: \(call.name)")
                continue
            }
        }
        #expect(ReachCalls.call("bind-low") == nil)
    }
}
