// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension LiveKernel {
    /// Stacks the layers: overlayfs.rst.
    ///
    /// Overlayfs acts as whoever mounted it. The host's root has no id in the map of an idmapped upper directory, so
    /// the mount is made with the container's root as owner of new files; without that the upper directory would come
    /// up read-only (EOVERFLOW on `work/work`, and a line in the kernel's log alone).
    mutating func mount(_ overlay: Overlay, messages: inout String?) throws(SystemError) {
        try CurrentProcess.setFileOwner(overlay.owner)
        defer { try? CurrentProcess.setFileOwner(0) }
        let mount =
            switch overlay.route {
            case .descriptors: try stackByDescriptors(overlay, messages: &messages)
            case .names(let stage): try stackByNames(overlay, on: stage, messages: &messages)
            }
        // The child waits for the root; the trees that it is made of go while the child goes on.
        table.retire((overlay.layers + (overlay.isWritable ? [.writable] : [])).map(\.number))
        table.put(mount.take(), in: overlay.root.number)
    }

    /// Whatever the kernel's defaults are: an upper directory has whole files under their own names, so that it is a
    /// layer as it stands.
    private static let overlayOptions = [("redirect_dir", "off"), ("metacopy", "off"), ("index", "off")]

    private borrowing func stackByDescriptors(
        _ overlay: Overlay, messages: inout String?
    ) throws(SystemError) -> DetachedMount {
        let context = try FileSystemContext("overlay")
        do throws(SystemError) {
            try context.set("source", to: "overlay")
            for layer in overlay.layers {
                try context.set("lowerdir+", to: "/proc/self/fd/\(try table.number(layer.number))")
            }
            if overlay.isWritable {
                let writable = "/proc/self/fd/\(try table.number(Slot.writable.number))"
                try context.set("upperdir", to: writable + "/upper")
                try context.set("workdir", to: writable + "/work")
            }
            for (key, value) in Self.overlayOptions { try context.set(key, to: value) }
            if overlay.isVolatile { try context.set("volatile") }
            let mount = try context.mount(overlay.isWritable ? [] : [.readOnly])
            guard let subpath = overlay.subpath else { return mount }
            messages = "the image has no directory \(subpath)"
            let place = try mount.root.open(subpath, [.path, .directory], resolve: .container)
            return try DetachedMount(copying: place)
        } catch {
            let said = context.messages()
            if !said.isEmpty { messages = said.joined(separator: "; ") }
            throw error
        }
    }

    /// For kernels before 6.15. In the mount namespace of this process alone, each tree is attached under a name of
    /// one to three characters, so that 127 of them fit into the one page of options that mount(2) takes.
    private mutating func stackByNames(
        _ overlay: Overlay, on stage: String, messages: inout String?
    ) throws(SystemError) -> DetachedMount {
        let context = try FileSystemContext("tmpfs")
        try context.set("mode", to: "0755")
        let place = try context.mount([]).attach(at: try Descriptor.open(stage, [.path, .directory]))
        func attach(_ slot: Slot, as name: String) throws(SystemError) {
            try place.makeDirectory(name)
            try DetachedMount(received: try table.take(slot.number)).attach(
                at: try place.open(name, [.path, .directory]))
        }
        for (index, layer) in overlay.layers.enumerated() { try attach(layer, as: "\(index)") }
        if overlay.isWritable { try attach(.writable, as: "w") }
        try place.makeDirectory("m")
        let former = try Descriptor.open(".", [.path, .directory])
        try CurrentProcess.changeDirectory(to: place)
        defer { try? CurrentProcess.changeDirectory(to: former) }
        let layers = overlay.layers.indices.map(String.init).joined(separator: ":")
        try MountNamespace.mount(
            "overlay", at: "m",
            options: "lowerdir=\(layers)," + (overlay.isWritable ? "upperdir=w/upper,workdir=w/work," : "")
                + Self.overlayOptions.map { "\($0)=\($1)" }.joined(separator: ",")
                + (overlay.isVolatile ? ",volatile" : ""))
        // A copy that no path shows, as the other route gives; the child attaches it.
        if let subpath = overlay.subpath { messages = "the image has no directory \(subpath)" }
        let shown = try Descriptor.open("m", [.path, .directory]).open(
            overlay.subpath ?? ".", [.path, .directory], resolve: .container)
        let root = try DetachedMount(copying: shown)
        if !overlay.isWritable { try root.add(.readOnly, recursive: false) }
        // Overlayfs holds the trees itself; the names would keep the stage from being removed.
        try MountNamespace.detachCurrentDirectory()
        return root
    }
}
