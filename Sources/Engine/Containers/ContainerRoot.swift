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

    /// An image's.
    public init(_ image: Image) {
        self.init(
            layers: image.layers.map(\.path), highIDs: image.layers.flatMap { $0.highUsers + $0.highGroups },
            execution: image.configuration.execution)
    }
}
