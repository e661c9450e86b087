// SPDX-License-Identifier: Apache-2.0
public import Linux

/// The files of a container that does not run, as it will see them when it does.
public enum LayeredView {
    /// Stacks the layers of `root` in a mount that no path shows, and that goes with its last descriptor. Nothing else may
    /// use the writable directory meanwhile.
    ///
    /// - Parameters:
    ///   - takesDescriptors: whether the kernel takes layers by descriptor: ``HostFacts/overlayTakesDescriptors``. If not,
    ///     this process leaves for a mount namespace of its own.
    ///   - stage: a directory for the mounts of that.
    public static func open(
        _ root: LayeredRoot, takesDescriptors: Bool, stage: String
    ) throws(SystemError) -> Descriptor {
        if !takesDescriptors {
            try CurrentProcess.unshare(.mount)
            try MountNamespace.setPropagation(.private, recursive: true)
        }
        var kernel = LiveKernel()
        for (index, layer) in root.layers.enumerated() {
            kernel.table.put(try DetachedMount(copying: layer, recursive: false).take(), in: Slot.layer(index).number)
        }
        kernel.table.put(try DetachedMount(copying: root.writable, recursive: false).take(), in: Slot.writable.number)
        var messages: String?
        try kernel.mount(
            Overlay(
                route: takesDescriptors ? .descriptors : .names(stage: stage),
                layers: root.layers.indices.map(Slot.layer), owner: 0, isVolatile: false), messages: &messages)
        return try kernel.table.take(Slot.root.number)
    }
}
