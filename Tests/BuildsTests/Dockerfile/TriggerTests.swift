// SPDX-License-Identifier: Apache-2.0
import Builds
import Testing

/// ONBUILD, and its texts in the configurations of images.
@Suite struct TriggerTests {
    private func trigger(_ text: String) throws -> (text: String, Instruction) {
        guard case .onbuild(let text, let inner) = try Reading.body(text) else { throw CancellationError() }
        return (text, inner)
    }

    @Test(arguments: [
        ("ONBUILD RUN make", "RUN make"), ("onbuild  copy  --from=a  b \\\n  c", "copy  --from=a  b   c"),
        ("ONBUILD CMD [\"a\"]", "CMD [\"a\"]"),
        ("ONBUILD RUN <<A\necho $x\nA", "RUN <<A\necho $x\nA"),
        ("ONBUILD COPY <<a <<-'b' /d/\n1\na\n\t2\n\tb", "COPY <<a <<-'b' /d/\n1\na\n\t2\nb"),
    ]) func `keeps the text, here-documents behind it`(line: String, expected: String) throws {
        #expect(try trigger(line).text == expected)
    }

    @Test func `reads the instruction, at its place`() throws {
        let (_, inner) = try trigger("ONBUILD RUN --network=none \\\n <<A cat\n1\nA")
        #expect(inner.keyword == "RUN")
        #expect(inner.flags.map(\.range) == [Reading.range(2, 13, 27)])
        #expect(inner.body == .run(.init(command: .form(.shell("<<A cat\n1\nA")), network: "none")))
        #expect(inner.range == SourceRange(.init(line: 2, column: 9), .init(line: 5, column: 2)))
    }

    @Test(arguments: [
        ("ONBUILD ONBUILD RUN a", "ONBUILD cannot put off ONBUILD", DockerfileError.Code.trigger, 9, 16),
        ("ONBUILD from a", "ONBUILD cannot put off FROM", .trigger, 9, 13),
        ("ONBUILD MAINTAINER a", "ONBUILD cannot put off MAINTAINER", .trigger, 9, 19),
        ("ONBUILD RNU a", "unknown instruction RNU", .unknownInstruction, 9, 12),
        ("ONBUILD ENV a", "ENV a has no value", .arguments, 13, 14),
    ]) func `an instruction that cannot be put off is an error`(
        line: String, words: String, code: DockerfileError.Code, start: Int, end: Int
    ) throws {
        let error = try #require(Reading.error("FROM x\n" + line))
        #expect(error.code == code)
        #expect(error.words == words)
        #expect(error.range == Reading.range(2, start, end))
    }

    @Test func `the text in a configuration is read again`() throws {
        for line in [
            "ONBUILD RUN make", "ONBUILD COPY --chmod=644 <<a <<-'b' /d/\n1\na\n\t2\n\tb",
            "ONBUILD RUN --mount=type=tmpfs,target=/t <<A\n# kept\n  \\\nA",
        ] {
            let (text, inner) = try trigger(line)
            let again = try DockerfileParser.parseInstruction(text)
            #expect(again.text == inner.text)
            #expect(again.heredocs.map(\.contents) == inner.heredocs.map(\.contents))
            #expect(again.original == inner.original)
        }
    }

    private func error(_ text: String) -> DockerfileError? {
        do throws(DockerfileError) {
            _ = try DockerfileParser.parseInstruction(text, name: "ONBUILD of alpine")
            return nil
        } catch {
            return error
        }
    }

    @Test func `a text that is no single instruction is an error`() throws {
        #expect(error("")?.code == .empty)
        #expect(error("# escape=`\n")?.code == .empty)
        #expect(error("RUN a\nRUN b")?.words == "a trigger is one instruction, and this is a second")
        #expect(error("FROM a")?.code == .trigger)
        #expect(error("ONBUILD RUN a")?.code == .trigger)
        #expect(error("ENV a")?.description.hasPrefix("ONBUILD of alpine:1:5: ENV a has no value") == true)
    }
}
