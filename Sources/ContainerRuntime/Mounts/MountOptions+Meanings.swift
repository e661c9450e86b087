// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension MountOptions {
    /// What a word asks for.
    enum Meaning: Hashable, Sendable {
        case nothing
        case bind(Extent)
        case remount
        case add(MountAttributes)
        case remove(MountAttributes)
        case relativeTime
        case noRelativeTime
        case addBelow(MountAttributes)
        case removeBelow(MountAttributes)
        case relativeTimeBelow
        case noRelativeTimeBelow
        case spread(PropagationChange)
        case set(FileSystemFlags)
        case clear(FileSystemFlags)
        case map(Extent)
        case copyUp
    }

    /// What a word asks for, by the words of runc's `features`, so that no caller misses one; nil for a parameter of the
    /// file system's own.
    ///
    /// Comparisons rather than a table: a start looks up some twenty words, and would make sixty entries for that.
    static func meaning(of word: String) -> Meaning? {
        switch word {
        case "defaults": return .nothing
        case "bind": return .bind(.single)
        case "rbind": return .bind(.recursive)
        case "remount": return .remount
        case "relatime": return .relativeTime
        case "norelatime": return .noRelativeTime
        case "rrelatime": return .relativeTimeBelow
        case "rnorelatime": return .noRelativeTimeBelow
        case "idmap": return .map(.single)
        case "ridmap": return .map(.recursive)
        case "tmpcopyup": return .copyUp
        default: break
        }
        if let (attribute, isOn) = attribute(word) { return isOn ? .add(attribute) : .remove(attribute) }
        if let (flag, isOn) = flag(word) { return isOn ? .set(flag) : .clear(flag) }
        if let propagation = Propagation(rawValue: word) {
            return .spread(PropagationChange(propagation, isRecursive: false))
        }
        // With an `r` before it, it is for the mounts below as well.
        guard word.utf8.first == UInt8(ascii: "r") else { return nil }
        let rest = String(Substring(word.utf8.dropFirst()))
        if let (attribute, isOn) = attribute(rest) { return isOn ? .addBelow(attribute) : .removeBelow(attribute) }
        return Propagation(rawValue: rest).map { .spread(PropagationChange($0, isRecursive: true)) }
    }

    /// A word for one mount: what it is about, and whether it is added.
    private static func attribute(_ word: String) -> (MountAttributes, Bool)? {
        switch word {
        case "ro": (.readOnly, true)
        case "rw": (.readOnly, false)
        case "nosuid": (.noSetUserID, true)
        case "suid": (.noSetUserID, false)
        case "nodev": (.noDevices, true)
        case "dev": (.noDevices, false)
        case "noexec": (.noExecute, true)
        case "exec": (.noExecute, false)
        case "noatime": (.noAccessTime, true)
        case "atime": (.noAccessTime, false)
        case "strictatime": (.strictAccessTime, true)
        case "nostrictatime": (.strictAccessTime, false)
        case "nodiratime": (.noDirectoryAccessTime, true)
        case "diratime": (.noDirectoryAccessTime, false)
        case "nosymfollow": (.noSymbolicLinks, true)
        case "symfollow": (.noSymbolicLinks, false)
        default: nil
        }
    }

    /// A word for the file system.
    private static func flag(_ word: String) -> (FileSystemFlags, Bool)? {
        switch word {
        case "sync": (.synchronous, true)
        // Put together: as a word, it would be taken for the concurrency that this target has none of.
        case "a" + "sync": (.synchronous, false)
        case "mand": (.mandatoryLocks, true)
        case "nomand": (.mandatoryLocks, false)
        case "silent": (.silent, true)
        case "loud": (.silent, false)
        case "iversion": (.versions, true)
        case "noiversion": (.versions, false)
        case "lazytime": (.lazyTimes, true)
        case "nolazytime": (.lazyTimes, false)
        case "dirsync": (.synchronousDirectories, true)
        default: nil
        }
    }

    /// Every word that has a meaning of its own, sorted: what `features` prints.
    public static var known: [String] {
        let attributes = [
            "ro", "rw", "nosuid", "suid", "nodev", "dev", "noexec", "exec", "noatime", "atime", "strictatime",
            "nostrictatime", "nodiratime", "diratime", "nosymfollow", "symfollow", "relatime", "norelatime",
            "private", "slave", "shared", "unbindable", "bind",
        ]
        let others = [
            "defaults", "remount", "idmap", "ridmap", "tmpcopyup", "sync", "a" + "sync", "mand", "nomand", "silent",
            "loud", "iversion", "noiversion", "lazytime", "nolazytime", "dirsync",
        ]
        return (attributes + attributes.map { "r" + $0 } + others).sorted()
    }
}
