// SPDX-License-Identifier: Apache-2.0

/// One record of comma-separated values, with the quoting that docker takes over from RFC 4180.
public enum CommaSeparated {
    /// The fields of `text`. A field in double quotes may have commas, and doubled quotes for one.
    public static func fields(of text: String) throws(SyntaxError) -> [String] {
        let comma = UInt8(ascii: ",")
        let quote = UInt8(ascii: "\"")
        var fields: [String] = []
        var rest = text.utf8[...]
        while true {
            var field: [UInt8] = []
            if rest.first == quote {
                rest = rest.dropFirst()
                while true {
                    guard let byte = rest.popFirst() else {
                        throw SyntaxError(text, "has a quote that does not end", "write a second '\"'")
                    }
                    if byte != quote {
                        field.append(byte)
                    } else if rest.first == quote {
                        field.append(quote)
                        rest = rest.dropFirst()
                    } else {
                        break
                    }
                }
                guard rest.isEmpty || rest.first == comma else {
                    throw SyntaxError(text, "goes on behind a quote", "put the whole KEY=VALUE in quotes")
                }
            } else {
                field = Array(rest.prefix { $0 != comma })
                rest = rest.dropFirst(field.count)
                if field.contains(quote) {
                    throw SyntaxError(text, "has a quote inside of a field", "put the whole KEY=VALUE in quotes")
                }
            }
            fields.append(String(decoding: field, as: UTF8.self))
            if rest.popFirst() == nil { return fields }
        }
    }
}
