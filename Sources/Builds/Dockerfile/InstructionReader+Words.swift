// SPDX-License-Identifier: Apache-2.0
internal import OCI

extension InstructionReader {
    /// The arguments as words between white space; at least one.
    mutating func someWords() throws(DockerfileError) -> [ArraySlice<UInt8>] {
        let words = arguments.words()
        guard !words.isEmpty else { throw missing("at least one argument", hint: example) }
        wordRanges = words.map(line.range(of:))
        return words
    }

    /// The rest of the line as one word.
    mutating func oneText() throws(DockerfileError) -> String {
        guard !arguments.isEmpty else { throw missing("an argument", hint: example) }
        wordRanges = [line.range(of: arguments)]
        return arguments.text
    }

    /// A list of paths, as JSON or between white space.
    mutating func volumes() throws(DockerfileError) -> [String] {
        let words =
            if let list = try jsonWords(arguments) {
                list
            } else {
                try someWords().map(\.text)
            }
        guard !words.isEmpty else { throw missing("at least one argument", hint: example) }
        return try words.map { text throws(DockerfileError) in
            let volume = Array(text.utf8)[...].trimmed.text
            guard !volume.isEmpty else {
                throw failure(.arguments, "the path of a volume is empty", at: arguments, hint: example)
            }
            return volume
        }
    }

    /// The words of a JSON array; nil where the text is none. An array of anything but strings is an error.
    func jsonWords(_ text: ArraySlice<UInt8>) throws(DockerfileError) -> [String]? {
        guard text.first == UInt8(ascii: "["), case .array(let elements)? = try? JSON(parsing: Array(text)) else {
            return nil
        }
        return try elements.map { element throws(DockerfileError) in
            guard let word = element.string else {
                throw failure(
                    .arguments, "\(element) is no string, and a JSON array of arguments has only those", at: text,
                    hint: "put each argument between double quotes")
            }
            return word
        }
    }

    /// The words of ENV, LABEL and ARG: white space inside of quotes or behind an escape character is part of a word.
    /// Quotes and escapes stay, except for an escape character at the very end.
    func quotedWords() -> [ArraySlice<UInt8>] {
        let text = arguments
        var words: [ArraySlice<UInt8>] = []
        var start: Int?
        var quote: UInt8?
        var index = text.startIndex
        func add(upTo end: Int) {
            if let begin = start, begin < end { words.append(text[begin..<end]) }
            start = nil
        }
        while index < text.endIndex {
            let byte = text[index]
            let space = quote == nil ? text.whitespaceLength(at: index) : 0
            if space > 0 {
                add(upTo: index)
                index += space
                continue
            }
            if start == nil { start = index }
            if byte == escape, quote != UInt8(ascii: "'") {
                if index + 1 == text.endIndex {
                    add(upTo: index)
                    return words
                }
                index += 2
                continue
            }
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte.isQuote {
                quote = byte
            }
            index += 1
        }
        add(upTo: text.endIndex)
        return words
    }

    mutating func environmentBody() throws(DockerfileError) -> Instruction.Body {
        let (pairs, isLegacy) = try pairs()
        return .env(pairs, isLegacy: isLegacy)
    }

    mutating func labelBody() throws(DockerfileError) -> Instruction.Body {
        let (pairs, isLegacy) = try pairs()
        return .label(pairs, isLegacy: isLegacy)
    }

    /// ENV or LABEL: pairs with `=`, or one pair with white space between key and value.
    private mutating func pairs() throws(DockerfileError) -> ([Instruction.KeyValue], isLegacy: Bool) {
        let words = quotedWords()
        guard let first = words.first else { throw missing("at least one argument", hint: example) }
        guard first.contains(UInt8(ascii: "=")) else {
            let key = arguments.prefix { !$0.separatesWords }
            let value = arguments[key.endIndex...].drop(while: \.separatesWords)
            guard !value.isEmpty else {
                throw failure(
                    .arguments, "\(name) \(key.text) has no value", at: key, hint: "write \(name) \(key.text)=")
            }
            wordRanges = [line.range(of: key), line.range(of: value)]
            return ([Instruction.KeyValue(key: key.text, value: value.text)], true)
        }
        wordRanges = words.map(line.range(of:))
        let pairs = try words.map { word throws(DockerfileError) in
            guard let equals = word.firstIndex(of: UInt8(ascii: "=")) else {
                throw failure(
                    .arguments, "\(word.text) has no =", at: word,
                    hint: word.first == UInt8(ascii: "#")
                        ? "a comment has a line of its own" : "write NAME=VALUE, a value with spaces in quotes")
            }
            try checkName(word[..<equals], of: word)
            return Instruction.KeyValue(key: word[..<equals].text, value: word[(equals + 1)...].text)
        }
        return (pairs, false)
    }

    /// ARG: names, each with a default or without.
    mutating func declarations() throws(DockerfileError) -> [Instruction.ArgumentDeclaration] {
        let words = quotedWords()
        guard !words.isEmpty else { throw missing("at least one argument", hint: example) }
        wordRanges = words.map(line.range(of:))
        return try words.map { word throws(DockerfileError) in
            guard let equals = word.firstIndex(of: UInt8(ascii: "=")) else {
                return Instruction.ArgumentDeclaration(name: word.text, value: nil)
            }
            try checkName(word[..<equals], of: word)
            return Instruction.ArgumentDeclaration(name: word[..<equals].text, value: word[(equals + 1)...].text)
        }
    }

    private func checkName(_ part: ArraySlice<UInt8>, of word: ArraySlice<UInt8>) throws(DockerfileError) {
        if part.isEmpty {
            throw failure(.arguments, "there is no name in front of the =", at: word, hint: "write NAME=VALUE")
        }
    }

    /// The instruction as it may be written.
    var example: String {
        let text =
            switch keyword {
            case .add, .copy: "\(name) SOURCE DESTINATION"
            case .arg: "ARG NAME=DEFAULT"
            case .cmd, .entrypoint: "\(name) [\"PROGRAM\", \"ARGUMENT\"], or \(name) [] for none"
            case .env, .label: "\(name) NAME=VALUE"
            case .expose: "EXPOSE 80/tcp"
            case .from: "FROM IMAGE AS NAME"
            case .healthcheck: "HEALTHCHECK CMD COMMAND, or HEALTHCHECK NONE"
            case .maintainer: "MAINTAINER NAME"
            case .onbuild: "ONBUILD RUN COMMAND"
            case .run: "RUN COMMAND"
            case .shell: "SHELL [\"/bin/sh\", \"-c\"]"
            case .stopSignal: "STOPSIGNAL SIGTERM"
            case .user: "USER NAME:GROUP"
            case .volume: "VOLUME /PATH"
            case .workdir: "WORKDIR /PATH"
            }
        return "write \(text)"
    }
}
