// SPDX-License-Identifier: Apache-2.0

extension Program {
    /// The words of a line, the program's own first, as a log may show them: without the values of flags that are secret,
    /// and without the names and passwords in addresses, as of `https://NAME:PASSWORD@HOST/`. What belongs to a program
    /// that the line starts is as it was written.
    public func concealingSecrets(in line: [String]) -> [String] {
        var words = line
        var flags = table.outline.flags
        var scanner = LineScanner(flags, endsFlags: true)
        var entries = entries
        for index in words.indices.dropFirst() {
            let word = words[index]
            let isFirst = scanner.arguments.isEmpty
            if let found = scanner.take(word) {
                if let value = found.value, let flag = flags.first(where: { $0.name == found.flag }) {
                    let lead = word.utf8.prefix(word.utf8.count - value.utf8.count)
                    words[index] = String(Substring(lead)) + flag.shown(value)
                }
            } else if isFirst, !scanner.arguments.isEmpty, let entry = Entry.named(word, among: entries) {
                // A command's name: what follows is read by its table, or is the name of one below it.
                entries = entry.destination.below
                var endsFlags = true
                if case .command(let command, _) = entry.destination {
                    let outline = command.outline()
                    (flags, endsFlags) = (outline.flags, outline.endsFlags)
                }
                scanner = LineScanner(flags, endsFlags: endsFlags)
            }
            words[index] = Self.withoutUser(words[index])
        }
        return words
    }

    /// An address without who asks: what is between `://` and the last `@` before the next slash.
    private static func withoutUser(_ word: String) -> String {
        let bytes = Array(word.utf8)
        guard let colon = bytes.indices.first(where: { bytes[$0...].starts(with: "://".utf8) }) else { return word }
        let start = colon + 3
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.endIndex
        guard let at = bytes[start..<end].lastIndex(of: UInt8(ascii: "@")) else { return word }
        return String(decoding: bytes[..<start] + Array("…".utf8) + bytes[at...], as: UTF8.self)
    }
}

extension FlagDeclaration {
    /// A value as a log may show it.
    fileprivate func shown(_ value: String) -> String {
        switch secret {
        case .nothing: return value
        case .everything: return "…"
        case .behindEquals:
            guard let equals = value.utf8.firstIndex(of: UInt8(ascii: "=")) else { return value }
            return value[...equals] + "…"
        }
    }
}
