// SPDX-License-Identifier: Apache-2.0
public import Engine
internal import Words

extension BuildRequest.ContextSource {
    /// Reads the context of a build: a directory, `-`, the URL of an archive or a Dockerfile, or a repository.
    public init(parsing text: String) throws(SyntaxError) {
        guard !text.isEmpty else {
            throw SyntaxError(text, "is no context", "write a directory, a URL, or - for standard input")
        }
        guard text != "-" else {
            self = .standardInput
            return
        }
        switch RemoteSource(text) {
        case .file: self = text.hasPrefix("github.com/") ? .git(text) : .directory(text)
        case .url: self = .url(text)
        case .repository: self = .git(text)
        }
    }

    /// Reads what stands behind `--build-context NAME=`.
    fileprivate init(parsingNamed text: String) throws(SyntaxError) {
        func rest(behind scheme: String) throws(SyntaxError) -> String {
            let rest = String(text.dropFirst(scheme.count))
            guard !rest.isEmpty else { throw SyntaxError(text, "names nothing", "write \(scheme)NAME") }
            return rest
        }
        if text.hasPrefix("docker-image://") {
            self = .image(try rest(behind: "docker-image://"))
        } else if text.hasPrefix("oci-layout://") {
            self = .layout(try rest(behind: "oci-layout://"))
        } else if text.hasPrefix("target:") {
            self = .stage(try rest(behind: "target:"))
        } else if text == "-" {
            throw SyntaxError(
                text, "is standard input, which only the context of the build can be", "write a directory")
        } else {
            try self.init(parsing: text)
        }
    }
}

/// `--build-context NAME=SOURCE`.
public struct NamedContextArgument: Hashable, Sendable {
    public let name: String
    public let source: BuildRequest.ContextSource

    /// Reads a name, and the source behind the first `=`.
    public init(parsing text: String) throws(SyntaxError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw SyntaxError(text, "is no named context", "write NAME=SOURCE, as in docs=./docs")
        }
        name = parts[0]
        source = try BuildRequest.ContextSource(parsingNamed: parts[1])
    }
}

extension BuildRequest.Entitlement {
    /// Reads the value of `--allow`.
    public init(parsing text: String) throws(SyntaxError) {
        guard let right = Self(rawValue: text) else {
            let known = ["network.host", "security.insecure"]
            throw SyntaxError(
                text, "is nothing that can be allowed",
                nearestWord(to: text, among: known).map { "did you mean \($0)?" }
                    ?? "write \(known.joined(separator: " or "))")
        }
        self = right
    }
}

extension BuildRequest {
    /// Reads the value of `--network`: docker's `default` is this machine's.
    public static func network(parsing text: String) throws(SyntaxError) -> NetworkChoice {
        if text == "default" { return try DefaultNetwork.choice() }
        let choice = try NetworkChoice(parsing: text)
        if case .mode(.container) = choice {
            throw SyntaxError(text, "is no network of a build", "write none, host or the name of a network")
        }
        return choice
    }
}
