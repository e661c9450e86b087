// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Finds what the sources of COPY, ADD and `RUN --mount` mean in a tree.
///
/// Every part of a path is looked at by itself, so that links lead where they would if the tree were the root, and so
/// that nothing of a link's way is found that an ignore file hides.
public struct PathSelector: Sendable {
    private var ignored: IgnoreMatcher?

    /// For trees with `filter`.
    public init(filter: IgnoreFilter?) throws(BuildError) {
        if let filter, !filter.isEmpty { ignored = try IgnoreMatcher(filter) }
    }

    /// What `source` selects, as an instruction has it: a path, or a pattern of Go's `path.Match` part by part.
    ///
    /// A path that is not there is an error; a pattern that matches nothing is not. Links in a path, and at its end, are
    /// followed; those that a pattern would have to go through are not.
    public mutating func select(
        _ source: String, keepsParents: Bool = false, excludes: [String] = [], in tree: borrowing FileTree
    ) throws(BuildError) -> SourceSelection {
        let excluded = try IgnoreFilter(excluding: excludes)
        guard keepsParents else {
            return SourceSelection(
                paths: try paths(Array(source.utf8), source, in: tree),
                rules: WalkRules(included: nil, excluded: excluded), keepsParents: false)
        }
        let (above, below) = Self.pivot(Array(source.utf8))
        if !Self.isPattern(above), !Self.isPattern(below) {
            _ = try resolve(above + [LexicalPath.slash] + below, source, in: tree)
        }
        let pattern = LexicalPath.belowRoot(below)
        return SourceSelection(
            paths: try paths(above, source, in: tree),
            rules: WalkRules(included: String(decoding: pattern, as: UTF8.self), excluded: excluded),
            keepsParents: true)
    }

    /// The one file or directory that `source` means, no pattern: for `RUN --mount=type=bind`.
    public mutating func path(_ source: String, in tree: borrowing FileTree) throws(BuildError) -> SelectedPath {
        try resolve(Array(source.utf8), source, in: tree)
    }

    /// What stands in front of the first `/./`, whose parents are not kept, and what stands behind it.
    private static func pivot(_ source: [UInt8]) -> (above: [UInt8], below: [UInt8]) {
        let mark = Array("/./".utf8)
        for index in source.indices where source[index...].starts(with: mark) {
            return (Array(source[..<index]), Array(source[(index + mark.count)...]))
        }
        return ([], source)
    }

    /// Whether there is something in `path` that means other characters.
    static func isPattern(_ path: some Collection<UInt8>) -> Bool {
        var isEscaped = false
        for byte in path {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "[")].contains(byte) {
                return true
            }
        }
        return false
    }

    private mutating func paths(
        _ source: [UInt8], _ written: String, in tree: borrowing FileTree
    ) throws(BuildError) -> [SelectedPath] {
        let parts = LexicalPath.belowRoot(source).split(separator: LexicalPath.slash).map { Array($0) }
        guard let first = parts.firstIndex(where: { Self.isPattern($0) }) else {
            return [try resolve(source, written, in: tree)]
        }
        let start = try resolve(Array(parts[..<first].joined(separator: [LexicalPath.slash])), written, in: tree)
        guard start.isDirectory else { return [] }
        var patterns: [PathPattern] = []
        for part in parts[first...] { patterns.append(try PathPattern(name: part)) }
        var places = [start.place]
        for (index, pattern) in patterns.enumerated() {
            let isLast = index == patterns.count - 1
            var matched: [FileName] = []
            for place in places {
                matched += try matches(of: pattern, in: place, onlyDirectories: !isLast, tree)
            }
            places = matched
        }
        var found: [SelectedPath] = []
        for place in places { found.append(try resolve(place.bytes, place.description, in: tree)) }
        return found
    }

    /// The places in the directory `place` whose names match.
    private mutating func matches(
        of pattern: PathPattern, in place: FileName, onlyDirectories: Bool, _ tree: borrowing FileTree
    ) throws(BuildError) -> [FileName] {
        var scratch = PathPattern.Scratch()
        var listing = DirectoryListing()
        var found: [FileName] = []
        do throws(SystemError) {
            let directory = try tree.root.open(
                place.isEmpty ? "." : place, [.readOnly, .directory], resolve: SelectedPath.resolution)
            try listing.read(directory)
            for entry in listing.entries {
                let name = listing.name(of: entry)
                guard pattern.matches(name.bytes, &scratch) else { continue }
                var isDirectory = entry.isDirectory ?? false
                if entry.isDirectory == nil { isDirectory = try listing.status(of: entry, in: directory).isDirectory }
                if onlyDirectories, !isDirectory { continue }
                let full = place.appending(name)
                if !isHidden(full, isDirectory: isDirectory) { found.append(full) }
            }
        } catch {
            throw BuildError(.file, "cannot read /\(place) of \(tree.name)", cause: error)
        }
        return found
    }

    /// Whether the ignore file hides a path and all below it.
    mutating func isHidden(_ place: FileName, isDirectory: Bool) -> Bool {
        ignored?.hides(place.bytes, isDirectory: isDirectory) ?? false
    }
}
