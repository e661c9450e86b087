// SPDX-License-Identifier: Apache-2.0
internal import Glibc

extension Descriptor {
    /// Directories deeper than this are moved up before they are emptied: each level that is open costs a descriptor,
    /// and a container can nest as deep as it likes.
    private static let deepestOpen = 64

    /// Removes `name` and everything below it, without following links, however deep. What is gone already, also
    /// because somebody else removes it at the same time, is no error.
    ///
    /// Directories whose mode forbids it (overlayfs's `work/work` has none at all) are no obstacle to root.
    public borrowing func removeTree(_ name: FileName) throws(SystemError) {
        if try removeIfEmpty(name) { return }
        guard let top = try openIfThere(name) else { return }
        var moved = 0
        repeat {
            for entry in try top.names() { try top.removeTree(entry, depth: 1, top: top, moved: &moved) }
        } while try !removeIfEmpty(name)
    }

    private borrowing func removeTree(
        _ name: FileName, depth: Int, top: borrowing Descriptor, moved: inout Int
    ) throws(SystemError) {
        if try removeIfEmpty(name) { return }
        if depth == Self.deepestOpen { return try move(name, to: top, moved: &moved) }
        guard let child = try openIfThere(name) else { return }
        for entry in try child.names() { try child.removeTree(entry, depth: depth + 1, top: top, moved: &moved) }
        _ = try removeIfEmpty(name)
    }

    /// Whether `name` is gone: a file, or a directory with nothing in it.
    private borrowing func removeIfEmpty(_ name: FileName) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try remove(name)
            return true
        } catch {
            switch error.errno {
            case .noEntry: return true
            case .isDirectory, .notPermitted: break
            default: throw error
            }
        }
        do throws(SystemError) {
            try remove(name, directory: true)
            return true
        } catch {
            switch error.errno {
            case .noEntry: return true
            case .notEmpty, .exists: return false
            default: throw error
            }
        }
    }

    private borrowing func openIfThere(_ name: FileName) throws(SystemError) -> Descriptor? {
        do throws(SystemError) { return try open(name, [.readOnly, .directory, .noFollow]) } catch {
            if error.errno == .noEntry { return nil }
            throw error
        }
    }

    private borrowing func move(
        _ name: FileName, to top: borrowing Descriptor, moved: inout Int
    ) throws(SystemError) {
        while true {
            moved += 1
            do throws(SystemError) {
                return try rename(name, to: FileName(".removed.\(getpid()).\(moved)"), in: top)
            } catch {
                switch error.errno {
                case .noEntry: return
                // Something of that name is there by chance.
                case .notEmpty, .exists, .notDirectory: continue
                default: throw error
                }
            }
        }
    }
}
