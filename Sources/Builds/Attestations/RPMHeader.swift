// SPDX-License-Identifier: Apache-2.0

/// What rpm keeps of an installed package: a header of tagged values, rpm's docs/manual/hregions.md and tags.md.
enum RPMHeader {
    private enum Tag: Int {
        case name = 1000
        case version = 1001
        case release = 1002
        case epoch = 1003
        case vendor = 1011
        case license = 1014
        case url = 1020
        case architecture = 1022
        case sourceFile = 1044
    }
    private static let integerType = 4
    private static let stringType = 6
    private static let localizedType = 9
    private static let entrySize = 16

    /// The package that `blob` describes; nil for the keys of packagers, which are in the same database.
    static func package(in blob: [UInt8]) throws(DatabaseError) -> InstalledPackage? {
        let header = DatabaseBytes(blob, littleEndian: false)
        let count = try header.uint32(0)
        let size = try header.uint32(4)
        guard count <= blob.count / entrySize, size <= blob.count else { throw .truncated }
        let data = 8 + count * entrySize
        var texts: [Tag: String] = [:]
        var epoch: UInt32?
        for index in 0..<count {
            let entry = 8 + index * entrySize
            guard let tag = Tag(rawValue: try header.uint32(entry)) else { continue }
            let place = data + (try header.uint32(entry + 8))
            switch try header.uint32(entry + 4) {
            case integerType where tag == .epoch: epoch = UInt32(truncatingIfNeeded: try header.uint32(place))
            // Of a text in several languages the first is the one that is always there.
            case stringType, localizedType:
                let rest = try header.slice(place, max(0, blob.count - place))
                texts[tag] = String(decoding: rest.prefix { $0 != 0 }, as: UTF8.self)
            default: continue
            }
        }
        guard let name = texts[.name], let version = texts[.version], !name.isEmpty else {
            throw DatabaseError("is damaged: a package has no name")
        }
        if name == "gpg-pubkey" { return nil }
        let release = texts[.release].map { "-\($0)" } ?? ""
        var package = InstalledPackage(
            manager: .rpm, name: name, version: version + release, architecture: texts[.architecture])
        package.epoch = epoch == 0 ? nil : epoch
        package.source = texts[.sourceFile]
        package.license = texts[.license]
        package.maintainer = texts[.vendor]
        package.homepage = texts[.url]
        return package
    }
}
