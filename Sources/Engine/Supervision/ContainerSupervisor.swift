// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Images
internal import Linux
internal import OCI

/// The process that a container is a child of, from its first start to its last end: it carries the streams, writes the
/// log, answers commands, and does what its ``Life`` says.
///
/// One thread, one wait for all. It holds the lock of the container's run directory, which tells others that it lives.
struct ContainerSupervisor: ~Copyable {
    /// What an event is about: a number below ``firstCommand``, or that and the place of a command.
    enum Token {
        static let signals = 0
        static let listener = 1
        static let process = 2
        /// And the slot of the stream.
        static let stream = 4
        static let input = 8
        /// A question to the container, and what it is answered.
        static let probe = 9
        static let answer = 10
        /// The end of a compression, and room for more at the writer of the log.
        static let compression = 11
        static let feed = 12
        /// That rules of the firewall were taken away.
        static let walls = 13
        static let names = 14
        static let role = 15
        static let firstCommand = 16
    }

    /// The supervisor's ends, by their slots in a ``Started``.
    enum Channel {
        static let input = 0
        static let output = 1
        static let errors = 2
        static let terminal = 3
    }

    let engine: Engine
    var container: ClaimedContainer
    var request: ContainerRequest
    let image: Image
    /// nil until it is planned for the first time.
    var record: ContainerRecord?
    /// Whether there are no files of it yet.
    var isNew = true
    /// What `--cidfile` has made, to be taken back where the start fails.
    var identifierFile: String?
    /// Whether it was there before this process.
    var wasThere = false
    /// Whether the run that there is was begun by a supervisor that was killed: it is no child of this process.
    var isAdopted = false
    /// Until others see that the container has the image.
    var hold: LayerHold?
    var life: Life
    var queue: EventQueue
    let listener: MessageListener
    let signals: SignalQueue
    var commands = Attachments()
    /// Of the run that there is now.
    var launched: LaunchedContainer?
    var started: Started?
    var claims = Claims()
    /// Who answers its questions about names; nil where nobody does.
    var names: NameService?
    /// Who tells it the document of its role; nil where it has none.
    var role: RoleService?
    /// What its `/etc/resolv.conf` was written by.
    var formerEndpoints: [NetworkEndpoint] = []
    var cgroup: String?
    var log: LogWriter?
    var journal: JournalWriter?
    var feed: LogFeed?
    /// Whether the queue waits for room at ``feed``.
    var waitsForFeed = false
    var compression: LogCompression?
    /// Tells of rules that were taken away; nil where the container is on no network.
    var wallsWatch: NetfilterWatch?
    var outOfMemory = false
    /// What is known of the last end, and the last signal that was sent in this run.
    var ending: ContainerEnding?
    var sent: ContainerEnding.Sent?
    /// How it is; nil where nobody asks.
    var health: Health?
    var probe: Probe?
    /// What the terminal of the last command that has one is like.
    var terminalSize: TerminalSize?
    /// What was sent for the container and it has not taken yet.
    var input: [UInt8] = []
    /// Whether the end of a command's input is the end of the container's.
    var endsInput = false
    /// Whether it ends once the container has taken what was sent before.
    var closesInput = false
    /// Whether output is read: not while a command has not taken what was read before.
    var readsOutput = false
    /// Whether the queue waits for room in the container's input.
    var waitsForRoom = false
    /// The container's input, as what the queue waits for to have room.
    var room: Descriptor?
    var isFinished = false
    /// Whether it goes when it has ended: it was made so, or somebody removes it.
    var isRemoved = false
    /// Whether it ends since its supervisor was asked to.
    var goesDown = false
    /// Whether commands wait to be heard until one has gone.
    var isDeaf = false
    /// Whether its end is where it outlives the run directory.
    var isWrittenDown = true
    /// A header for the log's writer, then what was read; the header's last byte is also a packet's kind.
    var buffer: [UInt8] = []

    /// Does what there is to do until the container has ended and is not to be started again.
    mutating func run() throws(SystemError) {
        try queue.add(signals.descriptor, as: Token.signals, .reading)
        try queue.add(listener.descriptor, as: Token.listener, .reading)
        while !isFinished {
            let count = try queue.wait(milliseconds: patience)
            for place in 0..<count {
                let event = queue.event(at: place)
                switch event.token {
                case Token.signals: try takeSignals()
                case Token.listener: try acceptCommands()
                case Token.process: try processEnded()
                case Token.input: try writeInput()
                case Token.probe: try answered(code: 0)
                case Token.answer: readAnswer()
                case Token.names: names?.serve()
                case Token.role: role?.serve()
                case Token.compression: try compressed()
                case Token.feed: try flushFeed()
                case Token.walls: restoreWalls()
                case Token.stream..<Token.input: try carry(event.token - Token.stream)
                default: try serve(event, at: event.token - Token.firstCommand)
                }
            }
            if let deadline = life.deadline, Clock.monotonic >= deadline { try handle(.timer, by: .patience) }
            try askHealth()
        }
    }

    /// How long nothing may happen, in milliseconds.
    private borrowing func patienceUntil(_ deadline: UInt64?) -> Int32 {
        guard let deadline else { return -1 }
        let now = Clock.monotonic
        // Rounded up: a wait that ends too early is another one.
        return deadline <= now ? 0 : Int32(clamping: (deadline - now) / 1_000_000 + 1)
    }

    private var patience: Int32 {
        guard let health else { return patienceUntil(life.deadline) }
        return patienceUntil(min(health.deadline, life.deadline ?? .max))
    }

    /// Does what follows from an event, and from what follows from that. `sender` is whose wish it was, where it was.
    mutating func handle(_ event: Life.Event, by sender: ContainerEnding.Sender? = nil) throws(SystemError) {
        var ended = true
        if case .waiting = life.phase { ended = false }
        for action in life.handle(event, at: Clock.monotonic) {
            switch action {
            case .start: try startAgain()
            case .send(let signal, let thaws):
                send(signal, thaws: thaws)
                // Whoever has it killed at once has it killed again when no time is left, by the same wish.
                if let sender, sent?.signal != Signal.kill.rawValue {
                    sent = ContainerEnding.Sent(signal: signal.rawValue, by: sender)
                }
                if let record {
                    let attributes = ["signal": "\(signal.rawValue)"]
                    engine.record(event: .container(record, "kill", attributes: attributes))
                }
            case .record(let code, let comesBack): writeDown(code, comesBack: comesBack, hasEnded: ended)
            case .finish: finish()
            }
        }
    }

    private borrowing func send(_ signal: Signal, thaws: Bool) {
        switch started {
        // It may have ended a moment ago.
        case .some(let started): try? started.process.send(signal)
        case nil: return
        }
        guard thaws, let cgroup else { return }
        try? Self.thaw(cgroup)
    }

    /// A paused container hears no signal.
    private static func thaw(_ path: String) throws(CgroupError) {
        let cgroup = try Cgroup(opening: path)
        if cgroup.isFrozen() { try cgroup.thaw() }
    }

    /// Who asks the supervisor to end means its container: a machine that goes down asks all processes. It comes back then.
    private mutating func takeSignals() throws(SystemError) {
        while let signal = try signals.next() {
            if signal == .hangup { continue }
            if !life.wasStopped { goesDown = true }
            try handle(.stop(life.stopSignal ?? .terminate, grace: Life.usualGrace), by: .shutdown)
        }
    }
}
