// SPDX-License-Identifier: Apache-2.0
internal import OCI
internal import Templates

/// What a list shows of one thing, under docker's names: its fields as texts, and its labels for `.Label "KEY"`.
struct Row: Sendable {
    var fields: JSON.Object
    /// An object of texts.
    var labels: JSON

    init(_ fields: [(String, String)], labels: JSON = .object(JSON.Object())) {
        self.fields = JSON.Object(fields.map { ($0.0, .string($0.1)) })
        self.labels = labels
    }

    /// The field as a text; empty where there is none.
    subscript(field: String) -> String { fields[field]?.string ?? "" }

    /// By the names of the fields, as docker writes it.
    var json: JSON { .object(JSON.Object(fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })) }

    /// What a template can call besides.
    var methods: [String: Template.Method] {
        let labels = labels
        return [
            "Label": { arguments in
                guard arguments.count == 1, let key = arguments[0].string else { return nil }
                return labels[key] ?? ""
            }
        ]
    }
}

extension JSON {
    /// Labels as a list shows them: `a=b,c=d`, by their keys.
    var labelText: String {
        (object ?? JSON.Object()).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.string ?? "")" }
            .joined(separator: ",")
    }
}
