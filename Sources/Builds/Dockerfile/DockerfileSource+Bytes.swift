// SPDX-License-Identifier: Apache-2.0

/// Where a physical line stands in the bytes of a file.
struct PhysicalLine: Hashable {
    /// Without the byte order mark and without carriage returns and the newline at its end.
    var content: Range<Int>
    /// The end, newline included.
    var end: Int
}

extension DockerfileSource {
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    /// Bytes that a physical line may have, its newline left out.
    static let lineLimit = 65_535

    /// The text of a file; bytes that are no UTF-8 become replacement characters, so that an error can be shown.
    public init(name: String, bytes: [UInt8]) {
        self.init(name: name, lines: Self.split(bytes).map { bytes[$0.content].text })
    }

    /// The lines of a file. Each ends with a newline, in front of which carriage returns do not count, or with the file.
    static func split(_ bytes: [UInt8]) -> [PhysicalLine] {
        var lines: [PhysicalLine] = []
        var start = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
        while start < bytes.count {
            let newline = bytes[start...].firstIndex(of: 0x0A)
            var end = newline ?? bytes.count
            while end > start, bytes[end - 1] == 0x0D { end -= 1 }
            let next = newline.map { $0 + 1 } ?? bytes.count
            lines.append(PhysicalLine(content: start..<end, end: next))
            start = next
        }
        return lines
    }

    /// Throws where the bytes are no text, or a line is too long.
    func check(_ bytes: [UInt8], _ lines: [PhysicalLine]) throws(DockerfileError) {
        for (index, line) in lines.enumerated() {
            if line.content.count > Self.lineLimit {
                throw DockerfileError(
                    .lineTooLong,
                    "the line has \(line.content.count) bytes, more than the \(Self.lineLimit) that one may",
                    at: range(line: index + 1, 1, 2), hint: "continue it on a next line with a \\ at the end", in: self)
            }
            let content = bytes[line.content]
            if let bad = Self.firstBadByte(of: content) {
                // The bytes in front are shown as they are, so that the column is right.
                let column = bad - content.startIndex + 1
                let what = bytes[bad] == 0 ? "a NUL byte" : "byte 0x\(String(bytes[bad], radix: 16, uppercase: true))"
                let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
                throw DockerfileError(
                    .encoding, "\(what) is not UTF-8 text", at: range(line: index + 1, column, column + 1),
                    hint: isUTF16 ? "the file is UTF-16: save it as UTF-8" : "save the file as UTF-8", in: self)
            }
        }
    }

    private func range(line: Int, _ start: Int, _ end: Int) -> SourceRange {
        SourceRange(SourcePosition(line: line, column: start), SourcePosition(line: line, column: end))
    }

    /// The first that is no part of UTF-8, or NUL, which no program takes as an argument.
    private static func firstBadByte(of content: ArraySlice<UInt8>) -> Int? {
        if content.allSatisfy({ $0 < 0x80 && $0 > 0 }) { return nil }
        var parser = Unicode.UTF8.ForwardParser()
        var bytes = content.makeIterator()
        var position = content.startIndex
        while true {
            switch parser.parseScalar(from: &bytes) {
            case .valid(let scalar):
                if scalar.first == 0 { return position }
                position += scalar.count
            case .emptyInput: return nil
            case .error: return position
            }
        }
    }
}
