// SPDX-License-Identifier: Apache-2.0
public import Linux

/// One process as `top` lists it: what proc(5) says, in the forms of ps(1) with `-ef`.
public struct ProcessRow: Hashable, Sendable {
    /// As the host calls the user, or its number.
    public var user: String
    public var userID: UInt32
    /// As the host numbers it, and its parent.
    public var process: Int32
    public var parent: Int32
    /// Processor time in percent of the time since it started.
    public var share: Int
    /// When it started.
    public var started: FileTime
    public var terminal: String
    /// Processor time, in seconds.
    public var time: UInt64
    /// The words it was started with; its name in brackets where there are none.
    public var command: String
    /// Its name alone.
    public var name: String
    /// `S`, `R`, `D`.
    public var state: String
    /// In KiB.
    public var virtualSize: UInt64
    public var residentSize: UInt64
    public var threads: Int

    /// Ticks of a second, on every architecture: `USER_HZ` of asm-generic/param.h.
    private static let ticks: UInt64 = 100

    /// What is known of a process now; nil where it has ended.
    init?(of process: Int32, bootTime: Int64, now: FileTime, users: [UInt32: String]) {
        guard let stat = try? Descriptor.contents(of: "/proc/\(process)/stat"),
            let status = try? Descriptor.open("/proc/\(process)", [.path]).status()
        else { return nil }
        let words = (try? Descriptor.contents(of: "/proc/\(process)/cmdline")) ?? []
        self.init(
            process: process, stat: stat, words: words, userID: status.user, bootTime: bootTime, now: now, users: users)
    }

    init?(
        process: Int32, stat: [UInt8], words: [UInt8], userID: UInt32, bootTime: Int64, now: FileTime,
        users: [UInt32: String]
    ) {
        // The name is in parentheses, and may have some itself.
        guard let open = stat.firstIndex(of: UInt8(ascii: "(")), let close = stat.lastIndex(of: UInt8(ascii: ")")),
            open < close
        else { return nil }
        let fields = stat[(close + 1)...].split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
            .map { String(decoding: $0, as: UTF8.self) }
        guard fields.count > 21, let parent = Int32(fields[1]), let terminal = Int32(fields[4]),
            let user = UInt64(fields[11]), let system = UInt64(fields[12]), let threads = Int(fields[17]),
            let start = UInt64(fields[19]), let size = UInt64(fields[20]), let pages = UInt64(fields[21])
        else { return nil }
        self.process = process
        self.parent = parent
        self.userID = userID
        self.user = users[userID] ?? "\(userID)"
        name = String(decoding: stat[(open + 1)..<close], as: UTF8.self)
        state = fields[0]
        time = (user + system) / Self.ticks
        started = FileTime(seconds: bootTime + Int64(start / Self.ticks), nanoseconds: 0)
        let age = UInt64(max(1, now.seconds - started.seconds))
        share = Int(min(99, (user + system) / age))
        self.terminal = Self.terminalName(UInt32(bitPattern: terminal))
        self.threads = threads
        virtualSize = size / 1024
        residentSize = pages * 4
        let line = words.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
        command = line.isEmpty ? "[\(name)]" : line
    }

    /// proc_pid_stat(5), `tty_nr`: the minor in bits 31 to 20 and 7 to 0, the major in 15 to 8.
    static func terminalName(_ number: UInt32) -> String {
        let major = (number >> 8) & 0xFFF
        let minor = (number & 0xFF) | ((number >> 12) & 0xFFF00)
        switch major {
        case 136...143: return "pts/\((major - 136) * 256 + minor)"
        case 4 where minor < 64: return "tty\(minor)"
        case 4: return "ttyS\(minor - 64)"
        default: return "?"
        }
    }
}

extension ProcessRow {
    /// A column that can be asked for, with its title.
    public enum Column: String, CaseIterable, Sendable {
        case uid, user, pid, ppid, c, stime, tty, time, cmd, args, comm, stat, rss, vsz, nlwp

        public var title: String {
            switch self {
            case .args: "COMMAND"
            case .comm: "COMMAND"
            case .tty: "TTY"
            default: rawValue.uppercased()
            }
        }
    }

    /// The columns of `ps -ef`.
    public static let usual: [Column] = [.uid, .pid, .ppid, .c, .stime, .tty, .time, .cmd]

    /// What stands in a column. Times are in UTC.
    public func text(_ column: Column, now: FileTime) -> String {
        switch column {
        case .uid, .user: user
        case .pid: "\(process)"
        case .ppid: "\(parent)"
        case .c: "\(share)"
        case .stime: startText(now: now)
        case .tty: terminal
        case .time: Self.padded(time / 3600) + ":" + Self.padded(time / 60 % 60) + ":" + Self.padded(time % 60)
        case .cmd, .args: command
        case .comm: name
        case .stat: state
        case .rss: "\(residentSize)"
        case .vsz: "\(virtualSize)"
        case .nlwp: "\(threads)"
        }
    }

    /// The time of a start today, otherwise the day.
    private func startText(now: FileTime) -> String {
        let text = started.rfc3339Seconds
        if text.prefix(10) == now.rfc3339Seconds.prefix(10) { return String(text.dropFirst(11).prefix(5)) }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = Int(text.dropFirst(5).prefix(2)) ?? 1
        return months[max(0, min(11, month - 1))] + text.dropFirst(8).prefix(2)
    }

    private static func padded(_ number: UInt64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
