// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

@testable import Engine

@Suite struct DoctorFetchTests {
    private func finding(_ answer: String) -> Finding {
        Doctor.finding("fetching", "/x/minibox-fetch", try? JSON(parsing: answer))
    }

    @Test func whatTheProgramSaysOfItself() {
        let whole = finding(#"{"landlock":6,"filter":true}"#)
        #expect(whole.level == .ok && whole.found == "as nobody, Landlock (version 6), a filter of system calls")
        let open = finding(#"{"landlock":null,"filter":true}"#)
        #expect(open.level == .degraded && open.found.contains("no Landlock") && open.remedy.contains("lsm="))
        let loose = finding(#"{"landlock":1,"filter":false}"#)
        #expect(loose.level == .degraded && loose.found.contains("no filter"))
        for answer in ["", "{}", "minibox-fetch is started by minibox", #"{"filter":1}"#] {
            #expect(finding(answer).level == .degraded && finding(answer).found.contains("is no minibox-fetch"))
        }
    }
}
