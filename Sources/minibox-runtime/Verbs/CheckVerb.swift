// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime

/// `check [BUNDLE]`.
enum CheckVerb {
    struct Options: Sendable {
        var bundle: String?
        var configuration: String?
    }

    static let verb = Verb(
        name: "check", group: .host, words: "[BUNDLE]", count: 0...1,
        summary: "Find out whether a container can be made of a bundle here", options: Options(),
        flags: [
            .value("bundle", "b", "DIR", "The bundle (the current directory)") { $0.bundle = $1 },
            .value("config", "f", "FILE", "Another file than the bundle's config.json") { $0.configuration = $1 },
        ], perform: perform)

    private static func perform(
        _ options: Options, _ words: [String], _ session: inout Session
    ) throws(RuntimeError) -> Int32 {
        let bundle = try AbsolutePath.of(words.first ?? options.bundle ?? ".")
        let file = try options.configuration.map { name throws(RuntimeError) in try AbsolutePath.of(name) }
        let problems = try session.runtimeForCgroups().check(bundle: bundle, configuration: file)
        try session.show(problems.map { "\($0)\n" }.joined())
        let errors = problems.count(where: \.isError)
        guard errors == 0 else {
            throw RuntimeError(
                .invalid, "no container can be made of \(bundle): \(errors == 1 ? "1 error" : "\(errors) errors")",
                RuntimeError.Details(phase: "configuration", path: bundle))
        }
        if problems.isEmpty { try session.show("\(bundle): fine\n") }
        return 0
    }
}
