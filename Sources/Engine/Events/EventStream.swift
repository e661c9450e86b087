// SPDX-License-Identifier: Apache-2.0
public import Linux

/// Which events are wanted.
public struct EventRequest: Hashable, Sendable {
    /// From when on; nil for what happens from now on, or with ``until`` for all that is known.
    public var since: FileTime?
    /// Up to when; nil for ever.
    public var until: FileTime?
    public var filters: [EventFilter] = []
    public init() {}
}

/// Events as they happen.
public struct EventStream: ~Copyable {
    private var reader: EventReader
    private let watch: DirectoryWatch
    private let request: EventRequest

    init(_ request: EventRequest, in directory: String) throws(EngineError) {
        self.request = request
        do throws(SystemError) {
            let parent = try Descriptor.makeDirectories(directory, mode: 0o700)
            let watch = try DirectoryWatch()
            try watch.add(parent)
            var reader = EventReader(parent)
            if request.since == nil, request.until == nil { try reader.skip() }
            self.watch = watch
            self.reader = reader
        } catch {
            throw EngineError(.store, "cannot read the events in \(directory)", cause: error)
        }
    }

    /// Waits for events that are wanted; nil when there will be none any more.
    public mutating func next() throws(EngineError) -> [EngineEvent]? {
        do throws(SystemError) {
            while true {
                let now = Clock.wall
                let events = try reader.next()
                let wanted = events.filter { event in
                    if let since = request.since, event.time < since { return false }
                    if let until = request.until, event.time > until { return false }
                    return EventFilter.matches(request.filters, event)
                }
                if !wanted.isEmpty { return wanted }
                if !events.isEmpty { continue }
                var longest: Int64 = 60_000
                if let until = request.until {
                    // What happened before that moment was there to be read at this one.
                    if now > until { return nil }
                    longest = min(longest, (until.seconds - now.seconds) * 1000 + 1)
                }
                try watch.wait(milliseconds: Int32(max(1, min(longest, 60_000))))
            }
        } catch {
            throw EngineError(.store, "cannot read the events", cause: error)
        }
    }
}

extension Engine {
    /// The events that are wanted, those that are known first.
    public func events(_ request: EventRequest) throws(EngineError) -> EventStream {
        try EventStream(request, in: places.runRoot)
    }
}
