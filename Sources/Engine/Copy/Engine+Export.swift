// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
public import Images
internal import Linux

extension Engine {
    /// Writes all files of a container as a tar archive: its image's and its own, but not what is mounted in it. It may
    /// run; a file that it writes at that moment is taken as it is.
    ///
    /// No path leads anywhere while `sink` is called, nor afterwards: what it writes to has to be open.
    public func export(_ text: String, to sink: ImageStore.ByteSink) throws(EngineError) {
        let record = try inspect(text)
        self.record(Action("export", record))
        do {
            try withFiles(of: record, writing: false, bare: true) { (root) throws in
                let bare = try Self.withoutMounts(root, process: record.runningProcess)
                try FileStream.tree(
                    bare, named: "the root of \(record.name)", as: "", owners: root.owners
                ).read(to: sink)
            }
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.store, "cannot export the container \(record.name)", cause: error)
        }
    }

    /// The root alone. Only who is in a mount namespace may copy a mount of it, so this process joins the container's;
    /// from here on no path of the host's leads anywhere, and none is used.
    private static func withoutMounts(
        _ root: borrowing FileRoot, process: Int32?
    ) throws(SystemError) -> Descriptor {
        guard let process else { return try root.directory.open(".", [.readOnly, .directory]) }
        let place = try root.directory.open(".", [.path, .directory])
        try CurrentProcess.join(.mount, of: Process.handle(of: process))
        return try DetachedMount(copying: place).take().open(".", [.readOnly, .directory])
    }
}

extension ContainerRecord {
    /// The process that the host knows it by; nil where it does not run.
    var runningProcess: Int32? {
        guard case .running(let process, let startTime, _) = state, ProcessTimes.start(of: process) == startTime else {
            return nil
        }
        return process
    }
}
