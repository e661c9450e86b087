// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A walk over the cgroups below one.
///
/// Whoever has a cgroup to himself may nest as many as he likes, so it holds one descriptor however deep they are.
struct CgroupWalk: ~Copyable {
    private var here: Descriptor
    private var listing: DirectoryListing
    /// What is left to be seen of each level, and the way to where this is.
    private var levels: [[FileName]]
    private var way: [FileName] = []

    init(below directory: borrowing Descriptor) throws(SystemError) {
        let start = try directory.open(".", [.directory])
        var listing = DirectoryListing()
        levels = [try Self.children(of: start, &listing)]
        self.listing = listing
        here = start
    }

    private static func children(
        of directory: borrowing Descriptor, _ listing: inout DirectoryListing
    ) throws(SystemError) -> [FileName] {
        try listing.read(try directory.open(".", [.directory]))
        return listing.entries.filter { $0.isDirectory == true }.map(listing.name(of:))
    }

    /// Calls `visit` with each cgroup on the way down, and `leave` with its parent and its name on the way up. One that
    /// is removed meanwhile is left out.
    mutating func run(
        visit: (borrowing Descriptor) throws(SystemError) -> Void = { (_) throws(SystemError) in },
        leave: (borrowing Descriptor, FileName) -> Void = { _, _ in }
    ) throws(SystemError) {
        while let name = next() {
            do throws(SystemError) {
                let child = try here.open(name, [.directory, .noFollow])
                try visit(child)
                here = child
            } catch {
                guard error.errno == .noEntry || error.errno == .noDevice else { throw error }
                continue
            }
            way.append(name)
            levels.append((try? Self.children(of: here, &listing)) ?? [])
            while levels.count > 1, levels[levels.count - 1].isEmpty {
                levels.removeLast()
                here = try here.open("..", [.directory])
                leave(here, way.removeLast())
            }
        }
    }

    private mutating func next() -> FileName? { levels[levels.count - 1].popLast() }
}
