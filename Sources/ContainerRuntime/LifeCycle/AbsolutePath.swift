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

    /// The path as the kernel would walk it in a root without links: absolute, without `.`, `..` or a slash too many. No
    /// second spelling of the kernel's places is taken for another place (CVE-2019-16884).
    static func cleaned(_ path: String) -> String {
        if isClean(path) { return path }
        var parts: [Substring] = []
        for part in path.pathParts where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// Whether nothing of an absolute path is to be taken out: nearly always so, and told without taking it apart.
    private static func isClean(_ path: String) -> Bool {
        let slash = UInt8(ascii: "/")
        let dot = UInt8(ascii: ".")
        var length = 0
        var dots = 0
        var isFirst = true
        for byte in path.utf8 {
            if byte != slash {
                if isFirst { return false }
                length += 1
                if byte == dot { dots += 1 }
                continue
            }
            if !isFirst, length == 0 || (length == dots && length <= 2) { return false }
            (length, dots, isFirst) = (0, 0, false)
        }
        return !isFirst && length > 0 && (length != dots || length > 2)
    }

    /// The path that a flag was given; nil where it was left out, or is empty.
    public static func ofFlag(_ path: String?) throws(RuntimeError) -> String? {
        guard let path, !path.isEmpty else { return nil }
        return try of(path)
    }
}
