// SPDX-License-Identifier: Apache-2.0

/// The lines of a `--label-file`, by docker's rules: `KEY=VALUE`, or `KEY` for an empty value; empty lines and lines that
/// begin with `#` say nothing. Quotes are letters.
public struct LabelFile: Hashable, Sendable {
    /// The lines that say something, in order.
    public let labels: [LabelArgument]

    /// Reads the contents of a file; `name` is for messages.
    public init(parsing contents: [UInt8], name: String) throws(SyntaxError) {
        // The same grammar, in which a name without a value has an empty one.
        let file = try EnvironmentFile(parsing: contents, name: name)
        var labels: [LabelArgument] = []
        for line in file.lines { labels.append(try LabelArgument(parsing: line.description)) }
        self.labels = labels
    }
}
