// SPDX-License-Identifier: Apache-2.0

/// `skip=RULE,RULE|all;error=true;experimental=RULE,RULE|all`: the directive `# check=`, or the build argument
/// BUILDKIT_DOCKERFILE_CHECK, which takes its place.
struct CheckOptions: Hashable {
    private(set) var skipsAll = false
    private(set) var skipped: Set<String> = []
    private(set) var takesAllExperimental = false
    private(set) var experimental: Set<String> = []
    private(set) var areErrors = false

    /// That of the file, or of the build argument.
    init(_ file: Dockerfile, argument: String?) throws(DockerfileError) {
        let directive = file.directives.first { $0.key == .check }
        let start = SourcePosition(line: 1, column: 1)
        let text: String
        let place: (range: SourceRange, name: String)
        if let argument {
            text = argument
            place = (SourceRange(start, start), "BUILDKIT_DOCKERFILE_CHECK")
        } else {
            guard let directive else { return }
            text = directive.value
            place = (directive.range, "check")
        }
        for option in text.split(separator: ";") {
            let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(Self.trimmed)
            guard parts.count == 2, take(parts[0], parts[1]) else {
                throw DockerfileError(
                    .directive, "\(place.name) has no option \(Self.trimmed(option))", at: place.range,
                    hint: "write skip=RULE,RULE;error=true;experimental=RULE, or all for each rule", in: file.source)
            }
        }
    }

    private mutating func take(_ key: String, _ value: String) -> Bool {
        let rules = value.split(separator: ",").map(Self.trimmed)
        switch key {
        case "skip":
            if value == "all" { skipsAll = true } else { skipped = Set(rules) }
        case "experimental":
            if value == "all" { takesAllExperimental = true } else { experimental = Set(rules) }
        case "error":
            switch value {
            case "1", "t", "T", "true", "TRUE", "True": areErrors = true
            case "0", "f", "F", "false", "FALSE", "False": areErrors = false
            default: return false
            }
        default: return false
        }
        return true
    }

    /// What is experimental has to be asked for, and is not skipped then.
    func includes(_ rule: CheckRule) -> Bool {
        rule.isExperimental
            ? takesAllExperimental || experimental.contains(rule.rawValue)
            : !skipsAll && !skipped.contains(rule.rawValue)
    }

    private static func trimmed(_ text: some StringProtocol) -> String { Array(text.utf8)[...].trimmed.text }
}
