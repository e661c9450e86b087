// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Everything that the kernel is asked to do to run one more program in a container that runs: the steps of a ``Plan``
/// that are left when the namespaces, the mounts and the cgroup are there already.
public struct ExecPlan: Hashable, Sendable {
    /// By the parent, before there is a child.
    public var prepare: [HostStep]
    /// The clone, into the cgroup and the namespaces of the container.
    public var spawn: Spawn
    /// By the child, inside the container's root.
    public var inside: [RootStep]
    /// By the child: giving rights up.
    public var confine: [ConfineStep]
    /// The program.
    public var launch: Launch

    /// The plan for `process` in the container whose first process is `container`.
    /// - Parameters:
    ///   - namespaces: those of the container that are not the host's.
    ///   - idMap: the container's, or nil where it has the host's users.
    ///   - cgroup: the container's cgroup, or nil where it has none.
    public init(
        process: ProcessConfiguration, in container: JoinedNamespaces, idMap: IDMap?, cgroup: String?
    ) {
        let owner = idMap?.outside(of: 0) ?? 0
        prepare = []
        if process.attributes.contains(where: \.isLabel) { prepare.append(.openProc) }
        // The child inherits it: the caller's, as of a shim that memory is never taken from, is not the container's.
        if let score = process.oomScore { prepare.append(.setOOMScore(score)) }
        // Before the clone into the cgroup, which the processors that a bundle calls `initial` are for.
        if let processors = process.initialProcessors { prepare.append(.setProcessors(processors)) }
        if let program = process.hostProgram { prepare.append(.sealProgram(path: program)) }
        if let cgroup { prepare.append(.openCgroup(path: cgroup)) }
        if case .pipes(let input) = process.streams {
            prepare.append(.openStreams(input: input, owner: owner, outlives: false))
        }
        prepare += HostStep.connections(of: process)
        spawn = Spawn(create: [], join: [container], createAfterJoining: [], intoCgroup: cgroup != nil)
        inside = [.openRoot]
        if case .terminal(let rows, let columns) = process.streams {
            inside.append(.openTerminal(rows: rows, columns: columns, isConsole: false))
        }
        if process.processSocket != nil { inside.append(.sendProcess) }
        inside += [
            process.numericUser.map { .takeUser($0, ids: idMap) }
                ?? .resolveUser(process.user, additionalGroups: process.additionalGroups, ids: idMap),
            process.hostProgram.map { .takeProgram($0) }
                ?? .resolveProgram(
                    process.arguments[0], searchPath: process.searchPath, workingDirectory: process.workingDirectory),
        ]
        confine = ConfineStep.steps(for: process, limits: process.limits)
        launch = Launch(process, isSeen: true)
    }

    /// Every step in the order of the phases.
    public var steps: [NumberedStep] {
        var result: [NumberedStep] = []
        func add(_ phase: Phase, _ step: AnyStep) {
            result.append(NumberedStep(number: result.count + 1, phase: phase, step: step))
        }
        for step in prepare { add(.prepare, .host(step)) }
        add(.spawn, .spawn(spawn))
        for step in inside { add(.inside, .root(step)) }
        for step in confine { add(.confine, .confine(step)) }
        add(.launch, .launch(launch))
        return result
    }
}
