// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Moves one tree into another. Only one directory of each is open at a time, so they may be nested as deep as they like.
struct DirectoryMerge {
    let deletesOthers: Bool
    /// What is not to be deleted, at the top.
    let kept: FileName
    /// What is moved after all others, at the top.
    let last: FileName?

    /// A directory that both trees have.
    private struct Level {
        var names: [FileName]
        var next = 0
        let source: FileStatus
        let target: FileStatus
    }

    func move(_ source: consuming Descriptor, into target: consuming Descriptor) throws(SystemError) {
        var from = source
        var into = target
        var top = try begin(from, into, keeping: kept)
        if let last, let place = top.names.firstIndex(of: last) { top.names.append(top.names.remove(at: place)) }
        var levels = [top]
        while let level = levels.last {
            guard level.next < level.names.count else {
                levels.removeLast()
                guard let above = levels.last else { return }
                try Self.finish(into, from, level.source)
                from = try from.openAbove(above.source)
                into = try into.openAbove(above.target)
                continue
            }
            levels[levels.count - 1].next += 1
            let name = level.names[level.next]
            guard try !Self.replace(name, in: into, from: from) else { continue }
            from = try from.open(name, [.readOnly, .directory, .noFollow])
            into = try into.open(name, [.readOnly, .directory, .noFollow])
            levels.append(try begin(from, into))
        }
    }

    private func begin(
        _ source: borrowing Descriptor, _ target: borrowing Descriptor, keeping kept: FileName? = nil
    ) throws(SystemError) -> Level {
        let names = try source.names()
        if deletesOthers {
            let wanted = Set(names)
            for name in try target.names() where !wanted.contains(name) && name != kept { try target.removeTree(name) }
        }
        return Level(names: names, source: try source.status(), target: try target.status())
    }

    /// Gives a directory that both trees have the attributes of the moved one.
    private static func finish(
        _ target: borrowing Descriptor, _ source: borrowing Descriptor, _ status: FileStatus
    ) throws(SystemError) {
        try target.setOwner(user: status.user, group: status.group)
        for key in try source.attributes() { try target.setAttribute(key, to: try source.attribute(key)) }
        try target.setPermissions(status.permissions)
        try target.setTimes(modified: status.modified)
    }

    /// Moves `name`; false where it is a directory in both trees.
    private static func replace(
        _ name: FileName, in target: borrowing Descriptor, from source: borrowing Descriptor
    ) throws(SystemError) -> Bool {
        let status = try source.status(of: name)
        let former: FileStatus
        do throws(SystemError) { former = try target.status(of: name) } catch {
            guard error.errno == .noEntry else { throw error }
            try source.rename(name, to: name, in: target)
            return true
        }
        if status.isDirectory, former.isDirectory { return false }
        // A file over a file is one call; a directory has to make room first.
        if status.isDirectory || former.isDirectory { try target.removeTree(name) }
        try source.rename(name, to: name, in: target)
        return true
    }
}
