// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// One line of a log as ``LogEncoder`` writes it, taken apart.
struct LogLine: Equatable {
    /// What the program wrote, its line end included where it had one.
    var text: [UInt8] = []
    var stream = LogStream.output
    /// As it is written.
    var stamp: ArraySlice<UInt8> = []
    /// The object of what the line repeats; empty for nothing.
    var attributes: ArraySlice<UInt8> = []

    private static let streams: [(stream: LogStream, bytes: [UInt8])] = LogStream.allCases.map {
        ($0, Array("\"stream\":\"\($0.rawValue)\"".utf8))
    }
    private static let attributesKey = Array(",\"attrs\":".utf8)
    private static let timeKey = Array(",\"time\":\"".utf8)

    /// Takes `line` apart, without its line end; false where it is damaged. The buffer of ``text`` is used again.
    mutating func read(_ line: ArraySlice<UInt8>) -> Bool {
        text.removeAll(keepingCapacity: true)
        var rest = line
        guard Self.take(LogEscapes.start, from: &rest), readText(&rest), rest.popFirst() == UInt8(ascii: ","),
            let found = Self.streams.first(where: { rest.starts(with: $0.bytes) })
        else { return false }
        stream = found.stream
        rest = rest.dropFirst(found.bytes.count)
        attributes = []
        if Self.take(Self.attributesKey, from: &rest) {
            guard let length = Self.lengthOfObject(rest) else { return false }
            attributes = rest.prefix(length)
            rest = rest.dropFirst(length)
        }
        guard Self.take(Self.timeKey, from: &rest), rest.suffix(2).elementsEqual([0x22, 0x7D]) else { return false }
        stamp = rest.dropLast(2)
        return true
    }

    /// When it was written; nil where the line has no such time.
    var time: FileTime? { MomentArgument.date(String(decoding: stamp, as: UTF8.self)) }

    /// What it repeats, in the order of its names.
    var details: [(name: String, value: String)] {
        guard let object = (try? JSON(parsing: Array(attributes)))?.object else { return [] }
        return object.map { (name: $0.key, value: $0.value.string ?? "") }.sorted { $0.name < $1.name }
    }

    private static func take(_ bytes: [UInt8], from rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.starts(with: bytes) else { return false }
        rest = rest.dropFirst(bytes.count)
        return true
    }

    /// How long the JSON object is that `bytes` begin with: braces within strings do not count.
    private static func lengthOfObject(_ bytes: ArraySlice<UInt8>) -> Int? {
        var depth = 0
        var isText = false
        var isEscaped = false
        for (place, byte) in bytes.enumerated() {
            if isEscaped {
                isEscaped = false
            } else if isText {
                isEscaped = byte == UInt8(ascii: "\\")
                if byte == UInt8(ascii: "\"") { isText = false }
            } else if byte == UInt8(ascii: "\"") {
                isText = true
            } else if byte == UInt8(ascii: "{") {
                depth += 1
            } else if byte == UInt8(ascii: "}") {
                depth -= 1
                if depth == 0 { return place + 1 }
            }
            if depth == 0 { return nil }
        }
        return nil
    }
}

extension LogLine {
    /// Reads the inside of a JSON string and the quote that ends it.
    private mutating func readText(_ rest: inout ArraySlice<UInt8>) -> Bool {
        while true {
            let plain = Self.lengthOfPlainText(rest)
            text.append(contentsOf: rest.prefix(plain))
            rest = rest.dropFirst(plain)
            guard let byte = rest.popFirst() else { return false }
            if byte == UInt8(ascii: "\"") { return true }
            guard let escape = rest.popFirst() else { return false }
            switch escape {
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape)
            case UInt8(ascii: "u"):
                guard let scalar = Self.scalar(&rest) else { return false }
                text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            default: return false
            }
        }
    }

    private static func lengthOfPlainText(_ bytes: ArraySlice<UInt8>) -> Int {
        let span = bytes.span
        var length = 0
        while length < span.count, span[length] != UInt8(ascii: "\""), span[length] != UInt8(ascii: "\\") {
            length += 1
        }
        return length
    }

    /// The character of `\uXXXX`, or of two of them above the first plane.
    private static func scalar(_ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard let high = unit(&rest) else { return nil }
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard high < 0xDC00, rest.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else { return "\u{FFFD}" }
        var following = rest.dropFirst(2)
        guard let low = unit(&following) else { return nil }
        guard (0xDC00...0xDFFF).contains(low) else { return "\u{FFFD}" }
        rest = following
        return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    }

    private static func unit(_ rest: inout ArraySlice<UInt8>) -> UInt32? {
        let digits = rest.prefix(4)
        guard digits.count == 4, let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16) else {
            return nil
        }
        rest = rest.dropFirst(4)
        return value
    }
}
