// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// `exec` that is not waited for, and `exec` with every right.
@Suite(.commands, .box) struct DetachedExecTests {
    @Test func theProgramGoesOn() throws {
        let box = try box()
        try box.container("host")
        let outcome = try box(
            "exec", "-d", "host", "sh", "-c", "echo lost; until [ -e /go ]; do sleep 0.02; done; echo done >/done")
        #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome)")
        #expect(try box("exec", "host", "cat", "/done").status == 1)
        #expect(try box("exec", "host", "touch", "/go").status == 0)
        #expect(Clock.wait { (try? box("exec", "host", "cat", "/done").text) == "done" })
    }

    @Test func itsEndIsNobodysBusiness() throws {
        let box = try box()
        try box.container("host")
        #expect(try box("exec", "-d", "host", "sh", "-c", "exit 3").status == 0)
        #expect(try box("exec", "-d", "host", "no-such-program").status == 127)
        #expect(try box("exec", "-dt", "host", "sleep", "0.1").status == 0)
        #expect(try box("exec", "-d", "nobody", "true").status == 125)
    }

    @Test func everyRight() throws {
        let box = try box()
        try box.container("host")
        func effective(_ flags: String...) throws -> String {
            try box.run(
                ["exec"] + flags + ["host", "sh", "-c", "grep -E 'CapEff|NoNewPrivs|Seccomp:' /proc/self/status"]
            )
            .output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        let plain = try effective()
        #expect(plain.hasSuffix("NoNewPrivs: 1 Seccomp: 2"), "\(plain)")
        let privileged = try effective("--privileged")
        #expect(privileged.hasSuffix("NoNewPrivs: 0 Seccomp: 0"), "\(privileged)")
        #expect(privileged.contains("CapEff: 000001"), "\(privileged)")
        #expect(try box("exec", "--privileged", "host", "hostname", "renamed").status == 0)
        #expect(try box("exec", "host", "hostname").text == "renamed")
    }
}
