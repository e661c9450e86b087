// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Templates

/// How a list is printed: `--format`, as docker's lists take it.
enum RowFormat: Sendable {
    /// The columns that the list has by itself.
    case table
    /// A line of JSON each.
    case json
    /// A template, applied to each.
    case template(Template)
    /// Columns that a template with tabs between them makes, below titles.
    case columns(Template)

    /// Reads `table`, `json`, a template, or `table` with a template behind it, in which `\t` and `\n` are a tab and a
    /// line end.
    init(parsing text: String) throws(SyntaxError) {
        let trimmed = text.trimmed
        switch trimmed {
        case "", "table": self = .table
        case "json": self = .json
        case "raw", "pretty":
            throw SyntaxError(text, "is a format that is not supported", "write table, json or a template as {{.Name}}")
        default:
            let isTable = trimmed.hasPrefix("table ") || trimmed.hasPrefix("table\\t")
            let source = (isTable ? String(trimmed.dropFirst(5)).trimmed : trimmed).withEscapes
            let template = try readTemplate(source)
            self = isTable ? .columns(template) : .template(template)
        }
    }
}

/// Reads a template of Go's.
func readTemplate(_ text: String) throws(SyntaxError) -> Template {
    do {
        return try Template(parsing: text)
    } catch {
        throw SyntaxError(text, "is no template", "\(error)")
    }
}

extension String {
    /// Without spaces around it.
    fileprivate var trimmed: String {
        var text = self[...].drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    /// With the two characters `\t` and `\n` as what they stand for.
    fileprivate var withEscapes: String {
        var result: [UInt8] = []
        var bytes = utf8[...]
        while let byte = bytes.popFirst() {
            let next = bytes.first
            if byte == UInt8(ascii: "\\"), next == UInt8(ascii: "t") || next == UInt8(ascii: "n") {
                result.append(next == UInt8(ascii: "t") ? 0x09 : 0x0A)
                bytes.removeFirst()
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
