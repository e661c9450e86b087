// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
public import Linux
internal import OCI

/// The command that an engine works for, of which the audit log tells.
public struct Invocation: Sendable {
    /// Its words, without what may be secret; asked for when something is written.
    public var words: @Sendable () -> [String]
    /// Called with a line for a person.
    public var complain: @Sendable (String) -> Void

    public init(words: @escaping @Sendable () -> [String], complain: @escaping @Sendable (String) -> Void) {
        self.words = words
        self.complain = complain
    }
}

extension Engine {
    private var actionLog: ActionLog { ActionLog(directory: places.root + "/audit", runRoot: places.runRoot) }

    /// The engine for a process that goes on for this one: what it writes is this one's doing.
    var knowingActor: Engine {
        guard actor == nil, let invocation else { return self }
        var engine = self
        engine.actor = Actor.current(words: invocation.words())
        return engine
    }

    /// Writes down what is done, where that is a command's doing.
    public func record(_ action: @autoclosure () -> Action) {
        guard let invocation else { return }
        actionLog.append(
            action(), by: actor ?? Actor.current(words: invocation.words()), complain: invocation.complain)
    }

    /// Writes down what happened, for `events`, and that the command did it.
    public func record(event: EngineEvent, as verb: String) {
        record(event: event)
        record(Action(verb, event))
    }

    /// The records of the audit log from a moment to another, the oldest first.
    public func actions(since: FileTime?, until: FileTime?) throws(EngineError) -> [ActionRecord] {
        do throws(SystemError) {
            return try actionLog.records().filter { record in
                since.map { record.time >= $0 } ?? true && until.map { record.time <= $0 } ?? true
            }
        } catch {
            throw EngineError(.store, "cannot read the audit log in \(places.root)/audit", cause: error)
        }
    }

    /// Whether the audit log is what was written.
    /// - Parameter anchor: a record as somebody else has kept it, which nobody here can have changed.
    public func verifyActions(against anchor: ActionVerdict.Anchor? = nil) throws(EngineError) -> ActionVerdict {
        do throws(SystemError) { return try actionLog.verify(against: anchor) } catch {
            throw EngineError(.store, "cannot read the audit log in \(places.root)/audit", cause: error)
        }
    }
}
