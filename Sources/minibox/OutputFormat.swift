// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Linux

/// How a command prints what it found: `--format table` for people, `--format json` for programs.
enum OutputFormat: String, Sendable {
    case table, json

    /// Reads one of the words.
    init(parsing text: String) throws(SyntaxError) {
        if let format = OutputFormat(rawValue: text) {
            self = format
        } else if text.contains("{") {
            throw SyntaxError(text, "is a template", "templates come later: write json or table")
        } else {
            throw SyntaxError(text, "is no format", "write json or table")
        }
    }
}

/// Reads the path of a directory or file of the host that must be absolute.
func absolutePath(_ text: String) throws(SyntaxError) -> String {
    guard text.isRooted else {
        throw SyntaxError(text, "is not an absolute path", "write it from the root on, as in /srv/minibox")
    }
    return text
}

/// Reads a path of the host, relative or absolute.
func nonEmptyPath(_ text: String) throws(SyntaxError) -> String {
    if text.isEmpty { throw SyntaxError(text, "is no path", "write the path of a file") }
    return text
}
