// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// The processes of a mount namespace: where a container has neither a cgroup nor process 1 of a pid namespace, nothing
/// else tells which ones are its own.
///
/// The namespace is held open, so that its number cannot be given to another while they are looked for.
struct MountNamespaceProcesses: ~Copyable {
    private let identity: FileStatus
    private let file: Descriptor

    /// Those of the namespace that `process` is in; nil where it has ended, or is in this process's own or the host's.
    init?(of process: Int32) {
        guard let file = try? Descriptor.open("/proc/\(process)/ns/mnt", .readOnly), let identity = try? file.status(),
            !Self.isSame(identity, "self"), !Self.isSame(identity, "1")
        else { return nil }
        self.identity = identity
        self.file = file
    }

    /// Kills them, also those that are made meanwhile, and waits until there are none, for as long as a command may take.
    borrowing func end() throws(RuntimeError) {
        let deadline = Deadline.ofCommand
        while let process = try killOnce() {
            if deadline.left == 0 {
                let what = ProcessState(of: process).map { "\($0)" } ?? "process \(process) does not end"
                throw RuntimeError(
                    .stuck, "the container was killed, but \(what): delete it again when it has ended")
            }
            Clock.sleep(milliseconds: 1)
        }
    }

    /// Kills those that are there now.
    /// - Returns: one of them. What has ended has no namespace any more, also where nobody has waited for it.
    private borrowing func killOnce() throws(RuntimeError) -> Int32? {
        var found: Int32?
        do throws(SystemError) {
            for process in try Descriptor.open("/proc", [.directory]).entries().compactMap({ Int32($0) })
            where Self.isSame(identity, "\(process)") {
                found = process
                do throws(SystemError) {
                    let held = try Process(opening: process)
                    // The number may have been given to another before it was held.
                    if Self.isSame(identity, "\(process)") { try held.send(.kill) }
                } catch {
                    guard error.errno == .noSuchProcess else { throw error }
                }
            }
        } catch {
            throw RuntimeError(.invalid, "cannot kill the processes of the container", cause: error)
        }
        return found
    }

    private static func isSame(_ identity: FileStatus, _ process: String) -> Bool {
        guard let other = try? Descriptor.open("/proc/\(process)/ns/mnt", .readOnly), let status = try? other.status()
        else { return false }
        return status.isSameFile(as: identity)
    }
}

extension ContainerState {
    /// The container's processes where only its mount namespace tells which they are, as long as the first one runs. One
    /// that it joined may have others in it, which are not its own.
    func strays(_ container: borrowing ContainerDirectory) -> MountNamespaceProcesses? {
        guard cgroup == nil, later?.hasProcessesOfItsOwn != true, isAlive,
            let description = try? container.configuration(), !description.hasProcessesOfItsOwn,
            let mounts = description.linux.namespace(.mount), mounts.path == nil,
            let processes = MountNamespaceProcesses(of: process), isAlive
        else { return nil }
        return processes
    }
}
