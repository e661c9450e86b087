// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Networks

struct NetworkErrorTests {
    @Test func itSaysWhatWasAttemptedAndWhy() {
        let error = NetworkError(.kernel, "lab", "cannot make the network lab", cause: SystemError("netlink", .exists))
        #expect("\(error)" == "cannot make the network lab: \(SystemError("netlink", .exists))")
    }
}
