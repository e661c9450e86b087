// SPDX-License-Identifier: Apache-2.0

/// The hooks of a container's start, each list in its order. What comes after it is run by the commands that do it.
public struct HookChoices: Hashable, Sendable {
    /// By the runtime, in its namespaces, once the mounts are made and before the root is changed.
    public var prestart: [HookRun] = []
    public var createRuntime: [HookRun] = []
    /// Then, by the container's process in its namespaces; paths are the host's.
    public var createContainer: [HookRun] = []
    /// By the container's process as its last act, in the container.
    public var startContainer: [HookRun] = []

    public init() {}

    /// Those that the parent runs while the child waits.
    var ofParent: [HookRun] { prestart + createRuntime }
    /// Whether a hook sees the container while the host is in reach.
    var beforePivot: Bool { !ofParent.isEmpty || !createContainer.isEmpty }
}
