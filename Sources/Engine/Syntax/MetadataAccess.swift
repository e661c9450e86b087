// SPDX-License-Identifier: Apache-2.0

/// `--metadata`: whether a container reaches the addresses at which clouds tell a machine its secrets.
public enum MetadataAccess: String, Hashable, Sendable, CustomStringConvertible {
    /// It does, whatever others on its networks may.
    case open
    /// Not, and on no network that lets all do so.
    case closed

    public init(parsing text: String) throws(SyntaxError) {
        guard let access = MetadataAccess(rawValue: text) else {
            throw SyntaxError(text, "is neither open nor closed", "write open or closed")
        }
        self = access
    }

    public var description: String { rawValue }
}
