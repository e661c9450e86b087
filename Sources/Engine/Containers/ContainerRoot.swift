// SPDX-License-Identifier: Apache-2.0
public import Images
public import OCI

/// What a container's root file system is made of, and what its image says about processes.
public struct ContainerRoot: Sendable {
    /// Directories of unpacked layers, the lowest first.
    public var layers: [String]
    /// The owners from 65536 on that occur in them: a user namespace needs a place for each.
    public var highIDs: [UInt32]
    public var execution: ImageConfiguration.Execution

    public init(layers: [String], highIDs: [UInt32], execution: ImageConfiguration.Execution) {
        self.layers = layers
        self.highIDs = highIDs
        self.execution = execution
    }

    /// An image's. Layers in which there is nothing are left out.
    public init(_ image: Image) {
        self.init(
            layers: image.layers.filter { $0.entries > 0 }.map(\.path),
            highIDs: image.layers.flatMap { $0.highUsers + $0.highGroups },
            execution: image.configuration.execution)
    }
}

extension ContainerRoot {
    /// How many layers the kernel stacks under a writable one: `OVL_MAX_STACK` of fs/overlayfs.
    static let mostLayers = 500

    /// What to stack, the topmost first, above `skeleton`.
    ///
    /// Overlayfs refuses a directory that is there twice; of those the topmost hides all that the others could show. The
    /// skeleton has only what a start makes otherwise, so it is left out where there is no room for it.
    func stack(above skeleton: String) throws(EngineError) -> [String] {
        var seen: Set<String> = []
        let stack = layers.reversed().filter { seen.insert($0).inserted }
        guard stack.count <= Self.mostLayers else {
            throw EngineError(
                .invalid,
                "the image has \(stack.count) layers, and the kernel stacks \(Self.mostLayers) at most: "
                    + "build it with fewer steps")
        }
        return stack.count < Self.mostLayers ? stack + [skeleton] : stack
    }
}
