// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Whether the file system of a directory can show its files with other owners: mount_setattr(2), MOUNT_ATTR_IDMAP.
///
/// Only trying it tells. The answer is kept in the run directory under the number of the device, with the kernel it is
/// true of. A trial clones, so only a process with one thread may ask.
enum MappedMountProbe {
    /// The kept answer for the file system of `directory`, or of a file, which must be there, or a trial.
    static func works(
        on directory: String, runRoot: String, range: SubordinateRange
    ) throws(HostError) -> Bool {
        do throws(SystemError) {
            let place = try Descriptor.open(directory, .path)
            let kernel = try KernelRelease.current()
            let run = try Descriptor.makeDirectories(HostProbe.directory(below: runRoot), mode: 0o700)
            let name = "idmap-\(try place.status().device.description.map { $0 == ":" ? "." : String($0) }.joined())"
            let key = "\(kernel.release) \(kernel.version)\n"
            if let bytes = try? run.contents(of: name) {
                if bytes.elementsEqual((key + "yes\n").utf8) { return true }
                if bytes.elementsEqual((key + "no\n").utf8) { return false }
            }
            let answer = try tryOut(on: place, range: range) == nil
            try run.replace(name, with: Array((key + (answer ? "yes\n" : "no\n")).utf8), durable: false)
            return answer
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
