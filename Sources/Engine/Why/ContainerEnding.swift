// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI

/// What is known of the end of a container's last run beside its exit code: what only its supervisor sees, and only at
/// that moment, as the cgroup is gone a moment later.
public struct ContainerEnding: Hashable, Sendable {
    /// Who had minibox send a signal.
    public enum Sender: String, Hashable, Sendable {
        case stop, kill, restart
        /// It was asked to end, and its time was over.
        case patience
        /// The supervisor was asked to end itself, as when the machine goes down.
        case shutdown
    }

    /// A signal that minibox sent to the program.
    public struct Sent: Hashable, Sendable {
        public var signal: Int32
        public var by: Sender
        public init(signal: Int32, by: Sender) {
            self.signal = signal
            self.by = by
        }
    }

    /// What the kernel counted of the memory: cgroup-v2.rst. nil where it does not count that.
    public struct Memory: Hashable, Sendable {
        /// Bytes; nil also for none.
        public var limit: UInt64?
        /// The most that it used, in bytes.
        public var peak: UInt64?
        /// Bytes of swap beside the memory; nil also for no limit.
        public var swapLimit: UInt64?
        /// How many processes of it the kernel killed for memory.
        public var kills: UInt64
        /// How often its own limit was what memory could not be had for. With none, it was the machine's.
        public var shortages: UInt64
        public init(
            limit: UInt64? = nil, peak: UInt64? = nil, swapLimit: UInt64? = nil, kills: UInt64, shortages: UInt64
        ) {
            self.limit = limit
            self.peak = peak
            self.swapLimit = swapLimit
            self.kills = kills
            self.shortages = shortages
        }
    }

    /// Why nobody saw how it ended.
    public enum Unseen: String, Hashable, Sendable {
        /// Its supervisor was killed, and it with it, or it ended later.
        case supervisor
        /// The machine went down.
        case boot
    }

    /// As a shell tells it.
    public var code: Int32
    /// RFC 3339, in UTC.
    public var finished: String
    /// The signal that ended the program; nil where it ended by itself.
    public var signal: Int32?
    /// The last signal that was sent to it on somebody's behalf; nil where none was.
    public var sent: Sent?
    /// nil where the host does not count a container's memory.
    public var memory: Memory?
    /// The program's number on the host, by which the kernel's log names it.
    public var process: Int32?
    public var unseen: Unseen?

    public init(
        code: Int32, finished: String, signal: Int32? = nil, sent: Sent? = nil, memory: Memory? = nil,
        process: Int32? = nil, unseen: Unseen? = nil
    ) {
        self.code = code
        self.finished = finished
        self.signal = signal
        self.sent = sent
        self.memory = memory
        self.process = process
        self.unseen = unseen
    }
}

extension ContainerEnding {
    /// As it is in a record.
    public var json: JSON {
        var object = JSON.Object([("ExitCode", JSON(code)), ("FinishedAt", .string(finished))])
        if let signal { object["Signal"] = JSON(signal) }
        if let sent { object["Sent"] = ["Signal": JSON(sent.signal), "By": .string(sent.by.rawValue)] }
        if let memory { object["Memory"] = memory.json }
        if let process { object["Pid"] = JSON(process) }
        if let unseen { object["Unseen"] = .string(unseen.rawValue) }
        return .object(object)
    }

    /// An ending as it was written.
    init(_ json: JSON) {
        code = json["ExitCode"]?.whole(as: Int32.self) ?? 0
        finished = json["FinishedAt"]?.string ?? ""
        signal = json["Signal"]?.whole(as: Int32.self)
        if let sent = json["Sent"], let number = sent["Signal"]?.whole(as: Int32.self),
            let by = sent["By"]?.string.flatMap(Sender.init(rawValue:))
        {
            self.sent = Sent(signal: number, by: by)
        }
        memory = json["Memory"].map(Memory.init)
        process = json["Pid"]?.whole(as: Int32.self)
        unseen = json["Unseen"]?.string.flatMap(Unseen.init(rawValue:))
    }
}

extension ContainerEnding.Memory {
    /// By name, in bytes and times; what is not counted is left out.
    public var json: JSON {
        var object = JSON.Object()
        if let limit { object["Limit"] = JSON(limit) }
        if let peak { object["Peak"] = JSON(peak) }
        if let swapLimit { object["SwapLimit"] = JSON(swapLimit) }
        object["Kills"] = JSON(kills)
        object["Shortages"] = JSON(shortages)
        return .object(object)
    }

    init(_ json: JSON) {
        self.init(
            limit: json["Limit"]?.uint64, peak: json["Peak"]?.uint64, swapLimit: json["SwapLimit"]?.uint64,
            kills: json["Kills"]?.uint64 ?? 0, shortages: json["Shortages"]?.uint64 ?? 0)
    }

    /// Of a cgroup, as it is now; nil where its memory is not counted.
    init?(ofCgroup path: String?) {
        guard let path, let directory = try? Descriptor.open(path, [.directory]),
            let events = try? directory.contents(of: "memory.events")
        else { return nil }
        func number(_ file: String) -> UInt64? {
            // `max` is no number, and no limit.
            guard let bytes = try? directory.contents(of: file) else { return nil }
            return UInt64(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
        }
        var counts: [String: UInt64] = [:]
        for line in String(decoding: events, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2 { counts[String(words[0])] = UInt64(words[1]) }
        }
        self.init(
            limit: number("memory.max"), peak: number("memory.peak"), swapLimit: number("memory.swap.max"),
            kills: counts["oom_kill"] ?? 0, shortages: counts["oom"] ?? 0)
    }
}
