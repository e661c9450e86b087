// SPDX-License-Identifier: Apache-2.0

/// An instruction's line, cut into keyword, flags and arguments.
struct InstructionHead {
    let keyword: ArraySlice<UInt8>
    /// As they stand, checked by nobody yet.
    private(set) var flags: [RawFlag] = []
    /// Without white space at its ends.
    private(set) var arguments: ArraySlice<UInt8>

    struct RawFlag {
        /// Quotes and escapes taken away: `--name` or `--name=value`.
        var text: String
        var word: ArraySlice<UInt8>
        var isClosed: Bool
    }

    /// Cuts a line, or what follows ONBUILD.
    init(_ line: ArraySlice<UInt8>) {
        let line = line.trimmed
        keyword = line.prefix { !$0.separatesWords }
        arguments = line[keyword.endIndex...].drop(while: \.separatesWords)
        while let flag = nextFlag() {
            if flag.text == "--" { break }
            flags.append(flag)
        }
        arguments = arguments.trimmed
    }

    /// Takes a word that starts with `--` off the arguments. The escape character is `\` whatever the directive says.
    private mutating func nextFlag() -> RawFlag? {
        let line = arguments.trimmedAtStart
        guard line.starts(with: "--".utf8) else { return nil }
        var text: [UInt8] = []
        var quote: UInt8?
        var index = line.startIndex
        while index < line.endIndex {
            let byte = line[index]
            if quote == nil, line.whitespaceLength(at: index) > 0 { break }
            index += 1
            if byte == UInt8(ascii: "\\") {
                guard index < line.endIndex else { break }
                text.append(line[index])
                index += 1
            } else if let open = quote {
                if byte == open { quote = nil } else { text.append(byte) }
            } else if byte.isQuote {
                quote = byte
            } else {
                text.append(byte)
            }
        }
        arguments = line[index...]
        return RawFlag(text: text[...].text, word: line[..<index], isClosed: quote == nil)
    }
}
