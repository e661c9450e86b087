// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension MountRequest {
    /// The mounts of a bundle, in its order.
    static func list(of bundle: Bundle) throws(RuntimeError) -> [MountRequest] {
        var result: [MountRequest] = []
        for (index, mount) in bundle.configuration.mounts.enumerated() {
            result.append(try BundleMount(mount, member: "mounts[\(index)]", of: bundle).request())
        }
        return result
    }
}

extension RootFileSystem {
    /// The root of a bundle.
    init(of bundle: Bundle) throws(RuntimeError) {
        guard let root = bundle.configuration.root else {
            throw .configuration("root", "it is missing: name the directory of the root file system in root.path")
        }
        self.init(.directory(bundle.absolute(root.path)), isReadOnly: root.isReadOnly)
        propagation = bundle.configuration.linux.rootfsPropagation.map(PropagationChange.init)
    }
}

extension PropagationChange {
    init(_ word: RuntimeConfiguration.Propagation) {
        switch word {
        case .private: self.init(.private, isRecursive: false)
        case .slave: self.init(.slave, isRecursive: false)
        case .shared: self.init(.shared, isRecursive: false)
        case .unbindable: self.init(.unbindable, isRecursive: false)
        case .rprivate: self.init(.private, isRecursive: true)
        case .rslave: self.init(.slave, isRecursive: true)
        case .rshared: self.init(.shared, isRecursive: true)
        case .runbindable: self.init(.unbindable, isRecursive: true)
        }
    }
}

extension RuntimeConfiguration.LinuxConfiguration {
    /// The paths that are hidden and those that are made unwritable: absolute ones, as runc takes them.
    func checkedPaths() throws(RuntimeError) -> (masked: [String], readOnly: [String]) {
        for (list, paths) in [("maskedPaths", maskedPaths), ("readonlyPaths", readonlyPaths)] {
            for (index, path) in paths.enumerated() where !path.hasPrefix("/") || path.utf8.contains(0) {
                throw .configuration("linux.\(list)[\(index)]", "it must be an absolute path, not \"\(path)\"")
            }
        }
        return (maskedPaths, readonlyPaths)
    }
}
