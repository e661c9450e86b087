// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Each namespace is the container's own unless it was asked to be another's.
@Suite(.commands, .box) struct NamespaceTests {
    @Test(arguments: ["pid", "mnt", "net", "ipc", "uts", "cgroup", "user"])
    func isOfItsOwn(_ kind: String) throws {
        let inside = try box()("run", "--rm", "busybox", "readlink", "/proc/self/ns/\(kind)")
        #expect(inside.status == 0)
        #expect(inside.text.hasPrefix("\(kind):["))
        #expect(try inside.text != FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/\(kind)"))
    }

    @Test func hasTheHostsClocksUnlessItAskedForItsOwn() throws {
        let host = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/time")
        #expect(try box()("run", "--rm", "busybox", "readlink", "/proc/self/ns/time").text == host)
        let own = try box()("run", "--rm", "--timens", "private", "busybox", "readlink", "/proc/self/ns/time")
        #expect(own.status == 0, "\(own)")
        #expect(own.text != host)
    }
}
