// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What ADD has downloaded.
public struct FetchedFile: ~Copyable {
    /// The last part of the address, or `__unnamed__`.
    public let name: FileName
    /// Open for reading, at its start.
    public let contents: Descriptor
    public let mode: UInt32
    /// What `Last-Modified` said.
    public let modified: FileTime

    public init(name: FileName, contents: consuming Descriptor, mode: UInt32 = 0o600, modified: FileTime) {
        self.name = name
        self.contents = contents
        self.mode = mode
        self.modified = modified
    }
}
