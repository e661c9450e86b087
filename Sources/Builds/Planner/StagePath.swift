// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Paths of a Dockerfile, as text: absolute afterwards, and never above the root.
enum StagePath {
    /// `path` from `directory` on, without `.`, `..`, doubled slashes and a slash at its end.
    static func joined(_ directory: String, _ path: String) -> String {
        var parts: [Substring] = []
        let whole = path.isRooted ? path : directory + "/" + path
        for part in whole.pathParts where part != "." {
            if part == ".." {
                _ = parts.popLast()
            } else {
                parts.append(part)
            }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// The same for a destination, where a slash or `.` at the end says that it is a directory.
    static func destination(_ path: String, from directory: String) -> String {
        let result = joined(directory, path)
        let isDirectory = path.isEmpty || path.utf8.last == slash || path.pathParts.last == "."
        return isDirectory && result != "/" ? result + "/" : result
    }

    /// What is behind the last slash.
    static func name(of path: String) -> String {
        path.pathParts.last.map(String.init) ?? "/"
    }

    private static let slash = UInt8(ascii: "/")
}
