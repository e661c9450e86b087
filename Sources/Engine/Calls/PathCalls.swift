// SPDX-License-Identifier: Apache-2.0

/// Calls that are given paths, and where among the arguments these are.
public enum PathCalls {
    /// What calls do, by the oldest of them: whoever is asked about `mkdir` is asked about `mkdirat` as well.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case mkdir, open, unlink, rename, link, symlink, mknod, chmod, chown, truncate, mount

        /// Those that change what there is: all but `open`, which most calls of most programs are.
        static let changes = allCases.filter { $0 != .open }

        /// The calls, with those of 32-bit programs.
        var names: [String] { PathCalls.table.filter { $0.value.kind == self }.map(\.key) }
    }

    /// An argument that is the address of a path, and the one before it that says where that begins, where there is one.
    struct Path: Hashable, Sendable {
        let argument: Int
        var directory: Int?
    }

    /// What a call does, and its paths; nil where it is none of these.
    static func meaning(of name: String) -> (kind: Kind, paths: [Path])? { table[name] }

    private static let first = [Path(argument: 0)]
    private static let second = [Path(argument: 1)]
    private static let behind = [Path(argument: 1, directory: 0)]
    private static let both = [Path(argument: 0), Path(argument: 1)]
    private static let bothBehind = [Path(argument: 1, directory: 0), Path(argument: 3, directory: 2)]

    private static let table: [String: (kind: Kind, paths: [Path])] = [
        "mkdir": (.mkdir, first), "mkdirat": (.mkdir, behind),
        "open": (.open, first), "openat": (.open, behind), "openat2": (.open, behind), "creat": (.open, first),
        "unlink": (.unlink, first), "unlinkat": (.unlink, behind), "rmdir": (.unlink, first),
        "rename": (.rename, both), "renameat": (.rename, bothBehind), "renameat2": (.rename, bothBehind),
        "link": (.link, both), "linkat": (.link, bothBehind),
        // The first is a text that is kept, and not looked up.
        "symlink": (.symlink, second), "symlinkat": (.symlink, [Path(argument: 2, directory: 1)]),
        "mknod": (.mknod, first), "mknodat": (.mknod, behind),
        "chmod": (.chmod, first), "fchmodat": (.chmod, behind), "fchmodat2": (.chmod, behind),
        "chown": (.chown, first), "lchown": (.chown, first), "fchownat": (.chown, behind),
        "chown32": (.chown, first), "lchown32": (.chown, first),
        "truncate": (.truncate, first), "truncate64": (.truncate, first),
        "mount": (.mount, second), "umount": (.mount, first), "umount2": (.mount, first),
    ]
}
