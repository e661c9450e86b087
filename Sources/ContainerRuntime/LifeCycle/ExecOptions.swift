// SPDX-License-Identifier: Apache-2.0
public import OCI

/// What `exec` is asked for. Paths are absolute.
public struct ExecOptions: Sendable {
    public var id: ContainerID
    public var program: Program
    public var consoleSocket: String?
    public var pidfdSocket: String?
    /// Where the number of the process is written, once it is there. For conmon it is the only sign that the runtime
    /// did its part.
    public var pidFile: String?
    public var preservedDescriptors: UInt32 = 0
    /// Whether to return once the program runs.
    public var isDetached = false
    /// A cgroup below the container's own, by a path from there; nil for the container's.
    public var subcgroup: String?
    /// Whether a paused container is no obstacle: the program then starts when the container is resumed.
    public var ignoresPaused = false
    /// The step before which the process that performs it stops itself, so that one can look; nil for none.
    public var pauseBefore: Int?

    /// The `process` of the runtime specification.
    public enum Program: Sendable {
        /// That of `--process`.
        case document(RuntimeConfiguration.Process)
        /// What this makes of the container's own.
        case changed(
            @Sendable (RuntimeConfiguration.Process) throws(RuntimeError) -> RuntimeConfiguration.Process)
    }

    public init(id: ContainerID, program: Program) {
        self.id = id
        self.program = program
    }
}
