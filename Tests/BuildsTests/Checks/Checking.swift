// SPDX-License-Identifier: Apache-2.0
import Builds
import OCI
import Testing

/// What checks find in a text, as `line:start-end words`.
enum Checking {
    static func report(_ text: String, _ input: CheckInput = CheckInput()) throws -> CheckReport {
        try BuildChecks.run(try Reading.file(text), input)
    }

    /// The findings of one rule; an experimental one is asked for.
    static func findings(
        _ rule: CheckRule, _ text: String, _ change: (inout CheckInput) -> Void = { _ in }
    ) throws -> [String] {
        var input = CheckInput()
        if rule.isExperimental { input.arguments = [("BUILDKIT_DOCKERFILE_CHECK", "experimental=all")] }
        change(&input)
        return try report(text, input).findings.filter { $0.rule == rule }.map(line)
    }

    static func line(_ finding: CheckFinding) -> String {
        let range = finding.ranges[0]
        return "\(range.start.line):\(range.start.column)-\(range.end.column) \(finding.words)"
    }

    /// That findings are there with a text, and that each way of skipping them works.
    static func expect(
        _ rule: CheckRule, in text: String, _ expected: [String], location: SourceLocation = #_sourceLocation,
        _ change: (inout CheckInput) -> Void = { _ in }
    ) throws {
        #expect(try findings(rule, text, change) == expected, sourceLocation: location)
        guard !rule.isExperimental, !expected.isEmpty else { return }
        for skip in ["skip=\(rule.rawValue)", "skip=all", "skip=Other, \(rule.rawValue) ;error=true"] {
            let found = try findings(rule, "# check=\(skip)\n" + text, change)
            #expect(found == [], "\(skip)", sourceLocation: location)
            let overridden = try findings(rule, text) { input in
                change(&input)
                input.arguments.append(("BUILDKIT_DOCKERFILE_CHECK", skip))
            }
            #expect(overridden == [], "\(skip) as an argument", sourceLocation: location)
        }
        // A comment above each line skips it there.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for finding in expected {
            guard let number = Int(finding.prefix { $0 != ":" }) else { continue }
            var skipping = lines
            let instruction = try #require(
                try Reading.file(text).instructions.last { $0.range.start.line <= number }?.range.start.line)
            skipping.insert("# check=skip=\(rule.rawValue)", at: instruction - 1)
            if instruction == 1 { skipping.insert("# no directive", at: 0) }
            let count = try findings(rule, skipping.joined(separator: "\n"), change).count
            let others = expected.count { other in
                let line = Int(other.prefix { $0 != ":" }) ?? 0
                let start = (try? Reading.file(text))?.instructions.last { $0.range.start.line <= line }?.range.start
                    .line
                return start != instruction
            }
            #expect(count == others, "skipped above line \(instruction)", sourceLocation: location)
        }
    }

    /// An image that is there, as a base.
    static func image(
        _ environment: [String] = [], shell: [String] = [], onBuild: [String] = [], platform: Platform = .current
    ) -> ImageConfiguration {
        var execution = ImageConfiguration.Execution()
        execution.environment = environment
        execution.shell = shell
        execution.onBuild = onBuild
        return ImageConfiguration(platform: platform, execution: execution, diffIDs: [])
    }
}
