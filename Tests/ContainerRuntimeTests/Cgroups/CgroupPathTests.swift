// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import ContainerRuntime

@Suite struct CgroupPathTests {
    private func path(_ path: String?, own: String = "/user.slice/session.scope") throws -> String {
        try CgroupPath(path, id: "c1", own: own).description
    }

    @Test func anAbsolutePathIsBelowTheRootOfTheTree() throws {
        #expect(try path("/docker/2f5c") == "/docker/2f5c")
        #expect(try path("//docker///./2f5c/") == "/docker/2f5c")
        #expect(try path(nil) == "/c1")
        #expect(try path("") == "/c1")
    }

    @Test func aRelativePathIsBesideTheCgroupOfThisProcess() throws {
        #expect(try path("pod/c") == "/user.slice/pod/c")
        #expect(try path("pod/c", own: "/") == "/pod/c")
        #expect(try path("pod/c", own: "/../../elsewhere") == "/pod/c", "above the root of the cgroup namespace")
    }

    @Test(arguments: ["/", "//", ".", "/..", "..", "/a/../../b", "../x", "/a/b\n/c", "/a/\u{7f}"])
    func whatIsNoPlaceBelowTheRootIsRefused(_ text: String) {
        let error = #expect(throws: CgroupError.self) { try path(text) }
        #expect(error?.code == .path)
    }

    @Test func theFormOfTheSystemdDriverIsNamed() {
        let error = #expect(throws: CgroupError.self) { try path("system.slice:docker:2f5c") }
        #expect(error?.description.contains("cgroupfs") == true)
    }

    @Test func noTextLeadsAnywhereButDown() {
        let parts = ["", "/", "..", ".", "a", ":", "\u{0}", "../", "/..", "b/..", "é", "\n"]
        for first in parts {
            for second in parts {
                for third in parts {
                    guard let result = try? CgroupPath(first + second + third, id: "c", own: "/x/..") else { continue }
                    #expect(!result.names.isEmpty && result.names.allSatisfy { !["", ".", ".."].contains($0) })
                    #expect(result.names.allSatisfy { !$0.contains("/") && !$0.utf8.contains(0) })
                }
            }
        }
    }

    @Test func theOwnCgroupIsThatOfTheSecondVersion() {
        let hybrid = "4:memory:/user.slice\n1:name=systemd:/x\n0::/user.slice/session-1.scope\n"
        #expect(CgroupPath.own(in: Array(hybrid.utf8)) == "/user.slice/session-1.scope")
        #expect(CgroupPath.own(in: Array("1:cpu:/\n".utf8)) == "/")
    }
}
