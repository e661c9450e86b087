// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The packages in an image, each with the layer that brought it.
public struct PackageInventory: Hashable, Sendable {
    /// A package of the image as it is, with all layers.
    public struct Entry: Hashable, Sendable {
        public var package: InstalledPackage
        /// The place of the layer, lowest 0, since which it is there without a break.
        public var layer: Int
        /// The file that lists it, below the root.
        public var database: String

        public init(package: InstalledPackage, layer: Int, database: String) {
            self.package = package
            self.layer = layer
            self.database = database
        }
    }

    public var system: OperatingSystem?
    /// In the order of manager, name and version.
    public var entries: [Entry]
    /// What could not be read, for a person; a list with notes is not complete.
    public var notes: [String]

    public init(system: OperatingSystem? = nil, entries: [Entry] = [], notes: [String] = []) {
        self.system = system
        self.entries = entries
        self.notes = notes
    }

    /// Takes stock of `layers`, the paths of their roots, lowest first.
    ///
    /// Each layer's own copy of a list is compared with the one below it, so that a package is of the layer in which
    /// it appears, and what a higher layer hides is gone.
    public static func read(_ layers: [String]) throws(BuildError) -> PackageInventory {
        var reader = InventoryReader()
        for (index, path) in layers.enumerated() {
            do throws(SystemError) { try reader.read(try LayerFiles(path), index) } catch {
                throw BuildError(.file, "cannot read the layer \(path)", cause: error)
            }
        }
        return reader.inventory()
    }
}

/// Goes up the layers, and knows what each list says so far.
private struct InventoryReader {
    /// What a file says, with the files beside it that belong to it.
    private struct Contents: Hashable {
        var format: PackageDatabases.Format
        var bytes: [UInt8] = []
        var companion: [UInt8] = []
        var packages: [InstalledPackage] = []
        var note: String?
    }

    private var databases: [String: Contents] = [:]
    private var found: [InstalledPackage.Identity: PackageInventory.Entry] = [:]
    /// `/etc/os-release` is mostly a link to the other, which is then the one that counts.
    private var releases: [String: [UInt8]] = [:]
    private static let releasePaths = ["etc/os-release", "usr/lib/os-release"]

    mutating func read(_ layer: borrowing LayerFiles, _ index: Int) throws(SystemError) {
        for path in Self.releasePaths {
            switch try layer.find(path) {
            case .absent: continue
            case .file(let bytes): releases[path] = bytes
            case .hidden, .directory, .tooLarge: releases[path] = nil
            }
        }
        var isChanged = false
        for (path, format) in PackageDatabases.files {
            if try read(path, format, layer) { isChanged = true }
        }
        for path in PackageDatabases.directories {
            if try readDirectory(path, layer) { isChanged = true }
        }
        if isChanged { compare(index) }
    }

    /// Whether the layer says something about the file.
    private mutating func read(
        _ path: String, _ format: PackageDatabases.Format, _ layer: borrowing LayerFiles
    ) throws(SystemError) -> Bool {
        var contents = databases[path] ?? Contents(format: format)
        let former = contents
        switch try layer.find(path) {
        case .absent: if databases[path] == nil { return false }
        case .file(let bytes): contents.bytes = bytes
        case .hidden, .directory:
            databases[path] = nil
            return true
        case .tooLarge:
            contents.note = "/\(path) is too large to be read"
            contents.packages = []
            databases[path] = contents
            return true
        }
        if let companion = PackageDatabases.companion(of: path, format) {
            switch try layer.find(companion) {
            case .absent: break
            case .file(let bytes): contents.companion = bytes
            case .hidden, .directory, .tooLarge: contents.companion = []
            }
        }
        guard contents != former || databases[path] == nil else { return false }
        do throws(DatabaseError) {
            contents.packages = try PackageDatabases.packages(
                in: contents.bytes, companion: contents.companion, format)
            contents.note = nil
        } catch {
            contents.packages = []
            contents.note = "/\(path) \(error)"
        }
        databases[path] = contents
        return true
    }

    private mutating func readDirectory(
        _ path: String, _ layer: borrowing LayerFiles
    ) throws(SystemError) -> Bool {
        func isBelow(_ name: String) -> Bool { name.utf8.starts(with: (path + "/").utf8) }
        switch try layer.find(path) {
        case .absent: return false
        case .hidden, .file, .tooLarge: databases = databases.filter { !isBelow($0.key) }
        case .directory(let names, let hidesLower):
            if hidesLower { databases = databases.filter { !isBelow($0.key) } }
            for name in names where PackageDatabases.isList(name) {
                _ = try read("\(path)/\(name)", .dpkg, layer)
            }
        }
        return true
    }

    /// Sets what the lists say now against what they said below.
    private mutating func compare(_ layer: Int) {
        var present: [InstalledPackage.Identity: PackageInventory.Entry] = [:]
        for (path, contents) in databases.sorted(by: { $0.key < $1.key }) {
            for package in contents.packages where present[package.identity] == nil {
                let known = found[package.identity]
                present[package.identity] = .init(package: package, layer: known?.layer ?? layer, database: path)
            }
        }
        found = present
    }

    func inventory() -> PackageInventory {
        let release = Self.releasePaths.lazy.compactMap { releases[$0] }.first
        return PackageInventory(
            system: release.map { OperatingSystem(parsing: $0) },
            entries: found.sorted { $0.key < $1.key }.map(\.value),
            notes: databases.sorted { $0.key < $1.key }.compactMap(\.value.note))
    }
}
