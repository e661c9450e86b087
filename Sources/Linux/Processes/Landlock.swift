// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// What a process denies itself of the file system: landlock(7).
public enum Landlock {
    /// The version that the kernel speaks, from 1; nil where it has none, or it is turned off.
    public static var version: Int32? {
        let version = mb_landlock_version()
        return version >= 1 ? version : nil
    }

    /// The rights of <linux/landlock.h>.
    private struct Rights: OptionSet {
        let rawValue: UInt64
        static let writeFile = Rights(rawValue: 1 << 1)
        static let readFile = Rights(rawValue: 1 << 2)
        static let readDirectory = Rights(rawValue: 1 << 3)
        static let removeFile = Rights(rawValue: 1 << 5)
        static let makeFile = Rights(rawValue: 1 << 8)
        static let truncate = Rights(rawValue: 1 << 14)

        /// All that a version can deny.
        static func all(of version: Int32) -> Rights {
            let count: UInt64 =
                switch version {
                case 1: 13
                case 2: 14
                case 3, 4: 15
                default: 16
                }
            return Rights(rawValue: (1 << count) - 1)
        }
    }

    /// From now on this thread, and those that it starts, can make, change and remove files below `writable` alone, read
    /// below those and `readable` alone, and execute nothing. What is open stays so. It needs `no_new_privs`, and
    /// cannot be undone. Paths that do not exist give nothing.
    /// - Returns: the version that the kernel speaks; nil where it has none, and nothing was done.
    public static func restrict(writing writable: [String], reading readable: [String]) throws(SystemError) -> Int32? {
        guard let version else { return nil }
        let handled = Rights.all(of: version)
        let rules = Descriptor(
            adopting: try check("landlock_create_ruleset") { mb_landlock_create(handled.rawValue) })
        let reading: Rights = [.readFile, .readDirectory]
        let writing = reading.union([.writeFile, .removeFile, .makeFile, .truncate])
        for (paths, rights) in [(writable, writing), (readable, reading)] {
            for path in paths {
                guard let place = try? Descriptor.open(path, .path) else { continue }
                let isDirectory = (try? place.status())?.kind == .directory
                let meant = isDirectory ? rights : rights.intersection([Rights.writeFile, .readFile, .truncate])
                let (ruleset, parent) = (rules.raw, place.raw)
                try check("landlock_add_rule") {
                    mb_landlock_allow(ruleset, parent, meant.intersection(handled).rawValue)
                }
            }
        }
        let ruleset = rules.raw
        try check("landlock_restrict_self") { mb_landlock_restrict(ruleset) }
        return version
    }
}
