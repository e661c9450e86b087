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
        do throws(SystemError) { return try mountByParameters(lowers, writable: writable) } catch {
            // Kernels before 6.7 do not know `lowerdir+`, and say so when all is said.
            guard [.invalid, .noSystemCall, .notSupported].contains(error.errno) else { throw error }
            return try mountByNames(lowers, writable: writable)
        }
    }

    /// Whatever the kernel's defaults are: what is written is a layer as it stands.
    private static let options = [("redirect_dir", "off"), ("metacopy", "off"), ("index", "off")]

    private static func mountByParameters(_ lowers: [String], writable: String?) throws(SystemError) -> Descriptor {
        let context = try FileSystemContext("overlay")
        try context.set("source", to: "overlay")
        for lower in lowers { try context.set("lowerdir+", to: lower) }
        if let writable {
            try context.set("upperdir", to: writable + "/upper")
            try context.set("workdir", to: writable + "/work")
            try context.set("volatile")
            for (key, value) in options { try context.set(key, to: value) }
        }
        return try context.mount([]).take()
    }

    /// In a mount namespace of this process alone, each directory is attached under a name of one to three characters,
    /// so that 500 of them fit into the one page of options that mount(2) takes.
    private static func mountByNames(_ lowers: [String], writable: String?) throws(SystemError) -> Descriptor {
        try CurrentProcess.unshare(.mount)
        try MountNamespace.setPropagation(.private, recursive: true)
        var table = DescriptorTable()
        for (index, path) in (lowers + (writable.map { [$0] } ?? [])).enumerated() {
            table.put(try DetachedMount(copying: path, recursive: false).take(), in: index)
        }
        let context = try FileSystemContext("tmpfs")
        try context.set("mode", to: "0700")
        // Over one of the directories, until all is done: nobody else sees it.
        let place = try context.mount([]).attach(at: try Descriptor.open(writable ?? lowers[0], [.path, .directory]))
        let former = try Descriptor.open(".", [.path, .directory])
        try CurrentProcess.changeDirectory(to: place)
        defer {
            try? MountNamespace.detachCurrentDirectory()
            try? CurrentProcess.changeDirectory(to: former)
        }
        func attach(_ slot: Int, as name: String) throws(SystemError) {
            try place.makeDirectory(name)
            try DetachedMount(received: try table.take(slot)).attach(at: try place.open(name, [.path, .directory]))
        }
        for index in lowers.indices { try attach(index, as: "\(index)") }
        var said = "lowerdir=" + lowers.indices.map(String.init).joined(separator: ":")
        if writable != nil {
            try attach(lowers.count, as: "w")
            said += ",upperdir=w/upper,workdir=w/work,volatile"
            for (key, value) in options { said += ",\(key)=\(value)" }
        }
        try place.makeDirectory("m")
        try MountNamespace.mount("overlay", at: "m", options: said)
        return try DetachedMount(copying: "m", recursive: false).take()
    }
}
