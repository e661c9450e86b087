// SPDX-License-Identifier: Apache-2.0
public import Linux

/// The file that says what of a context is left out.
public enum IgnoreFile {
    /// Its name at the root of a context.
    public static let name = ".dockerignore"
    /// More than this is no list of patterns.
    static let limit = 16 << 20

    /// The filter for the context at `root`, called `path` in messages: from `DOCKERFILE.dockerignore` beside the
    /// Dockerfile where there is one, otherwise from `.dockerignore` at the root; without patterns where there is
    /// neither.
    public static func filter(
        root: borrowing Descriptor, path: String, dockerfile: String?
    ) throws(BuildError) -> IgnoreFilter {
        if let dockerfile {
            let name = dockerfile + name
            if let bytes = try contents(name, { () throws(SystemError) in try Descriptor.open(name, flags) }) {
                return try IgnoreFilter(parsing: bytes, name: name)
            }
        }
        let shown = path == "." ? name : "\(path)/\(name)"
        let bytes = try contents(shown) { () throws(SystemError) in try root.open(name, flags, resolve: .container) }
        return try bytes.map { bytes throws(BuildError) in try IgnoreFilter(parsing: bytes, name: shown) }
            ?? IgnoreFilter(patterns: [])
    }

    /// A pipe of that name must not make the build wait.
    private static var flags: OpenFlags { [.readOnly, .nonBlocking, .noControllingTerminal] }

    private static func contents(
        _ name: String, _ open: () throws(SystemError) -> Descriptor
    ) throws(BuildError) -> [UInt8]? {
        do throws(SystemError) {
            let file = try open()
            // A directory of that name says nothing, as for docker.
            guard try file.status().kind == .regular else { return nil }
            let bytes = try file.readAll(limit: limit + 1)
            guard bytes.count <= limit else { throw SystemError("read", .overflow) }
            return bytes
        } catch {
            if error.errno == .noEntry || error.errno == .notDirectory { return nil }
            throw BuildError(.file, "cannot read \(name)", cause: error)
        }
    }
}
