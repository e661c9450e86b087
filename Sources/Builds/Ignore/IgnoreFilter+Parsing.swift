// SPDX-License-Identifier: Apache-2.0

extension IgnoreFilter {
    /// Reads the lines of a `.dockerignore`, called `name` in messages.
    ///
    /// A byte order mark in front is no part of it. `#` in the first column makes a comment. White space around a
    /// pattern, and behind its `!`, means nothing; nor does a slash in front.
    public init(parsing bytes: [UInt8], name: String) throws(BuildError) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: mark) ? bytes[mark.count...] : bytes[...]
        var patterns: [Pattern] = []
        var number = 0
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            if line.first == UInt8(ascii: "#") { continue }
            do {
                if let pattern = try Self.pattern(line, isRooted: true) { patterns.append(pattern) }
            } catch {
                throw BuildError(.syntax, "\(name):\(number): \(error.words)")
            }
        }
        self.init(patterns: patterns)
    }

    /// Reads the values of `--exclude`, patterns below the source that is copied.
    public init(excluding values: [String]) throws(BuildError) {
        var patterns: [Pattern] = []
        for value in values {
            do {
                if let pattern = try Self.pattern(Array(value.utf8)[...], isRooted: false) { patterns.append(pattern) }
            } catch {
                throw BuildError(.syntax, "--exclude=\(value): \(error.words)")
            }
        }
        self.init(patterns: patterns)
    }

    /// One pattern, or nil where there is nothing but white space. A slash in front is taken away where `isRooted`.
    private static func pattern(_ line: ArraySlice<UInt8>, isRooted: Bool) throws(BuildError) -> Pattern? {
        guard let text = String(validating: line, as: UTF8.self) else {
            throw BuildError(.syntax, "the line is not UTF-8: save the file as UTF-8")
        }
        var trimmed = trim(text[...])
        guard !trimmed.isEmpty else { return nil }
        let isException = trimmed.utf8.first == UInt8(ascii: "!")
        if isException { trimmed = trim(trimmed.dropFirst()) }
        guard !trimmed.isEmpty else {
            throw BuildError(.syntax, "\"!\" takes nothing back in: write the pattern behind it, as in !keep.txt")
        }
        var cleaned = LexicalPath.cleaned(trimmed.utf8)
        if isRooted, cleaned.count > 1, cleaned[0] == LexicalPath.slash { cleaned.removeFirst() }
        // Whether it can be compiled, before anything is matched.
        _ = try PathPattern(cleaned)
        return Pattern(text: String(decoding: cleaned, as: UTF8.self), isException: isException)
    }

    private static func trim(_ text: Substring) -> Substring {
        var scalars = text.unicodeScalars
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return Substring(scalars)
    }
}
