// SPDX-License-Identifier: Apache-2.0

/// The name of a container, which is also that of its directory.
public struct ContainerID: Hashable, Sendable, CustomStringConvertible {
    public let text: String
    public var description: String { text }

    /// Letters, digits, `_`, `+`, `-` and `.`, the last not at the start: what runc and crun take. Nothing of it can
    /// lead out of a directory, and names of this runtime's own begin with a dot.
    public init(_ text: String) throws(RuntimeError) {
        let bytes = text.utf8
        guard let first = bytes.first, first != UInt8(ascii: "."), bytes.count <= 255,
            bytes.allSatisfy(Self.isAllowed)
        else { throw .invalidID }
        self.text = text
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }
}
