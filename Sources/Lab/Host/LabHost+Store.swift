// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// Where a lab host has the store of its containers.
extension LabHost {
    /// From this version on a tmpfs can show files with other owners, which containers with users of their own need:
    /// kernel, mm/shmem.c, FS_ALLOW_IDMAP.
    private static let ownersInMemory = KernelVersion(6, 3)

    /// Its directory on the machine's disk.
    private var store: String { "\(places.stores)/\(runtimeID)" }

    /// Makes a directory of the machine's for it; nil where the store can be in memory.
    func makeStore() throws(SystemError) -> String? {
        guard try KernelVersion.running() < Self.ownersInMemory else { return nil }
        _ = try Descriptor.makeDirectories(store, mode: 0o700)
        return store
    }

    /// Removes it, once nobody writes there.
    func removeStore() throws(LabError) {
        guard let stores = try? Descriptor.open(places.stores, [.directory]) else { return }
        do throws(SystemError) { try stores.removeTree(runtimeID) } catch {
            guard error.errno != .noEntry else { return }
            throw LabError(.host, "cannot remove \(store)", cause: error)
        }
    }

    /// Removes those of lab hosts that are no more: of ones that a boot has ended.
    static func reapStores(in places: LabPlaces) throws(LabError) {
        let names = (try? Descriptor.open(places.stores, [.directory]).entries()) ?? []
        guard !names.isEmpty else { return }
        let ending = LabHost(name: "", places: places).runtimeID.dropFirst("lab-".count)
        for name in names where name.hasPrefix("lab-") && name.hasSuffix(ending) {
            let host = LabHost(name: String(name.dropFirst("lab-".count).dropLast(ending.count)), places: places)
            if !Programs.isThere(host.directory) { try host.removeStore() }
        }
    }
}
