// SPDX-License-Identifier: Apache-2.0
import Builds
import OCI

/// A Dockerfile is read or refused; an error is shown, places are of the file, and what ONBUILD keeps is read again.
@Sendable func fuzzDockerfile(_ bytes: [UInt8]) {
    do throws(DockerfileError) {
        let file = try DockerfileParser.parse(bytes, name: "Dockerfile")
        expect(!file.instructions.isEmpty, "a file without instructions was read")
        for instruction in file.instructions { check(instruction, in: file.source) }
        check(file)
    } catch {
        check(error.range, in: error.source)
        expect(!error.excerpt.isEmpty && !error.words.isEmpty, "an error says nothing")
        expect(!error.excerpt.unicodeScalars.contains("\u{1B}"), "an error writes an escape character")
    }
    if let text = String(validating: bytes, as: UTF8.self) { _ = try? DockerfileParser.parseInstruction(text) }
}

/// Checks find something or nothing, at places of the file.
private func check(_ file: Dockerfile) {
    var input = CheckInput()
    input.isIgnored = { _ in true }
    input.image = { _ in ImageConfiguration(platform: Platform(os: "linux", architecture: "none"), diffIDs: []) }
    guard let report = try? BuildChecks.run(file, input) else { return }
    for finding in report.findings {
        for range in finding.ranges { check(range, in: file.source) }
        expect(
            !finding.excerpt(in: file.source).unicodeScalars.contains("\u{1B}"), "a finding writes an escape character")
    }
}

private func check(_ instruction: Instruction, in source: DockerfileSource) {
    check(instruction.range, in: source)
    for range in instruction.wordRanges + instruction.flags.map(\.range) { check(range, in: source) }
    if case .onbuild(let text, let inner) = instruction.body {
        check(inner, in: source)
        // The text is read with the usual escape character, and quotes and continuations can mean another thing then;
        // it must be read or refused all the same.
        _ = try? DockerfileParser.parseInstruction(text)
    }
}

private func check(_ range: SourceRange, in source: DockerfileSource) {
    expect(range.start <= range.end, "a place ends before it starts: \(range)")
    expect(range.start.line >= 1 && range.start.column >= 1, "a place is in front of the file: \(range)")
    expect(range.end.line <= max(source.lines.count, 1), "a place is behind the file: \(range)")
}
