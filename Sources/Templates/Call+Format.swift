// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// A verb of `printf` with its flags: `%-10s`.
private struct Verb {
    var isLeft = false
    var hasPlus = false
    var hasZeros = false
    var isAlternate = false
    var hasSpace = false
    var width = 0
    var precision: Int?
    var letter: Unicode.Scalar = "v"

    /// `text` in the width, with the sign before zeros.
    func padded(_ text: String, isNumber: Bool = false) -> String {
        let missing = width - text.unicodeScalars.count
        if missing <= 0 { return text }
        if isLeft { return text + String(repeating: " ", count: missing) }
        guard hasZeros, isNumber else { return String(repeating: " ", count: missing) + text }
        let sign = text.prefix { "+- ".contains($0) }
        return sign + String(repeating: "0", count: missing) + text.dropFirst(sign.count)
    }
}

extension Call {
    /// `printf`, with the verbs and flags of Go's package fmt that texts, numbers and truth values have.
    func formatted() throws(Problem) -> String {
        guard case .string(let format)?? = arguments.first else { throw wrong("write a format first, as in \"%s\"") }
        var rest = format.unicodeScalars[...]
        var values = arguments.dropFirst()
        var text = ""
        while let scalar = rest.popFirst() {
            guard scalar == "%" else {
                text.unicodeScalars.append(scalar)
                continue
            }
            let verb = try verb(&rest, &values)
            if verb.letter == "%" {
                text += "%"
                continue
            }
            guard let value = values.popFirst() else {
                throw wrong("%\(verb.letter) has no argument: write as many as there are verbs")
            }
            text += try shown(value, verb)
            _ = try bounded(text)
        }
        guard values.isEmpty else {
            throw wrong("it has arguments that no verb shows: write as many as there are verbs")
        }
        return text
    }

    private func verb(
        _ rest: inout Substring.UnicodeScalarView, _ values: inout ArraySlice<JSON?>
    ) throws(Problem) -> Verb {
        var verb = Verb()
        flags: while let flag = rest.first {
            switch flag {
            case "-": verb.isLeft = true
            case "+": verb.hasPlus = true
            case "0": verb.hasZeros = true
            case "#": verb.isAlternate = true
            case " ": verb.hasSpace = true
            default: break flags
            }
            rest.removeFirst()
        }
        verb.width = try count(&rest, &values) ?? 0
        if verb.width < 0 { (verb.isLeft, verb.width) = (true, -verb.width) }
        if rest.first == "." {
            rest.removeFirst()
            verb.precision = max(0, try count(&rest, &values) ?? 0)
        }
        guard let letter = rest.popFirst() else {
            throw wrong("'%' is not followed by a verb: write %s, or %% for a '%'")
        }
        verb.letter = letter
        return verb
    }

    /// Digits, or `*` for an argument.
    private func count(
        _ rest: inout Substring.UnicodeScalarView, _ values: inout ArraySlice<JSON?>
    ) throws(Problem) -> Int? {
        var number: Int?
        if rest.first == "*" {
            rest.removeFirst()
            guard let given = values.popFirst()??.int else { throw wrong("'*' has to be a whole number") }
            number = given
        } else {
            let digits = String(rest.prefix { ("0"..."9").contains($0) })
            rest.removeFirst(digits.utf8.count)
            if !digits.isEmpty { number = Int(digits) ?? .max }
        }
        if let number, !(-10_000...10_000).contains(number) {
            throw wrong("a width of more than 10000: write a smaller one")
        }
        return number
    }

    private func shown(_ value: JSON?, _ verb: Verb) throws(Problem) -> String {
        switch (verb.letter, value) {
        case ("v", let value):
            return verb.padded(value == nil ? "<nil>" : value.shown, isNumber: value?.double != nil)
        case ("s", .string(let text)?):
            let cut = verb.precision.map { String(String.UnicodeScalarView(text.unicodeScalars.prefix($0))) } ?? text
            return verb.padded(cut)
        case ("s", .array?): return verb.padded(value.shown)
        case ("q", .string(let text)?): return verb.padded(JSON.string(text).description)
        case ("t", .bool(let flag)?): return verb.padded(flag ? "true" : "false")
        case ("x", .string(let text)?), ("X", .string(let text)?):
            let digits = text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: verb.letter == "X") }
            return verb.padded(digits.joined())
        case ("f", let value?), ("F", let value?):
            if let number = value.double, let text = Self.decimal(number, digits: verb.precision ?? 6) {
                return verb.padded(signed(text, verb), isNumber: true)
            }
        case ("g", let value?):
            if let number = value.double { return verb.padded(signed(JSON.shown(number), verb), isNumber: true) }
        case ("c", let value?), ("U", let value?):
            if let number = value.uint32, let scalar = Unicode.Scalar(number) {
                let digits = String(number, radix: 16, uppercase: true)
                return verb.padded(
                    verb.letter == "c"
                        ? String(scalar) : "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits)
            }
        case (let letter, let value?):
            let bases: [Unicode.Scalar: (Int, String)] = [
                "d": (10, ""), "x": (16, "0x"), "X": (16, "0X"), "o": (8, "0"), "b": (2, "0b"),
            ]
            if let (base, prefix) = bases[letter] {
                let mark = verb.isAlternate ? prefix : ""
                if let number = value.int64 {
                    let digits = String(number.magnitude, radix: base, uppercase: letter == "X")
                    return verb.padded(signed((number < 0 ? "-" : "") + mark + digits, verb), isNumber: true)
                }
                if let number = value.uint64 {
                    return verb.padded(
                        signed(mark + String(number, radix: base, uppercase: letter == "X"), verb), isNumber: true)
                }
            }
        default: break
        }
        throw wrong("%\(verb.letter) does not show \((value ?? .null).kind): write %v, which shows anything")
    }

    private func signed(_ text: String, _ verb: Verb) -> String {
        if text.hasPrefix("-") { return text }
        return verb.hasPlus ? "+" + text : verb.hasSpace ? " " + text : text
    }

    /// With that many digits behind the point; nil where the number is too large for it.
    private static func decimal(_ number: Double, digits: Int) -> String? {
        guard digits <= 15, number.isFinite else { return nil }
        let scale = (0..<digits).reduce(UInt64(1)) { scale, _ in scale * 10 }
        let scaled = (number.magnitude * Double(scale)).rounded(.toNearestOrEven)
        guard scaled < 1e18 else { return nil }
        let (whole, rest) = UInt64(scaled).quotientAndRemainder(dividingBy: scale)
        let sign = number < 0 ? "-" : ""
        return digits == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(String(scale + rest).dropFirst())"
    }
}
