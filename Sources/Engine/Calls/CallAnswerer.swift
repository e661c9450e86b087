// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI
internal import Words

/// Answers the calls of one container that its filter asks about, in a process of its own: writes each down, and lets it go
/// on or refuses it.
///
/// It decides by what it reads of the caller's memory, which another thread may change before the kernel reads it again. So
/// what it lets through is not what it has seen, and a refusal by a path is no wall.
struct CallAnswerer: ~Copyable {
    enum Slot {
        /// Where the listeners of filters arrive.
        static let socket = 0
        /// Whose other end is gone when the container's supervisor is.
        static let lifeline = 1
        static let first = 2
        static let most = 4096
    }

    private let arguments: [NotifyArgument]
    private var log: CallLog
    private var table: DescriptorTable
    private var queue: EventQueue
    /// By slot, whether it is the listener of a filter, and not a connection on which one will come.
    private var isListener: [Int: Bool] = [:]

    init(
        _ arguments: [NotifyArgument], _ log: CallLog, _ table: consuming DescriptorTable,
        _ queue: consuming EventQueue
    ) {
        self.arguments = arguments
        self.log = log
        self.table = table
        self.queue = queue
    }

    /// Answers until nobody can ask any more: the supervisor is gone, and so is everything that runs under a filter.
    mutating func run() throws(SystemError) {
        for slot in [Slot.socket, Slot.lifeline] {
            try table.with(slot) { descriptor throws(SystemError) in
                try queue.add(descriptor, as: slot, .reading)
            }
        }
        while table.has(Slot.lifeline) || !isListener.isEmpty {
            let count = try queue.wait(milliseconds: -1)
            for place in 0..<count {
                let event = queue.event(at: place)
                switch event.token {
                case Slot.socket: try accept()
                case Slot.lifeline: close(Slot.lifeline)
                case let slot where isListener[slot] == false: try takeListener(slot)
                case let slot where event.isReadable: try answer(slot)
                // No process has this filter any more.
                case let slot: close(slot)
                }
            }
        }
    }

    private mutating func accept() throws(SystemError) {
        let connection = try table.accept(Slot.socket)
        // Whoever cannot be heard fails, and is told so.
        guard let slot = (Slot.first..<Slot.most).first(where: { !table.has($0) }) else { return }
        try queue.add(connection, as: slot, .reading)
        table.put(connection, in: slot)
        isListener[slot] = false
    }

    /// Takes the listener that came, in place of the connection.
    private mutating func takeListener(_ slot: Int) throws(SystemError) {
        var received = DescriptorTable()
        _ = try? table.receive(slot, upTo: 1 << 16, into: [0], of: &received)
        close(slot)
        guard received.has(0) else { return }
        let listener = try received.take(0)
        try queue.add(listener, as: slot, .reading)
        table.put(listener, in: slot)
        isListener[slot] = true
    }

    private mutating func close(_ slot: Int) {
        try? table.with(slot) { descriptor throws(SystemError) in try queue.remove(descriptor) }
        table.close([slot])
        isListener[slot] = nil
    }

    private mutating func answer(_ slot: Int) throws(SystemError) {
        guard let question = try table.nextQuestion(slot) else { return }
        guard let name = question.architecture?.name(of: question.number), let meaning = PathCalls.meaning(of: name)
        else {
            // The filter asks about nothing else.
            return try table.answer(question, with: .refuse(.noSystemCall), at: slot)
        }
        let caller = CallingThread(question.thread)
        let paths = meaning.paths.map { caller.path($0, of: question) }
        guard table.isWaiting(question, at: slot) else { return }
        let refuses = arguments.contains { argument in
            argument.kinds.contains(meaning.kind) && paths.contains { $0.map(argument.refuses) ?? false }
        }
        // First written down, so that whoever sees what the call did finds it there.
        log.add(name, paths, of: caller, isRefused: refuses)
        try table.answer(question, with: refuses ? .refuse(.notPermitted) : .goOn, at: slot)
    }
}
