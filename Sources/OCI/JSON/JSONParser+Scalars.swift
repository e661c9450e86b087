// SPDX-License-Identifier: Apache-2.0

extension JSONParser {
    /// The string that starts at the quote at the position.
    mutating func string() throws(JSONError) -> String {
        let start = position + 1
        var stop = start
        var seen: UInt8 = 0
        while stop < end {
            let byte = bytes[stop]
            switch byte {
            case UInt8(ascii: "\""):
                position = stop + 1
                // Nearly all strings are ASCII, where nothing has to be validated.
                if seen < 0x80 { return String(decoding: bytes[start..<stop], as: UTF8.self) }
                return try text(bytes[start..<stop], from: start)
            case UInt8(ascii: "\\"): return try escapedString(from: start, plainUntil: stop)
            case 0..<0x20: throw failure(.controlCharacter(byte), at: stop)
            default:
                seen |= byte
                stop += 1
            }
        }
        throw failure(.unexpectedEnd, at: stop)
    }

    private func text(_ slice: ArraySlice<UInt8>, from start: Int) throws(JSONError) -> String {
        guard let result = String(validating: slice, as: UTF8.self) else { throw failure(.notUTF8, at: start) }
        return result
    }

    private mutating func escapedString(from start: Int, plainUntil stop: Int) throws(JSONError) -> String {
        var result = Array(bytes[start..<stop])
        position = stop
        while position < end {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return try text(result[...], from: start)
            case UInt8(ascii: "\\"): try escape(into: &result)
            case 0..<0x20: throw failure(.controlCharacter(byte))
            default:
                result.append(byte)
                position += 1
            }
        }
        throw failure(.unexpectedEnd)
    }

    private mutating func escape(into result: inout [UInt8]) throws(JSONError) {
        let start = position
        guard position + 1 < end else { throw failure(.unexpectedEnd, at: end) }
        position += 2
        switch bytes[start + 1] {
        case UInt8(ascii: "\""): result.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): result.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): result.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "u"):
            let first = try hexadecimal(escape: start)
            var value = UInt32(first)
            if UTF16.isLeadSurrogate(first) {
                guard position + 1 < end, bytes[position] == UInt8(ascii: "\\"),
                    bytes[position + 1] == UInt8(ascii: "u")
                else { throw failure(.loneSurrogate, at: start) }
                position += 2
                let second = try hexadecimal(escape: start)
                guard UTF16.isTrailSurrogate(second) else { throw failure(.loneSurrogate, at: start) }
                value = 0x10000 + (UInt32(first) & 0x3FF) << 10 + UInt32(second) & 0x3FF
            }
            guard let scalar = Unicode.Scalar(value) else { throw failure(.loneSurrogate, at: start) }
            result.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
        default: throw failure(.badEscape, at: start)
        }
    }

    private mutating func hexadecimal(escape start: Int) throws(JSONError) -> UInt16 {
        guard position + 4 <= end else { throw failure(.unexpectedEnd, at: end) }
        var value: UInt16 = 0
        for byte in bytes[position..<position + 4] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt16(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt16(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt16(byte - UInt8(ascii: "A") + 10)
            default: throw failure(.badEscape, at: start)
            }
        }
        position += 4
        return value
    }

    /// The number that starts at the position: a whole one stays exact where 64 bits hold it.
    mutating func number() throws(JSONError) -> JSON {
        let start = position
        let isNegative = bytes[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let digits = position
        var magnitude: UInt64 = 0
        var fits = true
        while let digit = digitHere() {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(digit)
            if overflow || carry { fits = false }
            magnitude = sum
            position += 1
        }
        guard position > digits, position == digits + 1 || bytes[digits] != UInt8(ascii: "0") else {
            throw failure(.badNumber, at: start)
        }
        var isWhole = true
        if position < end, bytes[position] == UInt8(ascii: ".") {
            isWhole = false
            position += 1
            try digitRun(from: start)
        }
        if position < end, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            position += 1
            if position < end, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            try digitRun(from: start)
        }
        if isWhole, fits {
            if !isNegative { return JSON(magnitude) }
            // Minus zero is a number of its own only in floating point.
            if magnitude > 0, magnitude <= Int64.min.magnitude {
                return .integer(Int64(truncatingIfNeeded: 0 &- magnitude))
            }
        }
        guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)), value.isFinite else {
            throw failure(.numberOutOfRange, at: start)
        }
        return .number(value)
    }

    @inline(__always)
    private func digitHere() -> UInt64? {
        guard position < end else { return nil }
        let digit = bytes[position] &- UInt8(ascii: "0")
        return digit < 10 ? UInt64(digit) : nil
    }

    private mutating func digitRun(from start: Int) throws(JSONError) {
        guard digitHere() != nil else { throw failure(.badNumber, at: start) }
        while digitHere() != nil { position += 1 }
    }
}
