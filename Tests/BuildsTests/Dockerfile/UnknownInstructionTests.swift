// SPDX-License-Identifier: Apache-2.0
import Builds
import Testing

@Suite struct UnknownInstructionTests {
    @Test(arguments: [
        ("FORM x", "FROM"), ("FROM x\nrun x\nCOPYY a b", "COPY"), ("FROM x\n  entrypiont [\"a\"]", "ENTRYPOINT"),
    ]) func `names the nearest`(text: String, near: String) throws {
        let error = try #require(Reading.error(text))
        #expect(error.code == .unknownInstruction)
        #expect(error.hint == "did you mean \(near)?")
    }

    @Test func `has no hint where nothing is near`() throws {
        #expect(Reading.error("FROM x\nxyzzy a")?.hint == nil)
    }

    @Test func `is shown with its line and a caret`() throws {
        #expect(
            Reading.error("FROM x\n\n  FORM y")?.excerpt == """
                Dockerfile:3:3: unknown instruction FORM
                3 |   FORM y
                  |   ^^^^
                  = did you mean FROM?
                """)
    }

    @Test func `a space that is none of ASCII's is pointed out`() throws {
        let error = try #require(Reading.error("FROM x\nRUN\u{A0}make"))
        #expect(error.words == "a space of Unicode (U+A0) stands in an instruction's name")
        #expect(error.range == Reading.range(2, 1, 10))
    }
}
