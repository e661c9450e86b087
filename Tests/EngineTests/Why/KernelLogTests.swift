// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Engine

@Suite struct KernelLogTests {
    private func log(_ texts: String...) -> KernelLog {
        KernelLog(records: texts.enumerated().map { Array("4,\($0),\($0 * 10),-;\($1)\n SUBSYSTEM=x\n".utf8) })
    }

    private let refusal =
        "audit: type=1326 audit(1750000000.123:7): auid=4294967295 uid=0 gid=0 ses=4294967295 pid=42 comm=\"probe\" "
        + "exe=\"/bin/probe\" sig=31 arch=c000003e syscall=110 compat=0 ip=0x7f code=0x80000000"

    @Test func findsWhatIsAboutAProcess() {
        let log = log(
            "probe[42]: segfault at 0 ip 1 sp 2", "probe[421]: segfault at 0",
            "Memory cgroup out of memory: Killed process 42 (probe) total-vm:1kB", refusal, "else")
        #expect(log.entries(about: 42, from: 0, to: 100).map(\.microseconds) == [0, 20, 30])
        #expect(log.entries(about: 42, from: 15, to: 25).map(\.microseconds) == [20])
        #expect(log.entries(about: 4, from: 0, to: 100).isEmpty)
    }

    @Test func readsRefusals() throws {
        let found = try #require(log(refusal, "type=1326 nonsense").refusals(from: 0, to: 100).first)
        #expect(found.process == 42 && found.name == "probe" && found.signal == 31 && found.call == 110)
        #if arch(x86_64)
            #expect(found.words.contains("getppid of probe, which got SIGSYS"))
        #endif
    }

    @Test func leavesOutWhatIsNoRecord() { #expect(KernelLog(records: [[], Array("a;b".utf8)]).entries.isEmpty) }
}
