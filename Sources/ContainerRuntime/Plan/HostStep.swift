// SPDX-License-Identifier: Apache-2.0
public import Linux

/// A step of the parent, with the rights of the host's root.
public enum HostStep: Hashable, Sendable {
    /// Leaves the host's mount namespace, for a kernel that cannot stack detached layers: fills nothing.
    case enterMountNamespace
    /// Writes a file of the runtime's own and opens it as a mount: fills ``Slot/ownFile(_:)``.
    case writeOwnFile(Slot, path: String, contents: String, owner: UInt32)
    /// Makes a cgroup, with controllers passed down to it: fills ``Slot/cgroup``.
    case makeCgroup(NewCgroup)
    /// Opens a cgroup that is there: fills ``Slot/cgroup``.
    case openCgroup(path: String)
    /// Writes a control file of ``Slot/cgroup``.
    case limit(CgroupSetting)
    /// Lets ``Slot/cgroup`` use these devices and no others.
    case filterDevices([DeviceRule])
    /// Lets a user of the host's make cgroups below ``Slot/cgroup``.
    case delegateCgroup(owner: UInt32)
    /// Opens the three standard streams of the child: fills ``Slot/stream(_:)`` 0 to 2; without `input` the child opens
    /// the null device of its own /dev as the first.
    /// With `outlives` the program's ends of its output can be read as well: it can write, and does not end by that, while
    /// nobody else reads, and whoever reads next finds all of it.
    case openStreams(input: Bool, owner: UInt32, outlives: Bool)
    /// Gives the child's user namespace its ids: fills ``Slot/userNamespace``.
    case mapIDs(IDMap)
    /// Opens the user namespace of a process that the child joins: fills ``Slot/userNamespace``.
    case openUserNamespace(process: Int32)
    /// Copies a mount, detached.
    case copyTree(Slot, TreeCopy)
    /// Copies what a process of another mount namespace sees, detached and apart from it: fills a ``Slot/bind(_:)``.
    case copyRoot(Slot, ProcessRoot)
    /// Makes a user namespace that is there for its maps: fills ``Slot/mapping(_:)``.
    case makeMapping(Slot, users: IDMap, groups: IDMap)
    /// Stacks layers and the writable directory, from their slots: fills ``Slot/root``, or of an image that is shown
    /// beside it a ``Slot/bind(_:)``.
    case mountOverlay(Overlay)
    /// Mounts a file system where nobody sees it: fills a ``Slot/bind(_:)``.
    case mountFileSystem(Slot, NewFileSystem, attributes: MountAttributes, owners: TreeCopy.Owners?)
    /// Makes a file system in memory with the two directories that overlayfs writes to: fills ``Slot/writable``.
    case makeWritable(WritableMemory)
    /// Puts into a volume what ``Slot/root`` has at the place where it will be shown, if nothing was put in it yet.
    case fillVolume(VolumeFill)
    /// Makes the container's `/dev`: fills ``Slot/devices``.
    case makeDevices(DeviceDirectory)
    /// Makes nodes where nothing shows them, named by their place in the list: fills ``Slot/nodes``.
    case makeNodes([DeviceNode], ids: IDMap?)
    /// Opens the host's null device, made sure of: fills ``Slot/null``.
    case openNull
    /// Copies a program of the host's into memory that nobody can change: fills ``Slot/program``.
    case sealProgram(path: String)
    /// Sets how readily the child is killed when memory is short; before there is one, this process, as which it begins.
    case setOOMScore(Int)
    /// Makes two named pipes in a directory of this container's, and opens them: fills ``Slot/gate`` and
    /// ``Slot/report``.
    case makeGate(GateConfiguration)
    /// Opens a namespace and makes sure of its kind: fills ``Slot/namespace(_:)``.
    case openNamespace(NamespacePath)
    /// Makes the time namespace that the child is made in, and sets its clocks, which nobody can once a process is in it.
    case makeTimeNamespace([TimeOffset])
    /// Makes children in this process' own time namespace again.
    case leaveTimeNamespace
    /// Moves an interface to the child's network namespace, or to the one that it joins.
    case moveNetworkDevice(NetworkDevice, joined: Bool)
    /// Makes a pair of interfaces, a port of a bridge and the one of the child's network namespace.
    case makePort(NetworkPort)
    /// Makes an interface of the child's network namespace above one of the host's.
    case makeMacvlan(MacvlanInterface)
    /// Opens sockets for questions about names at port 53 of this address of the child's network namespace, for datagrams and
    /// for streams: fills ``Started/Slot/names`` and ``Started/Slot/nameStreams`` of who watches over the program.
    case listenForNames(InternetAddress)
    /// Gives the loopback interface of the child's network namespace this address, and opens a listener at port 80 of it that
    /// only who is in the namespace reaches: fills ``Started/Slot/role``.
    case listenForRole(InternetAddress)
    /// Tells the host's firewall what may come from the container and go to it, in these words.
    case admit([String])
    /// Connects to a socket that somebody listens on: fills ``Slot/console`` or ``Slot/process``.
    case connect(Slot, path: String)
    /// Connects to the supervisor of the filter: fills ``Slot/listener``. Once the child has loaded it, the supervisor gets
    /// the listener and the state of the container.
    case connectListener(ListenerChoice)
    /// Lets the child go on, whose user namespace has its ids.
    case letBecomeRoot
    /// Waits until the child has made its namespaces: there is one then to make interfaces in.
    case awaitNamespaces
    /// Lets the child go on, whose interfaces are there.
    case letUseInterfaces
    /// Waits until the child has made its mounts.
    case awaitMounts
    case runHook(HookRun)
    /// Lets the child go on, whose mounts hooks have seen.
    case letGoOn
    /// Runs on these processors from now on, and so does the child until it has others.
    case setProcessors(NumberSet)
    /// Opens the host's procfs, made sure that it is one: fills ``Slot/proc``.
    case openProc
    /// Lets the child have a higher hard limit than this process, which it could not give itself.
    case raiseLimit(LimitChoice)
    /// Gives the child the descriptors it needs and lets it go on.
    case handOver([Slot])
    /// Takes something away that an earlier step made.
    case undo(Undo)

    /// How what this step made is taken away.
    public var undo: Undo? {
        switch self {
        case .makeCgroup(let cgroup): .removeCgroup(path: cgroup.path)
        case .writeOwnFile(_, let path, _, _): .removeFile(path: path)
        case .fillVolume(let fill): .removeTree(path: "\(fill.directory)/\(fill.temporary)")
        default: nil
        }
    }
}

/// A container's `/dev`: a file system in memory, with nodes and links in it.
public struct DeviceDirectory: Hashable, Sendable {
    public var fileSystem: NewFileSystem
    public var attributes: MountAttributes
    public var nodes: [DeviceNode]
    /// Which ids of the host's those of the container are; nil where they are the same.
    public var ids: IDMap?
    /// Whether there is a place for a terminal.
    public var hasConsole: Bool
}

/// A file system in memory that takes what a container writes into its root.
public struct WritableMemory: Hashable, Sendable {
    public var fileSystem: NewFileSystem
    /// A directory whose `upper` has the permissions and the owner that the container's root gets.
    public var model: String
    /// The host's id of the container's root.
    public var owner: UInt32
    /// Which ids of the host's those of the container are; nil where they are the same.
    public var ids: IDMap?
}

/// A stack of layers.
public struct Overlay: Hashable, Sendable {
    /// How the layers are named to the kernel.
    public enum Route: Hashable, Sendable {
        /// By descriptor: `lowerdir+`, kernels from 6.15 on.
        case descriptors
        /// Attached under short names on a directory in a private mount namespace, then mount(2).
        case names(stage: String)
    }
    public var route: Route
    /// The topmost first.
    public var layers: [Slot]
    /// The host's id of the container's root, who owns what overlayfs makes for itself.
    public var owner: UInt32
    /// Whether losing the writable directory in a power cut is no loss: overlayfs's `volatile`.
    public var isVolatile: Bool
    /// What it fills.
    public var root = Slot.root
    /// Whether ``Slot/writable`` is on top.
    public var isWritable = true
    /// A directory of it, resolved inside of it; nil for all.
    public var subpath: String?
}
