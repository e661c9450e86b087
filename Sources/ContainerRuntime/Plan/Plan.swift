// SPDX-License-Identifier: Apache-2.0
public import Linux

/// Everything that the kernel is asked to do for one container, in order, as data.
///
/// The planner makes it from a configuration and facts about the host, without asking the kernel anything. The
/// interpreter runs it; `--explain` prints it; the audit holds the running process against it. A kernel effect of a
/// container's set-up that is no step does not happen.
///
/// The phases are types, and a step of one does not compile in another: what a step may reach depends on where it
/// stands, and runtimes that moved a step across the pivot have re-opened holes that were closed for years.
public struct Plan: Hashable, Sendable {
    /// By the parent, before there is a child.
    public var prepare: [HostStep]
    /// The clone.
    public var spawn: Spawn
    /// By the parent, while the child makes its namespaces and waits.
    public var beside: [HostStep]
    /// By the child, while the host's file system is still in reach: by descriptor only.
    public var build: [MountStep]
    /// From the host's root to the container's.
    public var pivot: Pivot
    /// By the child, inside the container's root, with every right over its namespaces.
    public var inside: [RootStep]
    /// By the child: giving rights up.
    public var confine: [ConfineStep]
    /// By the child: waiting to be let go on to the program. Empty where nothing stands between set-up and program.
    public var gate: [GateStep] = []
    /// The program.
    public var launch: Launch
    /// By the parent, when the container has ended.
    public var after: [HostStep]
    /// What the host could not give, a line each, for people.
    public var notes: [String] = []
}

/// The clone: clone3(2).
public struct Spawn: Hashable, Sendable {
    /// Made together with the child.
    public var create: Namespaces
    /// Joined by the child before anything else; its pid namespace by the parent before the clone.
    public var join: [JoinedNamespaces]
    /// Made by the child once it has joined: they then belong to the joined user namespace.
    public var createAfterJoining: Namespaces
    /// Whether the child begins in ``Slot/cgroup``.
    public var intoCgroup: Bool
    /// Joined as ``join`` is, from ``Slot/namespace(_:)``.
    public var joinOpened: Namespaces = []
    /// Made together with a second child, which takes the place of the first: a user namespace of the container's own
    /// beside namespaces that it joins and that do not belong to it.
    public var createInSibling: Namespaces = []

    /// Whether the child makes another in its place: in a pid or time namespace there are children alone.
    public var clonesTwice: Bool {
        !createAfterJoining.intersection([.pid, .time]).isEmpty || !createInSibling.isEmpty
            || join.contains { $0.isWatched && $0.kinds.contains(.pid) }
    }
}

extension Plan {
    /// The namespaces that the container has to itself, whoever makes them.
    public var ownNamespaces: Namespaces {
        build.reduce(spawn.create.union(spawn.createAfterJoining).union(spawn.createInSibling)) { made, step in
            switch step {
            case .makeNamespaces(let kinds, _): made.union(kinds)
            case .newCgroupNamespace: made.union(.cgroup)
            default: made
            }
        }
    }
}

/// The change of root: pivot_root(2) onto the mount in ``Slot/root``, and the old root's unmount.
public struct Pivot: Hashable, Sendable {}

/// The last acts: no_new_privs, and the sealed launcher that loads the filter and executes the program.
public struct Launch: Hashable, Sendable {
    public var noNewPrivileges: Bool
    /// Loaded by the launcher after everything else; nil where there is none, or where ``ConfineStep/loadFilter(_:)``
    /// had to load it while the rights to do so were still there.
    public var filter: FilterChoice?
    public var arguments: [String]
    /// What the program is looked up in where its name has no slash.
    public var environment: [String]
    /// Whether the first argument is an init, and the program that was looked up the one that it starts.
    public var hasInit = false
    /// How many descriptors of whoever starts it the program has beside the standard streams.
    public var furtherStreams = 0
    /// Whether others see it, as its process namespace is not its own, who might take hold of the launcher before it has
    /// loaded the filter. It is then loaded by the child, which nobody can trace, at the price that the profile has to
    /// allow execveat.
    public var isSeen = false
}

/// An undo of a host step: how what it made is taken away by somebody who knows nothing but this value.
///
/// The list of a plan is its journal: on disk before the clone, so that the next command can clean up after one that
/// was killed.
public enum Undo: Hashable, Sendable {
    /// Kills what is in a cgroup and removes it and those below.
    case removeCgroup(path: String)
    /// Removes a directory and what is in it.
    case removeTree(path: String)
    /// Removes a file.
    case removeFile(path: String)
    /// Removes a symbolic link whose text is `owner`: one that says that a thing is taken. Another's of that name stays.
    case removeLink(path: String, owner: String)
}
