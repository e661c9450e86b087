// SPDX-License-Identifier: Apache-2.0
public import OCI

/// A template as docker's `--format` takes it: Go's text/template (https://pkg.go.dev/text/template) with docker's
/// functions, over JSON values.
///
/// A field of an object is an error where it is missing, as of a struct, unless the object is like a map: it has keys
/// that are no Go field names, as labels have, or none at all.
public struct Template: Sendable {
    /// A function of the value that the template is applied to, as `.Label "key"` of a row.
    public typealias Method = @Sendable (_ arguments: [JSON]) -> JSON?

    private let source: [UInt8]
    private let nodes: [Node]

    /// Reads a template.
    public init(parsing text: String) throws(TemplateError) {
        source = Array(text.utf8)
        do {
            nodes = try Parser.nodes(of: source)
        } catch {
            throw TemplateError(error, in: source)
        }
    }

    /// The text that the template makes of `value`.
    ///
    /// - Parameters:
    ///   - methods: what is called as a field with arguments, where the value has no such field.
    ///   - json: what `{{json .}}` prints, where Go's names of the fields differ from those that it writes; nil for the
    ///     value.
    public func text(
        of value: JSON, methods: [String: Method] = [:], json: JSON? = nil
    ) throws(TemplateError) -> String {
        var evaluator = Evaluator(root: value, methods: methods, json: json ?? value)
        do {
            try evaluator.perform(nodes)
        } catch {
            throw TemplateError(error, in: source)
        }
        return String(decoding: evaluator.output, as: UTF8.self)
    }
}
