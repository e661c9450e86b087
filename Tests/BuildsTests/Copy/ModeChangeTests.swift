// SPDX-License-Identifier: Apache-2.0
import Builds
import Testing

@Suite struct ModeChangeTests {
    struct Case: CustomTestStringConvertible {
        var text: String
        var before: UInt32
        var after: UInt32
        var isDirectory = false
        var testDescription: String {
            "\(text) of \(String(before, radix: 8))\(isDirectory ? " (directory)" : "")"
        }
    }

    static let changes: [Case] = [
        // Digits replace everything.
        Case(text: "644", before: 0o4777, after: 0o644), Case(text: "0755", before: 0, after: 0o755),
        Case(text: "7421", before: 0, after: 0o7421), Case(text: "0", before: 0o777, after: 0),
        // Who, with each operator.
        Case(text: "u+r", before: 0, after: 0o400), Case(text: "g+w", before: 0, after: 0o020),
        Case(text: "o+x", before: 0, after: 0o001), Case(text: "a+r", before: 0, after: 0o444),
        Case(text: "+x", before: 0o644, after: 0o755), Case(text: "+w", before: 0o444, after: 0o666),
        Case(text: "go-w", before: 0o777, after: 0o755), Case(text: "-r", before: 0o777, after: 0o333),
        Case(text: "u=rw", before: 0o777, after: 0o677), Case(text: "u=", before: 0o777, after: 0o077),
        Case(text: "=", before: 0o777, after: 0), Case(text: "=rw", before: 0o777, after: 0o666),
        Case(text: "+", before: 0o421, after: 0o421), Case(text: "-", before: 0o421, after: 0o421),
        // Several clauses, and several operators in one.
        Case(text: "a=r,ug=rw,u+x", before: 0, after: 0o764), Case(text: "u=rwx,go=rx", before: 0, after: 0o755),
        Case(text: "u+r-w", before: 0o200, after: 0o400), Case(text: "u=rwx,go=u-w", before: 0, after: 0o755),
        // X: directories, and files that somebody could run before.
        Case(text: "u=rwX,go=rX", before: 0o600, after: 0o644),
        Case(text: "u=rwX,go=rX", before: 0o700, after: 0o755),
        Case(text: "u=rwX,go=rX", before: 0o700, after: 0o755, isDirectory: true),
        Case(text: "u=rwX,go=rX", before: 0, after: 0o755, isDirectory: true),
        Case(text: "u+X", before: 0, after: 0), Case(text: "u+X", before: 0o001, after: 0o101),
        Case(text: "+X", before: 0o010, after: 0o111), Case(text: "+X", before: 0, after: 0o111, isDirectory: true),
        // What counts is what it was before the first change.
        Case(text: "a-x,a+X", before: 0o755, after: 0o755), Case(text: "u+x,g+X", before: 0o600, after: 0o700),
        Case(text: "a-X", before: 0o755, after: 0o644),
        // Copies.
        Case(text: "g=u", before: 0o640, after: 0o660), Case(text: "u=g", before: 0o742, after: 0o442),
        Case(text: "g=g", before: 0o070, after: 0o070), Case(text: "o+u", before: 0o700, after: 0o707),
        Case(text: "u-g", before: 0o750, after: 0o250), Case(text: "u=g-w", before: 0o772, after: 0o572),
        Case(text: "u+go", before: 0o021, after: 0o321), Case(text: "=u", before: 0o740, after: 0o777),
        Case(text: "go=u-w", before: 0o670, after: 0o644),
        // Set-id bits and the sticky one.
        Case(text: "u+s", before: 0o755, after: 0o4755), Case(text: "g+s", before: 0o755, after: 0o2755),
        Case(text: "+s", before: 0, after: 0o6000), Case(text: "o+s", before: 0o755, after: 0o755),
        Case(text: "-s", before: 0o6777, after: 0o777), Case(text: "u=rwx", before: 0o4700, after: 0o700),
        Case(text: "+t", before: 0o777, after: 0o1777), Case(text: "-t", before: 0o1777, after: 0o777),
        Case(text: "o+t", before: 0o777, after: 0o777), Case(text: "a=rwx", before: 0o1000, after: 0o1777),
    ]

    @Test(arguments: changes) func `a change gives these bits`(_ change: Case) throws {
        let result = try ModeChange(change.text).applied(to: change.before, isDirectory: change.isDirectory)
        #expect(result == change.after, "\(String(result, radix: 8))")
    }

    @Test(arguments: [
        "", "8", "9", "17777", "01000000000000000007777", ",", "u", "go", "q+r", "u+q", "u=rw,", ",u=rw", "u+r,,g+r",
        "0o755", "+755", "u rw", "rw", "75x",
    ])
    func `what is no mode is refused`(_ text: String) {
        #expect(throws: BuildError.self) { try ModeChange(text) }
    }

    @Test func `the message says what to write`() {
        #expect {
            try ModeChange("rwx")
        } throws: {
            "\($0)" == "--chmod=rwx is no mode: write octal digits up to 7777, or changes such as u=rwX,go=rX"
        }
    }

    @Test func `digits are told from changes`() throws {
        #expect(try ModeChange("0750").octal == 0o750)
        #expect(try ModeChange("u=rwx,g=rx,o=").octal == nil)
    }

    @Test func `the bits of a kind do not matter and do not come back`() throws {
        #expect(try ModeChange("+x").applied(to: 0o100644, isDirectory: false) == 0o755)
    }
}
