// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// Which language a file is of: `# syntax=`.
enum DockerfileSyntax {
    /// Whether a value of `# syntax=`, or of the build argument BUILDKIT_SYNTAX, names the language that is built in:
    /// the image `docker/dockerfile` or `docker/dockerfile-upstream` with any tag, or `dockerfile.v0`.
    static func isBuiltIn(_ value: String) -> Bool {
        let name = value.prefix { $0 != " " && $0 != "\t" }
        if name == "dockerfile.v0" { return true }
        var path = name.prefix { $0 != "@" }
        for registry in ["docker.io/", "index.docker.io/"] where path.hasPrefix(registry) {
            path = path.dropFirst(registry.count)
        }
        path = path.prefix { $0 != ":" }
        return path == "docker/dockerfile" || path == "docker/dockerfile-upstream"
    }

    /// Throws where a directive, a comment `// syntax=` or a JSON file `{"syntax": ...}` names another language.
    static func check(_ lexer: DockerfileLexer) throws(DockerfileError) {
        for directive in lexer.directives where directive.key == .syntax {
            try check(directive.value, at: directive.range, in: lexer.source)
        }
        guard let first = lexer.lines.first else { return }
        let content = lexer.bytes[first.content]
        let start = SourcePosition(line: 1, column: 1)
        let range = SourceRange(start, SourcePosition(line: 1, column: content.count + 1))
        if content.starts(with: "//".utf8), let (key, value) = Dockerfile.Directive.split(content.dropFirst(2)),
            key == .syntax
        {
            try check(value, at: range, in: lexer.source)
        }
        let text = lexer.bytes[first.content.lowerBound...].trimmed
        if text.first == UInt8(ascii: "{"), let document = try? JSON(parsing: Array(text)),
            let value = document["syntax"]?.string
        {
            try check(value, at: range, in: lexer.source)
        }
    }

    static func check(
        _ value: String, at range: SourceRange, in source: DockerfileSource
    ) throws(DockerfileError) {
        guard !isBuiltIn(value) else { return }
        throw DockerfileError(
            .foreignSyntax, "the syntax \(value) is not the one that is built in", at: range,
            hint: "write # syntax=docker/dockerfile:1, or leave it out", in: source)
    }
}
