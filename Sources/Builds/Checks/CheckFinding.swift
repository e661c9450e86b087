// SPDX-License-Identifier: Apache-2.0

/// Something in a Dockerfile that does what it says and probably not what was meant.
public struct CheckFinding: Hashable, Sendable {
    public var rule: CheckRule
    /// What was found and what to write instead: one line, lower case.
    public var words: String
    /// Where, the most telling place first; one at least.
    public var ranges: [SourceRange]

    public init(_ rule: CheckRule, _ words: String, at ranges: SourceRange...) {
        self.rule = rule
        // They quote the file, which can have anything in it.
        self.words = words.shown
        self.ranges = ranges
    }

    /// The place and the words, and the lines with a caret below the place; for a person.
    public func excerpt(in source: DockerfileSource) -> String {
        let start = SourcePosition(line: 1, column: 1)
        let range = ranges.first ?? SourceRange(start, start)
        return SourceExcerpt(source: source, range: range, words: "\(rule.rawValue): \(words)").description
    }
}

/// What the checks came to.
public struct CheckReport: Hashable, Sendable {
    /// In the order of the file.
    public var findings: [CheckFinding]
    /// Whether a finding ends the build: `error=true`.
    public var areErrors: Bool

    public init(findings: [CheckFinding], areErrors: Bool) {
        self.findings = findings
        self.areErrors = areErrors
    }

    /// Why the build ends, where it does.
    public var error: BuildError? {
        guard areErrors, let first = findings.first else { return nil }
        var rules: [String] = []
        for finding in findings where !rules.contains(finding.rule.rawValue) { rules.append(finding.rule.rawValue) }
        return BuildError(
            .check, "checks found \(rules.joined(separator: ", ")), and error=true makes that an error",
            at: first.ranges.first)
    }
}
