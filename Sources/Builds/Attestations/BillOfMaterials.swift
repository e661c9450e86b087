// SPDX-License-Identifier: Apache-2.0
internal import Compression
public import Images
internal import Linux
public import OCI

/// What is in an image, ready to be written as one of the two formats that others read.
///
/// Everything in the documents follows from the image: the same one gives the same bytes.
public struct BillOfMaterials: Sendable {
    /// The name of the image, or its id.
    public var name: String
    public var id: Digest
    public var architecture: String
    /// The digests of the uncompressed layers, lowest first.
    public var layers: [Digest]
    /// As RFC 3339 writes it, in whole seconds and UTC.
    public var created: String
    public var inventory: PackageInventory

    /// Takes stock of `image`. The time of the documents is `epoch`, in seconds since 1970, or the one of the image.
    public init(of image: Image, epoch: Int64? = nil) throws(BuildError) {
        name = image.reference?.familiar ?? "\(image.id)"
        id = image.id
        architecture = image.configuration.platform.architecture
        layers = image.configuration.diffIDs
        created =
            epoch.map { Timestamp.text(FileTime(seconds: $0, nanoseconds: 0)) }
            ?? Self.wholeSeconds(image.configuration.created)
        inventory = try PackageInventory.read(image.layers.map(\.path))
    }

    /// Which program writes the documents.
    static let tool = "minibox"

    /// A time of an image without its fraction; 1970 where it has none that can be read so.
    private static func wholeSeconds(_ text: String?) -> String {
        guard let text, text.hasSuffix("Z"), text.utf8.count >= 20 else { return "1970-01-01T00:00:00Z" }
        return String(text.prefix(19)) + "Z"
    }

    /// Where a package comes from, for a person.
    func origin(of entry: PackageInventory.Entry) -> String {
        let place = layers.indices.contains(entry.layer) ? " \(layers[entry.layer])" : ""
        return "listed in /\(entry.database), since the layer\(place) (\(entry.layer + 1) of \(layers.count))"
    }

    /// What a reader must know: that the list is not complete.
    var remarks: [String] { inventory.notes.map { "not complete: \($0)" } }

    /// Digits that stand for a document with these contents and no other, in the form of a UUID (RFC 9562, version 8).
    func identifier(of document: JSON) -> String {
        var bytes = Array(SHA256.digest(of: document.bytes()).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for (place, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(place) { text.append(UInt8(ascii: "-")) }
            text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: text, as: UTF8.self)
    }
}
