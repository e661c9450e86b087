// SPDX-License-Identifier: Apache-2.0
public import Linux

/// A path that a container has changed of its image, as `diff` shows it.
public struct ContainerChange: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        case added = "A"
        case changed = "C"
        case deleted = "D"
    }

    public let kind: Kind
    /// Absolute.
    public let path: FileName
}

/// What is in the upper directory of an overlay that was not in its lower layers.
struct UpperChanges: ~Copyable {
    private static let opaqueKey: FileName = "trusted.overlay.opaque"
    private static let opaqueValue = Array("y".utf8)

    private let root: Descriptor
    /// Topmost first.
    private let layers: [LayerRoot]
    private(set) var changes: [ContainerChange] = []

    private final class LayerRoot {
        let root: Descriptor
        init(_ root: consuming Descriptor) { self.root = root }
    }

    /// The changes in the directory `upper` above `layers`, the topmost first, by path.
    static func list(_ upper: String, above layers: [String]) throws(SystemError) -> [ContainerChange] {
        var opened: [LayerRoot] = []
        for layer in layers { opened.append(LayerRoot(try Descriptor.open(layer, [.readOnly, .directory]))) }
        var walk = UpperChanges(root: try Descriptor.open(upper, [.readOnly, .directory]), layers: opened)
        try walk.visit("", below: opened)
        return walk.changes
    }

    private init(root: consuming Descriptor, layers: [LayerRoot]) {
        self.root = root
        self.layers = layers
    }

    /// What is at `name` in `layers`, none of which hides another above it there; nil where that is nothing.
    private static func find(_ name: FileName, in layers: [LayerRoot]) throws(SystemError) -> FileStatus? {
        for layer in layers {
            do throws(SystemError) {
                let place = try layer.root.open(
                    name, [.path, .noFollow], resolve: [.beneath, .noSymlinks, .noMagicLinks])
                let status = try place.status()
                return status.kind == .character && status.node == .none ? nil : status
            } catch {
                guard [.noEntry, .notDirectory, .loop].contains(error.errno) else { throw error }
            }
        }
        return nil
    }

    /// Those of `layers` that have a part in the directory `name`: down to one that hides those below it.
    private static func merged(_ name: FileName, in layers: [LayerRoot]) throws(SystemError) -> [LayerRoot] {
        var result: [LayerRoot] = []
        for layer in layers {
            do throws(SystemError) {
                let place = try layer.root.open(
                    name, [.readOnly, .directory, .noFollow], resolve: [.beneath, .noSymlinks, .noMagicLinks])
                result.append(layer)
                if try isOpaque(place) { break }
            } catch {
                // Something else there hides all below; where there is nothing, the next one counts.
                if error.errno == .noEntry { continue }
                guard [.notDirectory, .loop].contains(error.errno) else { throw error }
                break
            }
        }
        return result
    }

    private static func isOpaque(_ place: borrowing Descriptor) throws(SystemError) -> Bool {
        guard try place.attributes().contains(opaqueKey) else { return false }
        return try place.attribute(opaqueKey) == opaqueValue
    }

    private mutating func visit(_ name: FileName, below layers: [LayerRoot]) throws(SystemError) {
        let directory = try root.open(
            name.isEmpty ? "." : name, [.readOnly, .directory, .noFollow],
            resolve: [.beneath, .noSymlinks, .noMagicLinks])
        let hides = name.isEmpty ? false : try Self.isOpaque(directory)
        let own = try directory.names()
        var entries = own.map { ($0, false) }
        if hides {
            // What was there before the directory was made anew.
            var hidden: Set<FileName> = []
            for layer in layers {
                let place = try? layer.root.open(name, [.readOnly, .directory, .noFollow], resolve: .container)
                hidden.formUnion((try place?.names()) ?? [])
            }
            entries += hidden.subtracting(own).map { ($0, true) }
            entries.sort { $0.0 < $1.0 }
        }
        for (child, isHidden) in entries {
            let path = name.appending(child)
            let former = try Self.find(path, in: layers)
            let shown = FileName("/").joined(path)
            if isHidden {
                if former != nil { changes.append(ContainerChange(kind: .deleted, path: shown)) }
                continue
            }
            let status = try directory.status(of: child)
            if status.kind == .character, status.node == .none {
                if former != nil { changes.append(ContainerChange(kind: .deleted, path: shown)) }
                continue
            }
            changes.append(ContainerChange(kind: former == nil ? .added : .changed, path: shown))
            if status.isDirectory {
                try visit(path, below: former?.isDirectory == true ? try Self.merged(path, in: layers) : [])
            }
        }
    }
}

extension FileName {
    /// This and then `path`, with nothing in between.
    fileprivate func joined(_ path: FileName) -> FileName { FileName(bytes + path.bytes) ?? path }
}
