// SPDX-License-Identifier: Apache-2.0

/// An object of a document that is kept as it was written, and read only when somebody needs to know what is in it.
///
/// Two are equal when their bytes are.
public struct RawJSON: Hashable, Sendable {
    private let document: [UInt8]
    private let range: Range<Int>

    init(document: [UInt8], range: Range<Int>) {
        self.document = document
        self.range = range
    }

    /// An object that was never written.
    public init(_ json: JSON) {
        document = json.bytes()
        range = document.indices
    }

    /// As it was written, from its first brace to its last.
    public var bytes: ArraySlice<UInt8> { document[range] }

    /// What it holds. A place in the error counts from the start of the document that it was in.
    public func json() throws(JSONError) -> JSON {
        var parser = JSONParser(document, in: range)
        return try parser.document()
    }

    public static func == (left: Self, right: Self) -> Bool { left.bytes == right.bytes }

    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
