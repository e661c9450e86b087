// SPDX-License-Identifier: Apache-2.0
import Builds
import Testing

@Suite struct DirectiveTests {
    private func directives(_ text: String) throws -> [String] {
        try Reading.file(text).directives.map { "\($0.key)=\($0.value)" }
    }

    @Test(
        arguments: [
            ("# syntax=docker/dockerfile:1\nFROM x", ["syntax=docker/dockerfile:1"]),
            (
                "#syntax=docker/dockerfile:1\n#escape=`\n#check=skip=all\nFROM x",
                ["syntax=docker/dockerfile:1", "escape=`", "check=skip=all"]
            ),
            ("#  Check  =  skip=A , B  \nFROM x", ["check=skip=A , B"]),
            ("  # ESCAPE = \\ \nFROM x", ["escape=\\"]),
            // After a blank line, an ordinary comment, an unknown key or an instruction nothing is a directive.
            ("\n# check=skip=all\nFROM x", []), ("# hello\n# check=skip=all\nFROM x", []),
            ("#\n# check=skip=all\nFROM x", []), ("# chekc=x\n# check=skip=all\nFROM x", []),
            ("# check=skip=A\n\n# escape=`\nFROM x", ["check=skip=A"]), ("FROM x\n# check=skip=all", []),
            // No value, or a key that is none.
            ("# check=\nFROM x", []), ("# check skip=all\nFROM x", []), ("# 1check=a\nFROM x", []),
            // A line for the kernel comes first.
            ("#!/usr/bin/env docker\n# check=skip=all\nFROM x", ["check=skip=all"]),
        ] as [(String, [String])]) func `comments at the top with a known key`(text: String, expected: [String]) throws
    {
        #expect(try directives(text) == expected)
    }

    @Test func `a directive has its place`() throws {
        let file = try Reading.file("# syntax=docker/dockerfile:1\n  #check=skip=all  \nFROM x")
        #expect(file.directives.map(\.range) == [Reading.range(1, 1, 29), Reading.range(2, 3, 18)])
    }

    @Test(arguments: [
        "docker/dockerfile", "docker/dockerfile:1", "docker/dockerfile:1.7-labs", "docker/dockerfile:1@sha256:00",
        "docker.io/docker/dockerfile:1", "docker/dockerfile-upstream:master-labs",
        "docker.io/docker/dockerfile-upstream", "dockerfile.v0", "docker/dockerfile:1 --option",
    ]) func `this language has several names`(name: String) throws {
        #expect(try Reading.file("# syntax=\(name)\nFROM x").instructions.count == 1)
        #expect(try DockerfileParser.parse(Array("FROM x".utf8), name: "x", syntax: name).instructions.count == 1)
    }

    @Test(arguments: [
        ("# syntax=example.com/frontend:2\nFROM x", "example.com/frontend:2", 1),
        ("# escape=`\n# syntax=docker/dockerfilex\nFROM x", "docker/dockerfilex", 2),
        ("# syntax=ghcr.io/docker/dockerfile:1\nFROM x", "ghcr.io/docker/dockerfile:1", 1),
        ("// syntax=example.com/x\n{}", "example.com/x", 1), ("{\"syntax\": \"example.com/y\"}", "example.com/y", 1),
    ]) func `another language is refused`(text: String, name: String, line: Int) throws {
        let error = try #require(Reading.error(text))
        #expect(error.code == .foreignSyntax)
        #expect(error.words == "the syntax \(name) is not the one that is built in")
        #expect(error.range.start.line == line)
        #expect(error.buildError.code == .unsupported)
    }

    @Test func `the build argument goes before the directive`() throws {
        let bytes = Array("# syntax=example.com/x\nFROM x".utf8)
        #expect(try DockerfileParser.parse(bytes, name: "x", syntax: "dockerfile.v0").instructions.count == 1)
        #expect(throws: DockerfileError.self) {
            try DockerfileParser.parse(Array("FROM x".utf8), name: "x", syntax: "example.com/x")
        }
        #expect(throws: DockerfileError.self) { try DockerfileParser.parse(bytes, name: "x", syntax: "") }
    }

    @Test(arguments: [
        ("# escape=`\n# ESCAPE=\\\nFROM x", "the directive escape is there twice", 2),
        ("# check=skip=a\n# check=skip=a\nFROM x", "the directive check is there twice", 2),
        ("# syntax=docker/dockerfile\n# syntax=docker/dockerfile\nFROM x", "the directive syntax is there twice", 2),
        ("# escape=x\nFROM x", "x cannot be the escape character", 1),
        ("# escape=``\nFROM x", "`` cannot be the escape character", 1),
    ]) func `a directive that is wrong is an error`(text: String, words: String, line: Int) throws {
        let error = try #require(Reading.error(text))
        #expect(error.code == .directive)
        #expect(error.words == words)
        #expect(error.range.start == SourcePosition(line: line, column: 1))
    }

    @Test func `the escape character is for words, too`() throws {
        let file = try Reading.file("# escape=`\nFROM x\nENV a=b` c d=\\ e=\"`\" f\"\n")
        #expect(
            file.instructions[1].body
                == .env(
                    [
                        .init(key: "a", value: "b` c"), .init(key: "d", value: "\\"),
                        .init(key: "e", value: "\"`\" f\""),
                    ], isLegacy: false))
    }
}
