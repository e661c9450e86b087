// SPDX-License-Identifier: Apache-2.0

/// What `create` and `run` are asked for. Paths are absolute: they were resolved against the directory in which the
/// command was given, not the bundle.
public struct CreateOptions: Sendable {
    public var id: ContainerID
    /// The directory that holds config.json and what its relative paths start from.
    public var bundle: String
    /// Another file in the place of the bundle's config.json.
    public var configuration: String?
    /// The socket that the controlling side of the terminal is sent to: unix(7), SCM_RIGHTS.
    public var consoleSocket: String?
    /// The socket that a descriptor of the container's first process is sent to.
    public var pidfdSocket: String?
    /// Where the number of the container's first process is written, once it is there.
    public var pidFile: String?
    /// How many descriptors from 3 on the container gets, behind those that `LISTEN_FDS` counts.
    public var preservedDescriptors: UInt32 = 0
    /// False asks for another way than pivot_root(2) to leave the old root, as other runtimes have for a root in an
    /// initramfs. There is none here, which the notes of the plan say.
    public var pivots = true
    /// Whether the container gets a session keyring of its own.
    public var makesKeyring = true

    /// Only for `run`: whether to return once the program runs.
    public var isDetached = false
    /// Only for `run`: whether the container stays, stopped, when its program has ended.
    public var isKept = false
    /// Only for `run`: whether orphans of the container become children of this process.
    public var isSubreaper = true

    /// The step before which the process that performs it stops itself, so that one can look; nil for none.
    public var pauseBefore: Int?
    /// Only makes the plan, and shows it.
    public var isDryRun = false
    /// Called with the plan before it is carried out.
    public var showPlan: (@Sendable (Plan) -> Void)?
    /// Called with how long each step took, when the container waits to be started.
    public var showTimes: (@Sendable (Plan, StepTimes) -> Void)?

    public init(id: ContainerID, bundle: String) {
        self.id = id
        self.bundle = bundle
    }
}
