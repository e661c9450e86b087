// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
public import Linux

/// Carries out WORKDIR.
public enum WorkingDirectory {
    /// Makes the directory `path` in the tree of a stage, and those above it that are missing: 0755, and owned as USER
    /// has it. Returns the owners from 65536 on that occur.
    ///
    /// A user by name is looked up in the tree; who is not there owns nothing, and the directories are root's, as
    /// BuildKit has it: USER may name somebody whom a later instruction makes. A number is its own group's.
    public static func make(
        _ path: String, user: String, in root: consuming Descriptor, upper: consuming Descriptor? = nil, now: FileTime
    ) throws(BuildError) -> [UInt32] {
        var target = CopyTarget(root: root, upper: upper)
        var owner = UserDatabase.FileOwner(user: 0, group: 0)
        do throws(BuildError) {
            owner = try target.owner(named: user, flag: "USER", isLink: false)
        } catch {
            guard error.code == .missing else { throw error }
        }
        var made: [FileName] = []
        _ = try target.locate(path, makesLast: true, NewDirectory(mode: 0o755, owner: owner), made: &made)
        do throws(SystemError) {
            for place in made { try target.open(itself: place).setTimes(modified: now) }
        } catch {
            throw BuildError(.file, "cannot set the time of \(path)", cause: error)
        }
        return made.isEmpty ? [] : Set([owner.user, owner.group]).filter { $0 > 65535 }.sorted()
    }
}
