// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Whether a file system can carry the upper directory of an overlay: extended attributes, whiteouts, a rename that leaves
/// one. Documentation/filesystems/overlayfs.rst, "Upper and lower".
enum UpperProbe {
    /// What is known without trying; nil where only a trial tells.
    static func isKnown(_ magic: FileSystemMagic) -> Bool? {
        switch magic {
        case .ext4, .xfs, .btrfs, .tmpfs: true
        case .overlay: false
        default: nil
        }
    }

    /// Stacks two empty directories below `place`, where they are made, and writes. It comes up read-only, and says so
    /// nowhere, where the file system lacks something.
    static func tryOut(in place: borrowing Descriptor) throws(SystemError) {
        try ProbeDirectory.use(in: place) { directory throws(SystemError) in try tryOut(directory) }
    }

    private static func tryOut(_ directory: borrowing Descriptor) throws(SystemError) {
        for part in ["a", "b", "b/below", "upper", "work"] { try directory.makeDirectory(part) }
        let path = "/proc/self/fd/\(directory.number)"
        let context = try FileSystemContext("overlay")
        try context.set("lowerdir", to: "\(path)/a:\(path)/b")
        try context.set("upperdir", to: "\(path)/upper")
        try context.set("workdir", to: "\(path)/work")
        let mount = try context.mount([])
        try mount.root.makeDirectory("probe")
        try mount.root.remove("below", directory: true)
    }
}

extension UpperProbe {
    /// The kept answer for the file system of `place`, or a trial there.
    static func keptAnswer(on place: borrowing Descriptor, runRoot: String) throws(SystemError) -> Bool {
        try FileSystemAnswer.kept("upper", of: place, runRoot: runRoot) { place throws(SystemError) in
            try answer(in: place)
        }
    }

    /// What a trial there tells.
    static func answer(in place: borrowing Descriptor) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try tryOut(in: place)
            return true
        } catch {
            switch error.errno {
            // What overlayfs answers where the upper file system lacks something, and what the file system itself does.
            case .invalid, .readOnly, .notSupported, .notPermitted, .noSystemCall: return false
            // No room, no memory, no overlayfs: an obstacle to the trial.
            default: throw error
            }
        }
    }
}
