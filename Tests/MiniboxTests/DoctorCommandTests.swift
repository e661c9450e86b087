// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Engine
@testable import minibox

@Suite struct DoctorCommandTests {
    @Test func whatIsNotWellIsExplainedBelowTheTable() {
        let text = DoctorCommand.text(of: [
            Finding("kernel", "Linux 6.1"),
            Finding("cgroup.kill", .degraded, "the kernel has none", costs: "slow ends", remedy: "boot Linux 5.14"),
        ])
        #expect(
            text == """
                WHAT          STATE      THIS HOST
                kernel        ok         Linux 6.1
                cgroup.kill   degraded   the kernel has none

                cgroup.kill: degraded
                    cost:   slow ends
                    remedy: boot Linux 5.14

                """)
    }
}
