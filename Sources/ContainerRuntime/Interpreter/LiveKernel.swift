// SPDX-License-Identifier: Apache-2.0
public import Linux

/// The kernel itself. One value serves one start: the parent's copy before and after the clone, the child's after it.
public struct LiveKernel: Kernel, ~Copyable {
    /// What steps have made for later ones.
    var table = DescriptorTable()
    /// The supervisor's ends of the streams: 0 input, 1 output, 2 errors, 3 the terminal.
    var streams = DescriptorTable()
    /// To the other side of the clone.
    var socket: MessageSocket?
    var child: Process?
    var side: Side = .parent
    /// What the child found in the container's own files.
    var identity = Identity.root
    var programPath = ""
    /// The filter that holds this process already.
    var loadedFilter: SeccompFilter?
    var emptyDirectory: Descriptor?
    var nullFile: Descriptor?
    /// Whether ``Slot/nodes`` is attached, so that parts of it can be copied.
    var nodesAreAttached = false
    /// The child's number on the host, as the child has learned it.
    var hostID: Int32?
    /// Whether the user namespace that was joined lets nobody change supplementary groups: user_namespaces(7).
    var groupsAreFixed = false
    /// Who answers the calls that the filter asks about.
    var listener: ListenerChoice?
    /// What the child said of its failure while the parent waited for something else.
    var heard: StepFailure?
    /// Whether the standard streams are the program's user's already, or not to be given away.
    var streamsAreOwned = false
    var traced: StepTimes?
    /// How long the phases took, on this side of the clone; the parent's have the child's when the program runs.
    public internal(set) var phases = PhaseTimes()
    private let pauseBefore: Int?
    /// What tells the host's firewall of the container; it returns why that failed.
    public var admission: (@Sendable () -> String?)?
    /// Signals that end a start whose program does not run yet; nil where none does.
    public var interruptions: SignalQueue?

    /// - Parameters:
    ///   - traces: whether the time of each step is kept.
    ///   - pauseBefore: the step before which the process that performs it stops itself, so that one can look. Process
    ///     1 of a pid namespace, which the kernel does not let do so, sleeps until it is killed.
    public init(traces: Bool = false, pauseBefore: Int? = nil) {
        traced = traces ? StepTimes() : nil
        self.pauseBefore = pauseBefore
    }

    public mutating func willPerform(step number: Int) {
        if number == pauseBefore {
            CurrentProcess.raise(.stop)
            while CurrentProcess.id == 1 { Clock.sleep(milliseconds: 1000) }
        }
        traced?.begin(number)
    }

    public mutating func didPerform(step number: Int) { traced?.end(number) }

    public mutating func didFinish(_ phase: Phase) { phases.end(phase) }

    public mutating func perform(_ spawn: Spawn) throws(StepError) -> Side {
        do throws(SystemError) {
            return try clone(spawn)
        } catch {
            throw StepError(error)
        }
    }

    private mutating func clone(_ spawn: Spawn) throws(SystemError) -> Side {
        var pair = try MessageSocket.pair()
        // Held before the clone: in another pid namespace their numbers mean other processes.
        var others = DescriptorTable()
        for (index, other) in spawn.join.enumerated() {
            others.put(try Process.handle(of: other.process), in: index)
            // The number cannot change its meaning while the descriptor is open.
            if let time = other.startTime, ProcessTimes.start(of: other.process) != time {
                throw SystemError("pidfd_open", .noSuchProcess)
            }
            // A pid namespace is joined by children, so by the parent; the others by the child itself.
            if other.kinds.contains(.pid), !other.isWatched {
                try others.with(index) { handle throws(SystemError) in try CurrentProcess.join(.pid, of: handle) }
            }
        }
        let own: NamespaceFile?
        if spawn.joinOpened.contains(.pid) {
            own = try NamespaceFile(ofThisProcess: .pid)
            try join(opened: .pid)
        } else {
            own = nil
        }
        let result: CloneResult
        if spawn.intoCgroup {
            result = try table.with(Slot.cgroup.number) { cgroup throws(SystemError) in
                try Process.clone(into: spawn.create, cgroup: cgroup)
            }
        } else {
            result = try Process.clone(into: spawn.create)
        }
        switch consume result {
        case .parent(let process):
            // Hooks are children too, and not the container's.
            try own?.join()
            socket = pair.takeFirst()
            child = spawn.clonesTwice ? try receiveSibling(of: process) : consume process
            // The container's ends are the child's alone, or the end of its output would never be seen.
            table.close(([0, 1, 2].map(Slot.stream) + [.console, .process]).map(\.number))
            return .parent
        case .child:
            side = .child
            socket = pair.takeSecond()
            table.close([Slot.listener.number])
            // Nobody in a joined namespace may look into this process, which still holds the host's (CVE-2016-9962).
            try CurrentProcess.setDumpable(false)
            for (index, other) in spawn.join.enumerated() {
                try others.with(index) { handle throws(SystemError) in
                    try join(other.kinds, of: handle)
                    // Its own child is the first that they see there: it has their mounts, and no directory of the host's.
                    if other.kinds.contains(.pid), other.isWatched { try CurrentProcess.join(.pid, of: handle) }
                }
            }
            others = DescriptorTable()
            table.close([Slot.cgroup.number])
            try join(opened: spawn.joinOpened.subtracting(.pid))
            // Nothing of the host's is left to whoever takes hold of this process later.
            for kind in Namespaces.kinds where spawn.joinOpened.contains(kind) {
                table.close([Slot.namespace(kind).number])
            }
            if !spawn.createAfterJoining.isEmpty { try CurrentProcess.unshare(spawn.createAfterJoining) }
            if spawn.clonesTwice { try becomeSibling(in: spawn.createInSibling) }
            return .child
        }
    }

    /// In the child: goes on as another child of the parent, in the namespaces that only children are made in.
    private borrowing func becomeSibling(in namespaces: Namespaces) throws(SystemError) {
        let told = try Pipe()
        switch try Process.cloneSibling(into: namespaces) {
        case .child:
            // The parent hears of this process before it hears from it: the first one ends when it has told.
            let end = told.takeReader()
            _ = try end.read(upTo: 1)
            return
        case .parent(let process):
            var handed = DescriptorTable()
            handed.put(process.takeHandle(), in: 0)
            try socket?.send([ChildMessage.sibling], descriptors: [0], of: handed)
            CurrentProcess.exitImmediately(0)
        }
    }

    /// In the parent: the child that the first one made, which ends then.
    private mutating func receiveSibling(of first: borrowing Process) throws(SystemError) -> Process {
        var message: [UInt8] = []
        var handed = DescriptorTable()
        if let channel = socket.take() {
            message = try channel.receive(upTo: 4096, into: [0], of: &handed)
            socket = consume channel
        }
        _ = try first.wait()
        if message.first == ChildMessage.failure {
            throw SystemError("setns", StepFailure(message: message).errno ?? .noChild)
        }
        return try Process(holding: try handed.take(0))
    }

    private mutating func join(_ kinds: Namespaces, of process: borrowing Descriptor) throws(SystemError) {
        // The user namespace first: the others belong to it.
        if kinds.contains(.user) {
            try CurrentProcess.join(.user, of: process)
            try becomeRoot()
        }
        let rest = kinds.subtracting([.user, .pid])
        if !rest.isEmpty { try CurrentProcess.join(rest, of: process) }
    }

    /// The child, and the supervisor's ends of its streams: what is left to a caller when the program runs.
    public mutating func takeStarted() throws(SystemError) -> Started {
        guard let process = child.take() else { throw SystemError("clone3", .noChild) }
        var taken = DescriptorTable()
        swap(&taken, &streams)
        // What the steps have made for each other is of no use any more.
        table = DescriptorTable()
        return Started(process: process, streams: taken)
    }

    /// The number of the child, from the clone on until somebody else has it.
    public var childID: Int32? {
        // Inlined into the interpreter of host steps, the optimizer of Swift 6.3 takes the borrow for too short, and stops.
        @inline(never) get {
            switch child {
            case .some(let process): process.id
            case nil: nil
            }
        }
    }

    /// The pipes that the program's output and errors go to, as inodes; none where it has a terminal.
    public borrowing func outputPipes() -> [UInt64] {
        [1, 2].compactMap { slot in
            try? streams.with(slot) { pipe throws(SystemError) in try pipe.status().inode }
        }
    }

    /// The times of the steps, where they were asked for.
    public var times: StepTimes? { traced }
}

/// A container's first process, and the supervisor's ends of its streams.
public struct Started: ~Copyable, Sendable {
    public let process: Process
    /// By number: 0 input, 1 output, 2 errors, 3 the terminal, and those of ``Slot``. What the process does not have is empty.
    public var streams: DescriptorTable

    /// What else there is for who watches over the process.
    public enum Slot {
        /// Where its questions about names arrive: datagrams, and a listener.
        public static let names = 5
        public static let nameStreams = 6
        /// Where it asks for the document of its role: a listener.
        public static let role = 7
    }

    public init(process: consuming Process, streams: consuming DescriptorTable) {
        self.process = process
        self.streams = streams
    }
}

/// Who a process is, as ids of its user namespace.
public struct Identity: Hashable, Sendable {
    public var user: UInt32
    public var group: UInt32
    public var groups: [UInt32]
    /// Absolute.
    public var home: String
    public static let root = Identity(user: 0, group: 0, groups: [], home: "/root")
}

/// When each step began and how long it took, in nanoseconds.
public struct StepTimes: Hashable, Sendable {
    /// By step number.
    public private(set) var durations: [Int: UInt64] = [:]
    private var began: UInt64 = 0

    mutating func begin(_ number: Int) { began = Clock.monotonic }
    mutating func end(_ number: Int) { durations[number] = Clock.monotonic - began }
    mutating func merge(_ other: [Int: UInt64]) { durations.merge(other) { own, _ in own } }
}
