// SPDX-License-Identifier: Apache-2.0
public import Linux

/// A named place for a descriptor that one step makes and later ones use.
///
/// Each is filled once; ``Plan/validate()`` holds every plan to that.
public enum Slot: Hashable, Sendable {
    /// The container's cgroup directory.
    case cgroup
    /// The container's user namespace.
    case userNamespace
    /// The overlay, first detached, later the container's root.
    case root
    /// The container's `/dev`, made by the parent.
    case devices
    /// A layer's directory, topmost first.
    case layer(Int)
    /// The directory that holds `upper` and `work`.
    case writable
    /// A bind mount's source.
    case bind(Int)
    /// A user namespace that is there for its maps: those of a mount.
    case mapping(Int)
    /// The root of a mount that is made read-only once all mounts are there.
    case mounted(Int)
    /// Nodes that are shown one by one.
    case nodes
    /// The null device, which masks files.
    case null
    /// The container's ends of the standard streams.
    case stream(Int)
    /// The program that is process 1 in the place of the container's own.
    case initProgram
    /// The container's end of its terminal.
    case terminal
    /// A file of the runtime's own, as `/etc/hosts`.
    case ownFile(Int)
    /// What the child reads from before it goes on to its program.
    case gate
    /// What it writes to if it cannot.
    case report
    /// The host's procfs, for the few files of it that a process writes for itself.
    case proc
    /// A procfs of the container's namespaces that has the kernel's settings, where its own shows processes alone.
    case settings
    /// A namespace that the child joins, of one kind; the user namespace has ``userNamespace``.
    case namespace(Namespaces)
    /// The socket that gets the descriptor of the process.
    case process
    /// The socket that gets the terminal.
    case console
    /// The socket that gets the listener of the filter.
    case listener
    /// A sealed copy of a program of the host's, which is run in the place of one of the container's.
    case program

    /// Its number in a ``Linux/DescriptorTable``: no two slots have the same.
    var number: Int {
        switch self {
        case .namespace(.user): Self.userNamespace.number
        case .namespace(let kind): 18 + (kind.place ?? 0)
        // The place of the user namespace, which has a slot of its own.
        case .settings: 18
        case .process: 16
        case .console: 14
        case .listener: 15
        case .cgroup: 0
        case .userNamespace: 1
        case .null: 2
        case .nodes: 13
        case .root: 3
        case .devices: 4
        case .writable: 5
        case .initProgram: 7
        case .terminal: 6
        case .stream(let index): 8 + index
        case .gate: 11
        case .report: 12
        case .proc: 17
        case .ownFile(let index): 26 + index
        case .program: 43
        case .bind(let index): 44 + index * 4
        case .layer(let index): 45 + index * 4
        case .mounted(let index): 46 + index * 4
        case .mapping(let index): 47 + index * 4
        }
    }
}

extension Slot: CustomStringConvertible {
    public var description: String {
        switch self {
        case .cgroup: "cgroup"
        case .userNamespace: "user-namespace"
        case .root: "root"
        case .devices: "devices"
        case .layer(let index): "layer-\(index)"
        case .writable: "writable"
        case .initProgram: "init"
        case .bind(let index): "bind-\(index)"
        case .mapping(let index): "mapping-\(index)"
        case .mounted(let index): "mounted-\(index)"
        case .nodes: "nodes"
        case .null: "null"
        case .stream(let index): "stream-\(index)"
        case .terminal: "terminal"
        case .ownFile(let index): "own-file-\(index)"
        case .gate: "gate"
        case .report: "report"
        case .proc: "proc"
        case .settings: "settings"
        case .namespace(let kind): "namespace-\(kind)"
        case .process: "process"
        case .program: "program"
        case .console: "console"
        case .listener: "listener"
        }
    }
}

extension [Slot] {
    /// As many at a time as one message carries, by number.
    var ofMessages: [[DescriptorTable.Slot]] {
        // One at least: who waits for nothing else waits for the word.
        stride(from: 0, to: Swift.max(count, 1), by: MessageSocket.maximumDescriptors).map { first in
            self[first..<Swift.min(count, first + MessageSocket.maximumDescriptors)].map(\.number)
        }
    }
}
