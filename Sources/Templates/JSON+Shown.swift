// SPDX-License-Identifier: Apache-2.0
internal import OCI

extension JSON? {
    /// As Go prints it: `%v`.
    var shown: String {
        guard let self else { return "<no value>" }
        return self.shown
    }

    /// Whether `if` takes it for true: not false, 0, nothing or empty.
    var isTrue: Bool {
        switch self {
        case nil, .null?: false
        case .bool(let value)?: value
        case .integer(let value)?: value != 0
        case .unsigned(let value)?: value != 0
        case .number(let value)?: value != 0
        case .string(let value)?: !value.isEmpty
        case .array(let elements)?: !elements.isEmpty
        case .object(let members)?: !members.isEmpty
        }
    }
}

extension JSON {
    /// As Go prints it: lists as `[a b]`, maps as `map[a:1 b:2]` by their keys, structs as `{1 2}`.
    var shown: String {
        var text = ""
        show(in: &text)
        return text
    }

    private func show(in text: inout String) {
        switch self {
        case .null: text += "<nil>"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .unsigned(let value): text += String(value)
        case .number(let value): text += Self.shown(value)
        case .string(let value): text += value
        case .array(let elements):
            text += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += " " }
                element.show(in: &text)
            }
            text += "]"
        case .object(let members):
            let isMap = members.isMap
            let shown = isMap ? members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) } : Array(members)
            text += isMap ? "map[" : "{"
            for (index, member) in shown.enumerated() {
                if index > 0 { text += " " }
                if isMap { text += member.key + ":" }
                member.value.show(in: &text)
            }
            text += isMap ? "]" : "}"
        }
    }

    /// Without a fraction where there is none.
    static func shown(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
