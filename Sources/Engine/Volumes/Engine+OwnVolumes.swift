// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// The file that names the volumes which go with a container: beside its journal while it runs, and beside its files
/// while it is removed. It is there before they are, and so before any kill that would leave them.
private let ownVolumesFile = "volumes"

extension Engine {
    /// Writes down which volumes nobody but the container has.
    func writeOwnVolumes(
        _ points: [MountPoint], of container: borrowing ClaimedContainer
    ) throws(EngineError) {
        do throws(SystemError) {
            try container.run.write(ownVolumes: points)
        } catch {
            throw EngineError(.store, "cannot write down the volumes of the container", cause: error)
        }
    }

    /// Writes down, where a kill leaves it to the next command, whether a container's own volumes go with it: `rm -v`.
    func markOwnVolumes(of record: ContainerRecord, go: Bool) throws(EngineError) {
        do throws(SystemError) {
            // One that was killed may have left the wish of another time.
            try? Descriptor.open("\(containers.directory)/\(record.id)", [.directory]).remove(ownVolumesFile)
            if !go { return }
            try Descriptor.open("\(containers.directory)/\(record.id)", [.directory]).write(ownVolumes: record.mounts)
        } catch {
            if error.errno != .noEntry {
                throw EngineError(.store, "cannot write down the volumes of \(record.name)", cause: error)
            }
        }
    }
}

extension ContainerStore {
    /// Removes the volumes that the file in `directory` names, but for those that another container uses.
    func removeOwnVolumes(namedIn directory: borrowing Descriptor, of id: String) {
        guard let bytes = try? directory.contents(of: ownVolumesFile), !bytes.isEmpty else { return }
        let volumes = VolumeStore(places: places)
        for name in String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init) {
            // One that cannot be removed now is left to 'volume prune'.
            _ = try? volumes.remove(name) { () throws(EngineError) in try usedVolumes(besides: id)[name] }
        }
    }
}

extension Descriptor {
    fileprivate borrowing func write(ownVolumes points: [MountPoint]) throws(SystemError) {
        let names = points.filter { $0.kind == .volume && $0.isAnonymous }.map(\.name)
        if names.isEmpty { return }
        try open(ownVolumesFile, [.writeOnly, .create, .truncate, .noFollow], mode: 0o600)
            .write(names.map { $0 + "\n" }.joined())
    }
}
