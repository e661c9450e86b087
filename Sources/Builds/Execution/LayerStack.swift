// SPDX-License-Identifier: Apache-2.0
public import Linux

/// Layers as one tree: a mount of overlayfs that no path shows, and that is gone when its descriptor is.
///
/// Made and used in a worker process. Owners are as they are on disk, with no map between.
public enum LayerStack {
    /// The most layers that the kernel stacks: `OVL_MAX_STACK` of fs/overlayfs.
    public static let mostLayers = 500

    /// The tree of `layers`, paths of directories with the lowest first, read-only. `empty` is a directory with nothing
    /// in it, for a stack of none.
    public static func open(_ layers: [String], empty: String) throws(SystemError) -> Descriptor {
        let stacked = lowers(layers)
        // Overlayfs wants something to stack. One directory is its own tree.
        guard stacked.count > 1 else {
            return try Descriptor.open(stacked.first ?? empty, [.readOnly, .directory])
        }
        return try mount(stacked, writable: nil)
    }

    /// The same with changes going to `writable`, a directory that has `upper` and `work`.
    public static func open(_ layers: [String], writable: String) throws(SystemError) -> Descriptor {
        let stacked = lowers(layers)
        // Nothing below: the changes are the tree.
        guard !stacked.isEmpty else { return try Descriptor.open(writable + "/upper", [.readOnly, .directory]) }
        return try mount(stacked, writable: writable)
    }

    /// Topmost first, as overlayfs wants them. It refuses a directory that is there twice; of those, the topmost hides
    /// all that the others could show.
    static func lowers(_ layers: [String]) -> [String] {
        var seen: Set<String> = []
        return layers.reversed().filter { seen.insert($0).inserted }
    }

    private static func mount(_ lowers: [String], writable: String?) throws(SystemError) -> Descriptor {
        let context = try FileSystemContext("overlay")
        try context.set("source", to: "overlay")
        for lower in lowers { try context.set("lowerdir+", to: lower) }
        if let writable {
            try context.set("upperdir", to: writable + "/upper")
            try context.set("workdir", to: writable + "/work")
            try context.set("volatile")
            // Whatever the kernel's defaults are: what is written is a layer as it stands.
            for key in ["redirect_dir", "metacopy", "index"] { try context.set(key, to: "off") }
        }
        return try context.mount([]).take()
    }
}
