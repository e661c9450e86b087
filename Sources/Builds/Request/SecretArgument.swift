// SPDX-License-Identifier: Apache-2.0
public import Engine

/// `--secret id=ID,src=PATH`, `--secret id=ID,env=NAME`, or `--secret id=ID` for what has that name.
public struct SecretArgument: Hashable, Sendable {
    public let id: String
    /// nil where the id alone is given.
    private let place: BuildRequest.SecretSource.Place?

    /// Reads keys with values, commas between them, by docker's rules: `type=env` makes a name of `src`.
    public init(parsing text: String) throws(SyntaxError) {
        var keys = try ValueKeys(text, CommaSeparated.fields(of: text))
        let type = try keys.take("type")
        guard type == nil || type == "file" || type == "env" else {
            throw SyntaxError(text, "has the unknown type '\(type ?? "")'", "write type=file or type=env")
        }
        guard let id = try keys.take("id") else {
            throw SyntaxError(text, "has no id", "write id=NAME, as RUN --mount=type=secret,id=NAME has it")
        }
        let path = try keys.take("src")
        let variable = try keys.take("env")
        try keys.finish("a secret")
        if path != nil, variable != nil {
            throw SyntaxError(text, "has both a file and a variable", "write src=PATH or env=NAME")
        }
        if type == "file", variable != nil {
            throw SyntaxError(text, "has a variable for type=file", "write type=env")
        }
        self.id = id
        if let variable = variable ?? (type == "env" ? path ?? id : nil) {
            place = .variable(variable)
        } else if let path = path ?? (type == "file" ? id : nil) {
            place = .file(path)
        } else {
            place = nil
        }
    }

    /// Where the secret is. An id alone is a variable's name if there is that variable, and else a file's.
    public func source(isSet: (String) -> Bool) -> BuildRequest.SecretSource {
        BuildRequest.SecretSource(id: id, place: place ?? (isSet(id) ? .variable(id) : .file(id)))
    }
}

extension BuildRequest.AgentSource {
    /// Reads `ID` or `ID=SOCKET`. The id that a mount without one asks for is `default`.
    public init(parsing text: String) throws(SyntaxError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard !parts[0].isEmpty, parts.count == 1 || !parts[1].isEmpty else {
            throw SyntaxError(text, "is no agent", "write default, or ID=SOCKET")
        }
        if parts.count == 2, parts[1].utf8.contains(UInt8(ascii: ",")) {
            throw SyntaxError(
                text, "names several keys", "load them with ssh-add, and write \(parts[0]) or \(parts[0])=SOCKET")
        }
        self.init(id: parts[0], socket: parts.count == 2 ? parts[1] : nil)
    }
}
