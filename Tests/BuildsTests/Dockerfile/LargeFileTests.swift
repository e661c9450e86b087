// SPDX-License-Identifier: Apache-2.0
import Builds
import Testing

/// Files of a size that nobody writes: time and memory grow with them, and no faster.
@Suite struct LargeFileTests {
    enum Kind: CaseIterable {
        case comments, undefinedVariables, continuations, stages, heredocs, shellHeredocs, pairs, blankLines, names
        case findings, flags

        var text: String {
            switch self {
            case .comments: return String(repeating: "# comment\n", count: 50_000)
            case .undefinedVariables: return String(repeating: "ENV a=$b\n", count: 20_000)
            case .continuations: return "RUN a" + String(repeating: " \\\n b", count: 50_000)
            case .stages: return String(repeating: "FROM scratch AS a\n", count: 10_000)
            case .heredocs:
                let marks = (0..<5_000).map { "<<a\($0) \\\n" }.joined()
                let ends = (0..<5_000).map { "a\($0)\n" }.joined()
                return "COPY \(marks) /d/\n\(ends)"
            case .shellHeredocs:
                let marks = String(repeating: "<<a b \\\n", count: 5_000)
                return "ONBUILD RUN \(marks)c\n" + String(repeating: "x\na\n", count: 5_000)
            case .pairs: return "ENV" + (0..<20_000).map { " \\\n a\($0)=$b\($0)" }.joined()
            case .blankLines: return "RUN a \\\n" + String(repeating: "\n", count: 50_000)
            case .names: return (0..<10_000).map { "ENV a\($0)=\($0)\n" }.joined()
            case .findings: return String(repeating: "MAINTAINER a\n", count: 20_000)
            case .flags: return "COPY" + String(repeating: " \\\n --exclude=a", count: 20_000) + " a b\n"
            }
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: Kind.allCases)
    func `are read and checked in time`(kind: Kind) throws {
        let file = try Reading.file("FROM scratch\n" + kind.text)
        _ = try BuildChecks.run(file, CheckInput())
    }
}
