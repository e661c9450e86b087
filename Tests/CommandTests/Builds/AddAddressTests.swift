// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `ADD` of what is at an address: fetched by minibox-fetch, and by no program of the machine.
@Suite(
    .commands, .emptyBox,
    .enabled(if: FileManager.default.isExecutableFile(atPath: RegistryBox.program), "needs minibox-fetch"))
struct AddAddressTests {
    private func build(_ box: Box, _ text: String, _ words: String...) throws -> Outcome {
        try box.run(
            ["build", "--progress", "plain", "-t", "added", try box.context("FROM busybox\n" + text)] + words,
            timeout: 60,
            environment: ["MINIBOX_FETCH": RegistryBox.program])
    }

    @Test func itIsFetchedWithItsTime() throws {
        let box = try box()
        let server = try BadServer()
        defer { server.stop() }
        let built = try build(
            box,
            """
            ADD http://\(server.name)/get/a%20b /named
            ADD http://\(server.name)/get/a%20b http://\(server.name)/get/moved /folder/
            ADD --checksum=\(server.digest) http://\(server.name)/get/x?y#z /checked/
            """)
        #expect(built.status == 0, "\(built)")
        let found = try box("run", "--rm", "added", "sh", "-c", "stat -c '%n %a %u %Y %s' /named /folder/* /checked/*")
        let (time, size) = (784_111_777, server.size)
        #expect(
            found.lines
                == ["/named", "/folder/a b", "/folder/moved", "/checked/x"].map { "\($0) 600 0 \(time) \(size)" },
            "\(found)")
        // They are nobody who can do anything: what they say of themselves is who they are.
        #expect(try server.asked().allSatisfy { $0.headers["user-agent"]?.hasPrefix("minibox/") == true })
        #expect(try box.shell("ls \(box.folder)/root/images/staging 2>/dev/null").output.isEmpty)
    }

    @Test func whatIsAnotherFileIsNotTaken() throws {
        let box = try box()
        let server = try BadServer()
        defer { server.stop() }
        let other = "sha256:" + String(repeating: "0", count: 64)
        let refused = try build(box, "ADD --checksum=\(other) http://\(server.name)/get/x /\n")
        #expect(refused.status == 1 && refused.errors.contains("it is another file"), "\(refused)")
    }

    /// The user may name any address; where a server sends on to is another matter.
    @Test(arguments: [("to-metadata", "link-local"), ("to-file", "only http and https")])
    func itGoesNotWhereNoServerMayLead(_ kind: String, _ words: String) throws {
        let box = try box()
        let server = try BadServer()
        defer { server.stop() }
        let refused = try build(box, "ADD http://\(server.name)/get/\(kind) /\n")
        #expect(refused.status == 1 && refused.errors.contains(words), "\(refused)")
    }

    @Test func aContextIsFetchedToo() throws {
        let box = try box()
        let server = try BadServer()
        defer { server.stop() }
        let refused = try box.run(
            ["build", "http://\(server.name)/get/x"], timeout: 60, environment: ["MINIBOX_FETCH": "/nowhere/fetch"])
        #expect(refused.status == 1 && refused.errors.contains("install it beside minibox"), "\(refused)")
        let gone = try box.run(
            ["build", "http://localhost:1/get/x"], timeout: 60, environment: ["MINIBOX_FETCH": RegistryBox.program])
        #expect(gone.status == 1 && gone.errors.contains("connection refused"), "\(gone)")
    }
}
