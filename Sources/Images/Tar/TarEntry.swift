// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// One entry of a tar archive, as its headers describe it: tar(5), POSIX pax.
struct TarEntry {
    enum Kind: Hashable { case regular, directory, symbolicLink, hardLink, character, block, pipe }

    /// A run of data in a file with holes.
    struct Part: Hashable {
        var offset: Int64
        var length: Int64
    }

    /// The path as it is written, bytes of no particular encoding.
    var name: [UInt8]
    var kind: Kind
    /// What a link says.
    var target: [UInt8] = []
    /// How many bytes of data follow in the archive.
    var dataSize: Int64 = 0
    /// How many bytes the file has once unpacked.
    var size: Int64 = 0
    /// Where the data goes, for a file with holes.
    var parts: [Part]?
    /// Permissions, set-id and sticky bits.
    var mode: UInt32 = 0
    var user: UInt32 = 0
    var group: UInt32 = 0
    var modified = FileTime(seconds: 0, nanoseconds: 0)
    var device = DeviceNumber.none
    /// Extended attributes, in the order of the archive.
    var attributes: [(key: FileName, value: [UInt8])] = []

    /// The path as text, for messages.
    var description: String { ShownName.text(name) }
}
