// SPDX-License-Identifier: Apache-2.0

extension Descriptor {
    /// Walks through this directory and those below, in order of their names and without following links.
    ///
    /// Only one directory is open at a time beside this one, so they may be nested as deep as they like. A directory that
    /// was moved away meanwhile is an error (ENOENT), and nothing outside of this one is ever looked at.
    /// - Parameters:
    ///   - visit: Is told of each name, with the directory that it is in. What it returns says whether to enter; that is
    ///     asked of a directory only.
    ///   - leave: Is told of a directory that was entered, after what is in it, with the one above.
    public borrowing func visitTree(
        _ visit: (borrowing Descriptor, FileName, FileStatus) throws(SystemError) -> Bool,
        leave: (borrowing Descriptor, FileName, FileStatus) throws(SystemError) -> Void = { _, _, _ in }
    ) throws(SystemError) {
        var levels = [Level(names: try names(), status: try status())]
        var current = try open(".", [.readOnly, .directory])
        while let level = levels.last {
            guard level.next < level.names.count else {
                levels.removeLast()
                guard let above = levels.last else { return }
                current = try current.openAbove(above.status)
                try leave(current, above.names[above.next - 1], level.status)
                continue
            }
            levels[levels.count - 1].next += 1
            let name = level.names[level.next]
            let status = try current.status(of: name)
            guard try visit(current, name, status), status.isDirectory else { continue }
            current = try current.open(name, [.readOnly, .directory, .noFollow])
            levels.append(Level(names: try current.names(), status: try current.status()))
        }
    }

    private struct Level {
        let names: [FileName]
        /// Of the directory itself.
        let status: FileStatus
        var next = 0
    }

    /// Opens the directory above, which has to be the one with `status`.
    public borrowing func openAbove(_ status: FileStatus) throws(SystemError) -> Descriptor {
        let above = try open("..", [.readOnly, .directory])
        guard try above.status().isSameFile(as: status) else { throw SystemError("openat", .noEntry) }
        return above
    }
}
