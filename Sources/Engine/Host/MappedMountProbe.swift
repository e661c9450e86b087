// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Whether the file system of a directory can show its files with other owners: mount_setattr(2), MOUNT_ATTR_IDMAP.
///
/// Only trying it tells, and the answer is kept. A trial clones, so only a process with one thread may ask.
enum MappedMountProbe {
    /// The kept answer for the file system of `directory`, or of a file, which must be there, or a trial.
    static func works(
        on directory: String, runRoot: String, range: SubordinateRange
    ) throws(HostError) -> Bool {
        do throws(SystemError) {
            let place = try Descriptor.open(directory, .path)
            return try FileSystemAnswer.kept("idmap", of: place, runRoot: runRoot) { place throws(SystemError) in
                try tryOut(on: place, range: range) == nil
            }
        } catch {
            throw HostError(.file, "cannot find out whether \(directory) can have mapped owners", cause: error)
        }
    }

    /// Maps the owners of a copy of the mount and lets it go. Returns what the file system answered instead; throws
    /// where the namespace for it cannot be made, which tells nothing about the file system.
    static func tryOut(
        on directory: borrowing Descriptor, range: SubordinateRange
    ) throws(SystemError) -> SystemError? {
        let namespace = try UserNamespaceProbe.make(range: range)
        let tree = try DetachedMount(copying: directory)
        do throws(SystemError) {
            try tree.mapOwners(through: namespace, recursive: false)
            return nil
        } catch {
            return error
        }
    }
}
