// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `linux.seccomp`: filters of system calls.
@Suite(.runtimes, .runtime) struct FilterTests {
    private static let refused: Document = [
        "defaultAction": "SCMP_ACT_ALLOW",
        "syscalls": [["names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 42]],
    ]

    @Test(arguments: [true, false]) func aCallFailsAsTheProfileSays(_ noNewPrivileges: Bool) throws {
        let runtime = try runtime()
        let ended = try runtime.inside("grep Seccomp: /proc/self/status; mkdir /made") {
            $0.linux.seccomp = Self.refused
            $0.process.noNewPrivileges = .bool(noNewPrivileges)
        }
        #expect(ended.lines.first?.hasSuffix("2") == true && ended.status == 1, "\(ended)")
        // ENOMSG, as nothing else gives it.
        #expect(ended.errors.contains("No message of desired type"), "\(ended)")
    }

    @Test func itHoldsForExec() throws {
        let runtime = try runtime()
        let container = try runtime.running { $0.linux.seccomp = Self.refused }
        let ended = try container.exec("mkdir", "/made")
        #expect(ended.status == 1 && ended.errors.contains("No message of desired type"), "\(ended)")
    }

    @Test func argumentsCount() throws {
        let runtime = try runtime()
        let ended = try runtime.inside("kill -10 $$ 2>&1; echo; kill -0 $$ && echo sent") {
            $0.linux.seccomp = [
                "defaultAction": "SCMP_ACT_ALLOW",
                "syscalls": [
                    [
                        "names": ["kill"], "action": "SCMP_ACT_ERRNO", "errnoRet": 42,
                        "args": [["index": 1, "value": 10, "op": "SCMP_CMP_EQ"]],
                    ]
                ],
            ]
        }
        #expect(ended.output.contains("No message of desired type") && ended.lines.last == "sent", "\(ended)")
    }

    @Test func whatIsWrongWithAProfileIsSaid() throws {
        let runtime = try runtime()
        for change: (String, Document) in [
            ("defaultAction", "SCMP_ACT_ALOW"), ("flags", ["SECCOMP_FILTER_FLAG_OF_TOMORROW"]),
            ("architectures", ["SCMP_ARCH_PDP11"]),
        ] {
            let refused = try runtime.inside("true") {
                $0.linux.seccomp = Self.refused
                $0.linux.seccomp[change.0] = change.1
            }
            #expect(refused.status == 1, "\(change.0): \(refused)")
        }
    }

    @Test func flagsAreTaken() throws {
        let runtime = try runtime()
        let ended = try runtime.inside("grep Seccomp: /proc/self/status") {
            $0.linux.seccomp = Self.refused
            $0.linux.seccomp.flags = ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"]
        }
        #expect(ended.status == 0 && ended.lines.first?.hasSuffix("2") == true, "\(ended)")
    }

    /// The listener that a filter with SCMP_ACT_NOTIFY has, and what comes with it.
    @Test(arguments: [true, false]) func aSupervisorGetsTheListener(_ noNewPrivileges: Bool) throws {
        let runtime = try runtime()
        let socket = try DescriptorSocket(runtime.folder + "/agent")
        let bundle = try runtime.bundle(script: "mkdir /made; echo ended $?") {
            $0.linux.seccomp = Self.refused
            $0.linux.seccomp.syscalls = [["names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_NOTIFY"]]
            $0.linux.seccomp.listenerPath = .string(socket.path)
            $0.linux.seccomp.listenerMetadata = "some words"
            $0.process.noNewPrivileges = .bool(noNewPrivileges)
        }
        let container = try runtime.create(bundle)
        let (listener, payload) = try socket.receive()
        let state = try Document(text: payload)
        #expect(state.metadata == "some words" && state.fds.strings == ["seccompFd"])
        #expect(state.pid.integer == Int64(try container.process) && state.state.id.string == container.id)
        #expect(state.state.bundle.string == bundle.path && state.state.status == "creating")
        // With the last descriptor of it closed, the kernel answers ENOSYS: so nobody else has one.
        close(listener)
        try container.start()
        #expect(container.shows("ended 1"), "\(container.output)")
        #expect(container.maker.errorsSoFar.contains("not implemented"), "\(container.maker.errorsSoFar)")
    }

    @Test func aSupervisorThatIsNotThereIsAnError() throws {
        let runtime = try runtime()
        let refused = try runtime.inside("true") {
            $0.linux.seccomp = Self.refused
            $0.linux.seccomp.syscalls = [["names": ["mkdir"], "action": "SCMP_ACT_NOTIFY"]]
            $0.linux.seccomp.listenerPath = .string(runtime.folder + "/nobody")
        }
        #expect(refused.status == 1, "\(refused)")
        #expect(try runtime("list", "-q").output == "")
    }
}
