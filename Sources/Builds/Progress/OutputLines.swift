// SPDX-License-Identifier: Apache-2.0

/// What a step writes, made fit to be shown: whole lines of valid UTF-8 that can do no more to a terminal than colour it.
///
/// Of control characters, tabs stay; a carriage return begins the line anew, as progress bars mean it. Of escape
/// sequences, those that set colours (SGR, ECMA-48 8.3.117) stay where they are wanted, and each line ends without
/// colour and begins with the one that is in force. Chunks may be cut anywhere, also inside of a character or a sequence.
public struct OutputLines: Sendable {
    /// A line that goes on longer than this many bytes is shown as several.
    public static let longestLine = 16384

    private enum State {
        case text
        /// Behind ESC, and behind ESC with intermediate bytes.
        case escape, escapeIntermediate
        /// Behind ESC [.
        case control
        /// In a string that a terminal would take in silence (OSC, DCS, SOS, PM, APC), and behind an ESC in it.
        case string, stringEscape
    }

    private let keepsColors: Bool
    private var state = State.text
    /// The bytes of a character that is not whole yet.
    private var character: [UInt8] = []
    private var parameters: [UInt8] = []
    /// The colours in force, as the sequences that set them.
    private var style: [UInt8] = []
    private var line: [UInt8] = []
    private var isBegun = false
    /// Behind a carriage return: the next character begins the line anew.
    private var hasReturned = false
    private var lines: [[UInt8]] = []

    /// - Parameter keepsColors: whether sequences that set colours stay.
    public init(keepsColors: Bool) { self.keepsColors = keepsColors }

    /// The lines that `bytes` complete, without their ends.
    public mutating func take(_ bytes: [UInt8]) -> [[UInt8]] {
        var rest = bytes[...]
        while let byte = rest.first {
            // Most output is plain letters.
            let plain = state == .text && character.isEmpty ? rest.prefix { (0x20...0x7E).contains($0) } : []
            if plain.isEmpty {
                take(byte)
                rest = rest.dropFirst()
                continue
            }
            begin()
            let fitting = plain.prefix(max(1, Self.longestLine - line.count))
            line += fitting
            breakLongLine()
            rest = rest.dropFirst(fitting.count)
        }
        defer { lines = [] }
        return lines
    }

    /// What is left at the end: a last line without an end, or nil.
    public mutating func end() -> [UInt8]? {
        if !character.isEmpty { appendReplacement() }
        state = .text
        guard isBegun else { return nil }
        finishLine()
        defer { lines = [] }
        return lines.last
    }

    /// The line that has begun and not ended.
    public var begun: [UInt8]? { isBegun ? closed(line) : nil }

    private mutating func take(_ byte: UInt8) {
        // Whatever a sequence was to be, a line's end is one: a stray ESC takes no more than its line away.
        if byte == UInt8(ascii: "\n") {
            if !character.isEmpty { appendReplacement() }
            state = .text
            finishLine()
            return
        }
        switch state {
        case .text: takeText(byte)
        case .escape:
            switch byte {
            case UInt8(ascii: "["):
                parameters = []
                state = .control
            case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
                state = .string
            case 0x1B: break
            case 0x20...0x2F: state = .escapeIntermediate
            default: state = .text
            }
        case .escapeIntermediate: if !(0x20...0x2F).contains(byte) { state = byte == 0x1B ? .escape : .text }
        case .control: takeControl(byte)
        case .string:
            if byte == 0x1B {
                state = .stringEscape
            } else if byte == 0x07 {
                state = .text
            }
        case .stringEscape: state = byte == UInt8(ascii: "\\") ? .text : byte == 0x1B ? .stringEscape : .string
        }
    }

    private mutating func takeControl(_ byte: UInt8) {
        switch byte {
        case 0x1B: state = .escape
        case 0x20...0x3F: if parameters.count <= 64 { parameters.append(byte) }
        case UInt8(ascii: "m"):
            state = .text
            let isPlain = parameters.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: ";")).contains($0) }
            if keepsColors, isPlain, parameters.count <= 64 { setStyle() }
        case 0x40...0x7E: state = .text
        default: break
        }
    }

    private mutating func setStyle() {
        let sequence = [0x1B, UInt8(ascii: "[")] + parameters + [UInt8(ascii: "m")]
        let first = parameters.prefix { $0 != UInt8(ascii: ";") }
        // Nothing and 0 take all back; what follows a 0 counts alone.
        let resets = first.allSatisfy { $0 == UInt8(ascii: "0") }
        if resets && first.count == parameters.count {
            style = []
        } else if resets || style.count + sequence.count > 256 {
            style = sequence
        } else {
            style += sequence
        }
        if isBegun, !hasReturned { line += sequence }
    }

    private mutating func takeText(_ byte: UInt8) {
        if !character.isEmpty {
            guard byte & 0xC0 == 0x80 else {
                appendReplacement()
                takeText(byte)
                return
            }
            character.append(byte)
            finishCharacter()
            return
        }
        switch byte {
        case 0x20...0x7E: append(byte)
        case UInt8(ascii: "\t"): append(byte)
        case UInt8(ascii: "\r"): hasReturned = isBegun
        case 0x1B: state = .escape
        case 0x00...0x1F, 0x7F: break
        case 0xC2...0xF4: character = [byte]
        default:
            character = [byte]
            appendReplacement()
        }
    }

    private mutating func finishCharacter() {
        let length = character[0] < 0xE0 ? 2 : character[0] < 0xF0 ? 3 : 4
        guard character.count == length else { return }
        guard let scalar = String(validating: character, as: UTF8.self)?.unicodeScalars.first else {
            appendReplacement()
            return
        }
        if !Self.isDangerous(scalar) {
            begin()
            line += character
            breakLongLine()
        }
        character = []
    }

    /// Controls beyond ASCII, and those that turn the direction of text around or end a line.
    private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x80...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private mutating func append(_ byte: UInt8) {
        begin()
        line.append(byte)
        breakLongLine()
    }

    private mutating func appendReplacement() {
        character = []
        begin()
        line += [0xEF, 0xBF, 0xBD]
        breakLongLine()
    }

    private mutating func begin() {
        if isBegun, !hasReturned { return }
        hasReturned = false
        isBegun = true
        line = style
    }

    private mutating func breakLongLine() {
        if line.count >= Self.longestLine { finishLine() }
    }

    private mutating func finishLine() {
        lines.append(closed(line))
        line = []
        isBegun = false
        hasReturned = false
    }

    /// A line that leaves no colour behind.
    private func closed(_ line: [UInt8]) -> [UInt8] {
        line.contains(0x1B) ? line + [0x1B, UInt8(ascii: "["), UInt8(ascii: "m")] : line
    }
}
