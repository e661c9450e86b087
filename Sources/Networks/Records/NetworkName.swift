// SPDX-License-Identifier: Apache-2.0

/// What a network may be called: docker's `[a-zA-Z0-9][a-zA-Z0-9_.-]*`, of at most 128 characters.
public struct NetworkName: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    /// The network that is there without being made.
    public static let bridge = NetworkName(known: "bridge")

    private init(known text: String) { description = text }

    /// Reads a name.
    public init(_ text: String) throws(NetworkError) {
        func isPlain(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        let marks = [UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-")]
        guard let first = text.utf8.first, isPlain(first), text.utf8.count <= 128,
            text.utf8.allSatisfy({ isPlain($0) || marks.contains($0) })
        else {
            throw NetworkError(
                .invalid, text,
                "\"\(text)\" is no name of a network: write letters, digits, \"_\", \".\" and \"-\", and begin with a letter "
                    + "or digit")
        }
        guard !["host", "none", "default", "container"].contains(text) else {
            throw NetworkError(.invalid, text, "the name \(text) has another meaning for --network: take another one")
        }
        description = text
    }
}
