// SPDX-License-Identifier: Apache-2.0
public import Linux
internal import Words

/// `--cap-add` and `--cap-drop`: capabilities by name, with or without `CAP_`, in any case, or `ALL`.
public struct CapabilityArgument: Hashable, Sendable, CustomStringConvertible {
    /// What was named; for `ALL` every capability that has a name.
    public let capabilities: CapabilitySet
    /// Whether `ALL` was written.
    public let isAll: Bool

    /// Reads one name, or several with commas between them.
    public init(parsing text: String) throws(SyntaxError) {
        var capabilities: CapabilitySet = []
        var isAll = false
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            if part.uppercased() == "ALL" {
                isAll = true
                capabilities.formUnion(.named)
            } else if let capability = CapabilitySet(name: part) {
                capabilities.formUnion(capability)
            } else {
                throw Self.unknown(part)
            }
        }
        self.capabilities = capabilities
        self.isAll = isAll
    }

    /// `ALL`, or names with commas between them.
    public var description: String { isAll ? "ALL" : capabilities.memberNames.joined(separator: ",") }

    private static func unknown(_ part: Substring) -> SyntaxError {
        let upper = part.uppercased()
        let short = upper.hasPrefix("CAP_") ? String(upper.dropFirst(4)) : upper
        let near = nearestWord(to: short, among: CapabilitySet.names.map { String($0.dropFirst(4)) } + ["ALL"])
        return SyntaxError(
            part, "is no capability", near.map { "did you mean \($0)?" } ?? "write a name such as NET_ADMIN, or ALL")
    }
}
