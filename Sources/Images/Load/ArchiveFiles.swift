// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// The files of an archive that has images in it, each put away under a number: no name of the archive's is ever a name
/// on this machine.
struct ArchiveFiles {
    /// By path in the archive, without `.` and `..`: the number under which the file was put away.
    private var places: [String: String] = [:]
    /// By path in the archive: the path that a link there leads to. Older programs write a layer once, and links to it.
    private var links: [String: String] = [:]

    /// An image of 500 layers, as docker wrote it once, has 1,500 files.
    static let mostFiles = 100_000
    private static let mostLinks = 8

    /// Reads the archive to its end, and writes its files into `directory`.
    init(
        _ reader: TarReader, into directory: borrowing Descriptor, at path: String
    ) throws(ImageError) {
        var count = 0
        while let entry = try reader.next() {
            count += 1
            guard count <= Self.mostFiles else {
                throw .archive("there are more than \(Self.mostFiles) files in it, which is no archive of images")
            }
            let name = Self.path(entry.name)
            switch entry.kind {
            case .directory: break
            case .regular:
                guard entry.parts == nil else { throw .archive("\(entry.description) has holes in it") }
                let place = "\(count)"
                try Self.write(reader, to: place, in: directory, at: path)
                places[name] = place
                links[name] = nil
            case .symbolicLink, .hardLink:
                let start = entry.kind == .hardLink ? [] : Array(name.split(separator: "/").dropLast())
                links[name] = Self.path(entry.target, from: start.map(String.init))
                places[name] = nil
            case .character, .block, .pipe:
                throw .archive("\(entry.description) is a device or a pipe, which no archive of images has")
            }
        }
    }

    /// The name of the file on this machine; nil where the archive has none of that name.
    func place(of name: String) -> String? {
        var name = Self.path(Array(name.utf8))
        for _ in 0...Self.mostLinks {
            if let place = places[name] { return place }
            guard let next = links[name] else { return nil }
            name = next
        }
        return nil
    }

    private static func write(
        _ reader: TarReader, to place: String, in directory: borrowing Descriptor, at path: String
    ) throws(ImageError) {
        let file = try wrapping({ .write("\(path)/\(place)", $0) }) { () throws(SystemError) in
            try directory.open(place, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o644)
        }
        while true {
            let count = try reader.readData { bytes throws(ImageError) in
                do throws(SystemError) { try file.write(bytes) } catch { throw .write("\(path)/\(place)", error) }
            }
            if count == 0 { return }
        }
    }

    /// A path as words: what leads nowhere, and what leads up and out, is left out.
    private static func path(_ bytes: [UInt8], from start: [String] = []) -> String {
        var parts = bytes.first == UInt8(ascii: "/") ? [] : start
        for part in bytes.split(separator: UInt8(ascii: "/")) {
            switch String(decoding: part, as: UTF8.self) {
            case ".": break
            case "..": _ = parts.popLast()
            case let name: parts.append(name)
            }
        }
        return parts.joined(separator: "/")
    }
}
