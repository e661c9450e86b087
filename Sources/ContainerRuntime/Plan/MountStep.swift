// SPDX-License-Identifier: Apache-2.0
public import Linux

/// A step of the child while the host's file system is still in reach: it names places of the container by path
/// relative to ``Slot/root``, which the kernel resolves inside of it, and places of the host by slot alone.
public enum MountStep: Hashable, Sendable {
    /// Waits for ``HostStep/handOver(_:)`` and takes the descriptors.
    case awaitHost([Slot])
    /// Waits for ``HostStep/letBecomeRoot``.
    case awaitIDs
    /// Makes namespaces that belong to its user namespace, and tells the parent if that waits for them. The clone leaves them
    /// to the child: a network namespace takes longer to make than all the others, and the parent has something to do
    /// meanwhile.
    case makeNamespaces(Namespaces, tells: Bool)
    /// Becomes user and group 0 of the new user namespace.
    case becomeRoot
    /// Sets how readily it is killed when memory is short, by the host's procfs, with the rights of the host's root.
    case setOOMScore(Int)
    /// Makes a cgroup namespace whose root is ``Slot/cgroup``.
    case newCgroupNamespace
    /// Makes that no mount from now on shows in another namespace, nor one of the others' here.
    case isolateMounts
    /// Makes a whole procfs that nobody sees, for settings that the container's own does not show: fills
    /// ``Slot/settings``.
    case openSettings
    /// Attaches ``Slot/root`` over the host's root, as this mount namespace shows it.
    case attachRoot
    /// Attaches it over the directory of the host's that it is a copy of, where hooks look for the container's mounts.
    case attachRootInPlace(String)
    /// Asks by which number the host knows this process.
    case learnProcess
    /// Waits for ``HostStep/letGoOn``.
    case awaitHooks
    /// Runs a program of the host's in the container's namespaces.
    case runHook(HookRun)
    /// Mounts a new file system; `keeps` is a ``Slot/mounted(_:)`` for its root.
    case mount(
        NewFileSystem, attributes: MountAttributes, propagation: [PropagationChange] = [], target: String,
        keeps: Slot? = nil)
    /// Shows ``Slot/devices`` as `/dev`; `keeps` is a ``Slot/mounted(_:)`` for its root.
    case attachDevices(keeps: Slot? = nil)
    /// Shows a tree that the parent copied; `isDirectory` says what is made where the target is missing.
    case attach(Slot, target: String, isDirectory: Bool)
    /// Makes a node in the root file system; the same one may be there already.
    case makeNode(DeviceNode)
    /// Shows a node of ``Slot/nodes``, by its place there, at its own.
    case attachNode(Int, DeviceNode)
    /// Makes the links of `/dev` in the root file system, where they are missing.
    case makeDeviceLinks
    /// Makes a mount unwritable, now that everything is mounted in it.
    case makeReadOnly(Slot)
}

/// A step of the child inside the container's root.
public enum RootStep: Hashable, Sendable {
    /// Opens the root that the child has joined: fills ``Slot/root``.
    case openRoot
    /// Waits for ``HostStep/letUseInterfaces``.
    case awaitInterfaces
    case bringLoopbackUp
    /// Gives an interface its addresses and brings it up.
    case configureInterface(InterfaceSettings)
    case setHostname(String)
    case setDomainName(String)
    /// Writes a setting of a namespace of the container's own.
    case setSysctl(Sysctl)
    /// Opens a terminal of the container's own devpts and hands the other side to the parent: fills ``Slot/terminal``.
    /// `isConsole` where it is the container's first, and so its `/dev/console` too.
    case openTerminal(rows: UInt16, columns: UInt16, isConsole: Bool = true)
    /// Sends a descriptor of this process to ``Slot/process``.
    case sendProcess
    /// Makes the working directory where it is missing.
    case makeWorkingDirectory(String)
    /// Looks the user and the groups up in the container's own files.
    case resolveUser(UserChoice, additionalGroups: [String], ids: IDMap?)
    /// Is this user; only the home directory is looked up, in the container's own file.
    case takeUser(NumericUser, ids: IDMap?)
    /// Looks the program up: a name without a slash in the directories of `searchPath`.
    case resolveProgram(String, searchPath: [String], workingDirectory: String)
    /// Runs what is in ``Slot/program``: nothing of the container's is looked up.
    case takeProgram(String)
    /// Makes a path unwritable, with what is mounted below it.
    case makeReadOnly(String)
    /// Hides what is at a path.
    case mask(String)
    /// Makes the root itself unwritable.
    case makeRootReadOnly
    /// Looks at each path again, as the program will: what is masked must show what masks it, and what is read-only
    /// must refuse writes.
    case verifyPaths(masked: [String], readOnly: [String])
    /// Sets how mounts below the root spread.
    case setRootPropagation(PropagationChange)
}

/// A step of the child that gives rights up.
public enum ConfineStep: Hashable, Sendable {
    /// Blocks and ignores no signal.
    case resetSignals
    /// Has a session keyring of its own.
    case newKeyring
    /// Makes ``Slot/stream(_:)`` 0 to 2 the standard streams.
    case useStreams
    /// Starts a session; a terminal in ``Slot/terminal`` becomes its controlling one and the standard streams.
    case startSession(terminal: Bool)
    case setLimit(LimitChoice)
    case setFileModeMask(UInt32)
    case changeDirectory(String)
    /// Loads the filter while the right to do so without no_new_privs is there.
    case loadFilter(FilterChoice)
    /// Bounds what any program of the container can ever have.
    case boundCapabilities(CapabilitySet)
    /// Becomes the user and the groups that ``RootStep/resolveUser(_:additionalGroups:ids:)`` found.
    case becomeUser
    /// Sets the permitted, effective, inheritable and ambient sets.
    case setCapabilities(CapabilitySet)
    /// Ends when the supervisor ends.
    case dieWithParent
    /// Has the session keyring of this name, as the other processes of its container.
    case joinKeyring(String)
    /// Keeps the keyring of whoever starts it, as was asked for.
    case keepKeyring
    case setAttribute(ProcessAttribute)
    /// Gives the standard streams to the user of the program.
    case ownStreams
    /// Keeps the permitted capabilities while the user changes.
    case keepCapabilities
    /// Sets exactly these sets.
    case setCapabilitySets(ProcessCapabilities)
    case setNoNewPrivileges
    /// Asks the kernel whether all of that is so.
    case verify(Confinement)
}
