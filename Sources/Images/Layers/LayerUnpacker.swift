// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Unpacks the entries of an archive into a directory: those of a layer into the layer's root, or files into a tree.
///
/// Nothing outside that directory is touched, whatever the archive says: every place is reached by descriptor, with
/// `openat2(RESOLVE_IN_ROOT)`, so `..`, absolute names and symbolic links lead back inside (CVE-2018-15664,
/// CVE-2021-30465 are what happens otherwise). The last part of a name is never followed.
final class LayerUnpacker {
    typealias Attributes = [(key: FileName, value: [UInt8])]

    /// What an archive is for.
    enum Purpose {
        /// A layer of an image, with whiteouts, and exactly as it is written.
        case layer
        /// Files for a tree that may have some already: see ``FileArchive``.
        case files(owner: FileArchive.Owner?)
        /// Files of a copy: as files, but what is a directory stays one. See ``FileStream``.
        case copy(owner: FileArchive.Owner?, owners: OwnerMap)

        var isLayer: Bool {
            if case .layer = self { return true }
            return false
        }
    }

    let purpose: Purpose
    let limits: LayerLimits?
    /// Whether this process sees nothing but the layer: then it may have any current directory.
    private let isConfined: Bool
    let root: Descriptor
    var parent: (name: FileName, directory: OpenDirectory)?
    /// Directories get their times last, since making something in them changes those.
    var directoryTimes: [(name: FileName, time: FileTime)] = []
    var whiteouts: Set<FileName> = []
    private(set) var entries = 0
    private var devices = 0
    private var oddNames = 0
    var duplicates = 0
    private var hasRoot = false
    /// Bytes of file contents, holes among them.
    private(set) var size: Int64 = 0
    /// With holes.
    private var unpackedSize: Int64 = 0
    private var highUsers: Set<UInt32> = []
    private var highGroups: Set<UInt32> = []

    /// Unpacks into `root`, which must be empty for a layer.
    /// - Parameter limits: what it may come to; nil for whatever the archive has.
    init(
        into root: consuming Descriptor, as purpose: Purpose = .layer, limits: LayerLimits? = nil,
        isConfined: Bool = false
    ) {
        self.root = root
        self.purpose = purpose
        self.limits = limits
        self.isConfined = isConfined
    }

    /// An open directory that can be kept.
    final class OpenDirectory {
        let descriptor: Descriptor
        init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
    }

    /// Unpacks everything that `reader` gives.
    func unpack(_ reader: TarReader) throws(ImageError) {
        while let entry = try reader.next() { try unpack(entry, reader) }
        try setDirectoryTimes()
    }

    /// What was unpacked of an archive of that many bytes, for the layer's record.
    func contents(archiveSize: Int64) -> LayerRecord.Contents {
        LayerRecord.Contents(
            size: size, entries: entries, highUsers: highUsers.sorted(), highGroups: highGroups.sorted(),
            archiveSize: archiveSize, hasRoot: hasRoot)
    }

    private func unpack(_ original: TarEntry, _ reader: TarReader) throws(ImageError) {
        var entry = original
        try setOwner(of: &entry)
        entries += 1
        try checkLimits(entry)
        if entry.user > 65535 { highUsers.insert(entry.user) }
        if entry.group > 65535 { highGroups.insert(entry.group) }
        let path = try place(of: entry.name, of: entry)
        guard !path.isEmpty else {
            guard entry.kind == .directory else { throw failure(entry, "the root of a layer is a directory") }
            guard purpose.isLayer else { return }
            let attributes = try wantedAttributes(of: entry)
            try wrapping({ self.failure(entry, $0) }) { () throws(SystemError) in
                try set(attributes, of: root, entry)
            }
            directoryTimes.append((path, entry.modified))
            hasRoot = true
            return
        }
        let directory = try openParent(path.parent, for: entry)
        if purpose.isLayer, path.last.starts(with: Self.whiteoutPrefix) {
            return try unpackWhiteout(path, in: directory.descriptor, entry)
        }
        if !purpose.isLayer, entry.kind == .character, entry.device == .none {
            throw failure(entry, "it is the device 0:0, by which overlayfs hides files")
        }
        let isOpaque = try clear(path, for: entry, in: directory.descriptor)
        let attributes = try wantedAttributes(of: entry)
        switch entry.kind {
        case .regular: try makeFile(entry, path.last, attributes, in: directory.descriptor, reader)
        case .hardLink: try makeHardLink(entry, path.last, in: directory.descriptor)
        case .directory:
            try wrapping({ self.failure(entry, $0) }) { () throws(SystemError) in
                try makeDirectory(entry, path, attributes, isOpaque: isOpaque, in: directory.descriptor)
            }
        case .symbolicLink, .character, .block, .pipe:
            try wrapping({ self.failure(entry, $0) }) { () throws(SystemError) in
                try makeNode(entry, path, attributes, in: directory.descriptor)
            }
        }
    }

    private func checkLimits(_ entry: TarEntry) throws(ImageError) {
        guard let limits else { return }
        guard entries <= limits.entries else {
            throw LayerLimits.failure("there are more than \(limits.entries) entries in it", "entries=NUMBER")
        }
        unpackedSize = unpackedSize.addingReportingOverflow(entry.size).partialValue
        guard unpackedSize >= 0, unpackedSize <= limits.size else {
            throw LayerLimits.failure("its files have more than \(limits.size) bytes", "size=BYTES")
        }
        if LayerLimits.isOddName(entry) {
            oddNames += 1
            guard oddNames <= limits.oddNames else {
                let advice = LayerLimits.advice("odd-names=NUMBER")
                throw failure(entry, "its name has a newline or an escape character: \(advice)")
            }
        }
        guard LayerLimits.isDevice(entry) else { return }
        devices += 1
        guard devices <= limits.devices else {
            throw failure(
                entry, "it is a device of the host's, \(entry.device): \(LayerLimits.advice("devices=NUMBER"))")
        }
    }

    private func makeDirectory(
        _ entry: TarEntry, _ path: FileName, _ attributes: Attributes, isOpaque: Bool,
        in directory: borrowing Descriptor
    ) throws(SystemError) {
        do { try directory.makeDirectory(path.last, mode: 0o700) } catch {
            guard error.errno == .exists else { throw error }
        }
        let made =
            purpose.isLayer
            ? try directory.open(path.last, [.readOnly, .directory, .noFollow])
            : try root.open(path, [.readOnly, .directory], resolve: .container)
        try set(attributes, of: made, entry)
        if isOpaque { try made.setAttribute(Self.opaqueKey, to: Self.opaqueValue) }
        directoryTimes.append((path, entry.modified))
    }

    private func makeNode(
        _ entry: TarEntry, _ path: FileName, _ attributes: Attributes, in directory: borrowing Descriptor
    ) throws(SystemError) {
        let name = path.last
        switch entry.kind {
        case .symbolicLink: try directory.makeSymbolicLink(name, to: FileName(entry.target) ?? "")
        case .character where entry.device == .none:
            // In a layer that was taken from an overlay's own directory, this is a whiteout already.
            try directory.makeNode(name, mode: Self.characterDevice)
            whiteouts.insert(path)
        case .character: try directory.makeNode(name, mode: Self.characterDevice, device: entry.device)
        case .block: try directory.makeNode(name, mode: Self.blockDevice, device: entry.device)
        default: try directory.makeNode(name, mode: Self.pipe)
        }
        try directory.setOwner(user: entry.user, group: entry.group, of: name)
        for (key, value) in attributes {
            try tolerating { () throws(SystemError) in
                if isConfined {
                    try CurrentProcess.setAttribute(key, to: value, of: name, movingTo: directory)
                } else {
                    try directory.setAttribute(key, to: value, of: name)
                }
            }
        }
        if entry.kind != .symbolicLink { try directory.setPermissions(entry.mode, of: name) }
        try directory.setTimes(modified: entry.modified, of: name)
    }

    private func makeFile(
        _ entry: TarEntry, _ name: FileName, _ attributes: Attributes, in directory: borrowing Descriptor,
        _ reader: TarReader
    ) throws(ImageError) {
        let place: (SystemError) -> ImageError = { self.failure(entry, $0) }
        let file = try wrapping(place) { () throws(SystemError) in
            try directory.open(name, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
        }
        if let parts = entry.parts {
            for part in parts {
                try wrapping(place) { () throws(SystemError) in try file.seek(to: part.offset) }
                var left = part.length
                while left > 0 { left -= try copyData(reader, upTo: left, to: file, place) }
            }
            try wrapping(place) { () throws(SystemError) in try file.truncate(to: entry.size) }
        } else {
            while try copyData(reader, upTo: .max, to: file, place) > 0 {}
        }
        size += entry.size
        try wrapping(place) { () throws(SystemError) in
            try set(attributes, of: file, entry)
            try file.setTimes(modified: entry.modified)
        }
        do throws(SystemError) { try file.close() } catch { throw place(error) }
    }

    private func copyData(
        _ reader: TarReader, upTo limit: Int64, to file: borrowing Descriptor, _ place: (SystemError) -> ImageError
    ) throws(ImageError) -> Int64 {
        try reader.readData(upTo: limit) { bytes throws(ImageError) in
            do throws(SystemError) { try file.write(bytes) } catch { throw place(error) }
        }
    }
}
