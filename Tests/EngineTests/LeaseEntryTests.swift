// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Engine

@Suite struct LeaseEntryTests {
    @Test(arguments: [
        ("812", LeaseArgument.process(812)), ("pid:1", .process(1)), ("fd:0", .descriptor(0)),
        ("fd:63", .descriptor(63)),
    ]) func readsOwners(_ text: String, _ expected: LeaseArgument) throws {
        #expect(try LeaseArgument(parsing: text) == expected)
    }

    @Test(arguments: [
        "", "0", "pid:0", "fd:1", "fd:2", "fd:", ":3", "-1", "+1", "3x", "99999999999", "tcp:3", "fd:3:4",
    ])
    func refusesWhatIsNone(_ text: String) {
        #expect(throws: SyntaxError.self) { try LeaseArgument(parsing: text) }
    }

    @Test(arguments: [
        LeaseEntry.command(7, start: 99), .container("ab12"), .volume("data"),
    ]) func isReadAsItWasWritten(_ entry: LeaseEntry) {
        #expect(LeaseEntry(target: entry.target) == entry)
    }

    @Test(arguments: ["", "container", "container a b", "command x 1", "image a", "pipe a"])
    func otherLinksAreNone(_ target: String) { #expect(LeaseEntry(target: target) == nil) }

    @Test func aLinkHasANameThatFits() {
        let long = String(repeating: "v", count: 255)
        let names = ["a", "b"].map { LeaseEntry.volume(long.dropLast() + $0).linkName }
        #expect(names.allSatisfy { $0.utf8.count <= 255 } && names[0] != names[1])
    }
}
