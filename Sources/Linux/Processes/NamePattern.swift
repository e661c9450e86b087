// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// A POSIX extended regular expression that names are held against: regex(7).
@safe public struct NamePattern: ~Copyable {
    private var compiled = unsafe regex_t()

    /// nil where `text` is no such expression: regcomp(3).
    public init?(_ text: String) {
        guard unsafe regcomp(&compiled, text, REG_EXTENDED | Int32(REG_NOSUB)) == 0 else { return nil }
    }

    deinit {
        var mine = unsafe compiled
        unsafe regfree(&mine)
    }

    /// Whether a part of `name` is what the expression says: regexec(3).
    public borrowing func matches(_ name: String) -> Bool {
        var mine = unsafe compiled
        return unsafe regexec(&mine, name, 0, nil, 0) == 0
    }
}
