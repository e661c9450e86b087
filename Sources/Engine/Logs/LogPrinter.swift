// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Lines of a log as `logs` prints them, gathered as long as they are of one stream.
struct LogPrinter {
    private let request: LogRequest
    private var line = LogLine()
    private var stream = LogStream.output
    private var output: [UInt8] = []
    /// How many lines could not be read.
    private(set) var damaged = 0

    init(_ request: LogRequest) { self.request = request }

    /// Takes one line; false where no other is wanted.
    mutating func print(
        _ bytes: ArraySlice<UInt8>, _ write: (LogStream, ArraySlice<UInt8>) throws(SystemError) -> Void
    ) throws(SystemError) -> Bool {
        guard line.read(bytes) else {
            damaged += 1
            return true
        }
        if request.since != nil || request.until != nil {
            guard let time = line.time else {
                damaged += 1
                return true
            }
            if let since = request.since, time < since { return true }
            // What follows may be older: the clock may have been set back.
            if let until = request.until, time > until { return true }
        }
        if line.stream != stream || output.count >= 1 << 16 { try flush(write) }
        stream = line.stream
        if request.showsTimes { appendTime() }
        if request.showsDetails { appendDetails() }
        output.append(contentsOf: line.text)
        return true
    }

    /// Hands over what was gathered.
    mutating func flush(
        _ write: (LogStream, ArraySlice<UInt8>) throws(SystemError) -> Void
    ) throws(SystemError) {
        guard !output.isEmpty else { return }
        try write(stream, output[...])
        output.removeAll(keepingCapacity: true)
    }

    /// The time with all nine digits of its fraction, so that lines stand below each other: Go's `RFC3339NanoFixed`.
    private mutating func appendTime() {
        let time = line.stamp.last == UInt8(ascii: "Z") ? line.stamp.dropLast() : line.stamp
        output.append(contentsOf: time)
        let point = time.firstIndex(of: UInt8(ascii: "."))
        if point == nil { output.append(UInt8(ascii: ".")) }
        let digits = point.map { time.endIndex - $0 - 1 } ?? 0
        for _ in 0..<max(0, 9 - digits) { output.append(UInt8(ascii: "0")) }
        output.append(UInt8(ascii: "Z"))
        output.append(UInt8(ascii: " "))
    }

    /// `name=value,name=value `, each as in the query of an address.
    private mutating func appendDetails() {
        for (place, detail) in line.details.enumerated() {
            if place > 0 { output.append(UInt8(ascii: ",")) }
            appendEscaped(detail.name)
            output.append(UInt8(ascii: "="))
            appendEscaped(detail.value)
        }
        output.append(UInt8(ascii: " "))
    }

    private mutating func appendEscaped(_ text: String) {
        let plain = Array("-_.~".utf8)
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            if byte.isLetter || byte.isDigit || plain.contains(byte) {
                output.append(byte)
            } else if byte == UInt8(ascii: " ") {
                output.append(UInt8(ascii: "+"))
            } else {
                output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }
}
