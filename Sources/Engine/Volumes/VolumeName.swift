// SPDX-License-Identifier: Apache-2.0

/// What a volume is called: letters, digits, `_`, `.` and `-`, a letter or digit first, two at least.
public struct VolumeName: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let description: String

    /// Reads a name by docker's rule. It also is the name of a directory, and so at most 255 bytes long.
    public init(parsing text: String) throws(SyntaxError) {
        guard let first = text.utf8.first, first.isLetter || first.isDigit, (2...255).contains(text.utf8.count),
            text.utf8.allSatisfy({
                $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
                    || $0 == UInt8(ascii: "-")
            })
        else {
            throw SyntaxError(
                text, "is no name for a volume",
                "write letters, digits, '_', '.' and '-', a letter or digit first, 2 to 255 of them")
        }
        description = text
    }

    /// A name for a volume that nobody named: 64 hexadecimal digits, as docker has them.
    static func anonymous() -> VolumeName { VolumeName(trusted: ContainerStore.newID()) }

    private init(trusted text: String) { description = text }
}
