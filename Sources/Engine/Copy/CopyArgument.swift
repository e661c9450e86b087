// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// One side of `cp`: a place in a container, one of the host's, or a tar archive at a standard stream.
public enum CopyArgument: Hashable, Sendable {
    case container(String, path: String)
    case host(String)
    /// `-`
    case stream

    /// Reads `CONTAINER:PATH`, `PATH` or `-`, as docker does: a path with a colon in it is written with `/` or `./`
    /// before it.
    public init(parsing text: String) throws(SyntaxError) {
        if text == "-" {
            self = .stream
            return
        }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if text.isRooted || text.hasPrefix(".") || parts.count == 1 {
            guard !text.isEmpty else { throw SyntaxError(text, "is no place", "write CONTAINER:PATH, PATH or -") }
            self = .host(text)
            return
        }
        guard !parts[0].isEmpty, !parts[1].isEmpty else {
            throw SyntaxError(text, "names no \(parts[0].isEmpty ? "container" : "path")", "write CONTAINER:PATH")
        }
        self = .container(parts[0], path: parts[1])
    }
}

/// What a user asks of `cp`.
public struct CopyRequest: Sendable {
    public var source = CopyArgument.stream
    public var destination = CopyArgument.stream
    /// Keep who owns what; otherwise all belongs to whoever is root where it goes.
    public var keepsOwners = false
    /// Copy what a link leads to, where SOURCE is one.
    public var followsLink = false
    public init() {}
}
