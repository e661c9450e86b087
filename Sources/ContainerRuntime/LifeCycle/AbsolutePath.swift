// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Paths as they were written, made independent of the current directory.
public enum AbsolutePath {
    /// `path` from the root, without `.`, `..`, doubled slashes or one at the end. Links are not looked at.
    public static func of(_ path: String) throws(RuntimeError) -> String {
        if path.utf8.first == UInt8(ascii: "/") { return cleaned(path) }
        do {
            return cleaned(try CurrentProcess.currentDirectory() + "/" + path)
        } catch {
            throw RuntimeError(.files, "cannot find the current directory", path: path, cause: error)
        }
    }

    private static func cleaned(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.pathParts where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}
