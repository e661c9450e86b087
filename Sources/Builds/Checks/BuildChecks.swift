// SPDX-License-Identifier: Apache-2.0

/// Finds what a Dockerfile probably does not mean. Nothing is looked at but what is given.
public enum BuildChecks {
    private static let checks: [any Check.Type] = [
        StageNameCasing.self, FromAsCasing.self, NoEmptyContinuation.self, ConsistentInstructionCasing.self,
        DuplicateStageName.self, ReservedStageName.self, JSONArgsRecommended.self, MaintainerDeprecated.self,
        UndefinedArgInFrom.self, WorkdirRelativePath.self, UndefinedVar.self, MultipleInstructionsDisallowed.self,
        LegacyKeyValueFormat.self, InvalidBaseImagePlatform.self, RedundantTargetPlatform.self,
        SecretsUsedInArgOrEnv.self, InvalidDefaultArgInFrom.self, FromPlatformFlagConstDisallowed.self,
        CopyIgnoredFile.self, InvalidDefinitionDescription.self, ExposeProtoCasing.self, ExposeInvalidFormat.self,
    ]

    /// Runs each check that the file, or the build argument BUILDKIT_DOCKERFILE_CHECK, does not leave out.
    ///
    /// Throws where `# check=` or the argument says something else than what to check. What a build would fail of, a
    /// variable with a brace missing for one, is for the build to say.
    public static func run(_ file: Dockerfile, _ input: CheckInput) throws(DockerfileError) -> CheckReport {
        let argument = input.arguments.last { $0.name == "BUILDKIT_DOCKERFILE_CHECK" }?.value
        let options = try CheckOptions(file, argument: argument)
        let checked = CheckedDockerfile(file, input)
        var findings: [CheckFinding] = []
        for check in checks where options.includes(check.rule) {
            for finding in check.findings(in: checked) where !isSkipped(finding, in: file) { findings.append(finding) }
        }
        // By place; those of one place stay in the order of the rules.
        let sorted = findings.enumerated().sorted { left, right in
            let (a, b) = (left.element.ranges.first?.start, right.element.ranges.first?.start)
            guard let a, let b, a != b else { return left.offset < right.offset }
            return a < b
        }
        return CheckReport(findings: sorted.map(\.element), areErrors: options.areErrors)
    }

    /// Whether a comment directly above the instruction leaves the rule out.
    private static func isSkipped(_ finding: CheckFinding, in file: Dockerfile) -> Bool {
        guard let place = finding.ranges.first?.start, let index = file.instruction(at: place) else { return false }
        let skipped = file.instructions[index].skippedChecks
        return skipped.contains("all") || skipped.contains(finding.rule.rawValue)
    }
}

/// One check.
protocol Check: SendableMetatype {
    static var rule: CheckRule { get }
    static func findings(in file: CheckedDockerfile) -> [CheckFinding]
}

extension Check {
    static func finding(_ words: String, at range: SourceRange) -> CheckFinding { CheckFinding(rule, words, at: range) }
}
