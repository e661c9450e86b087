// SPDX-License-Identifier: Apache-2.0
public import Linux

extension Cgroup {
    /// The processes in it and below it, by the numbers that this process knows them by.
    public borrowing func processes() throws(CgroupError) -> [Int32] {
        try attempt("list the processes of") { () throws(SystemError) in
            var result = try Self.own(directory)
            var walk = try CgroupWalk(below: directory)
            try walk.run(visit: { (child) throws(SystemError) in result += try Self.own(child) })
            return result
        }
    }

    private static func own(_ directory: borrowing Descriptor) throws(SystemError) -> [Int32] {
        do throws(SystemError) {
            // One of a pid namespace above reads as 0.
            return CgroupTree.words(try directory.contents(of: "cgroup.procs")).compactMap { Int32($0) }
                .filter { $0 != 0 }
        } catch {
            // A cgroup of threads: its processes are listed above it.
            guard error.errno == .notSupported else { throw error }
            return []
        }
    }

    /// Kills every process in it and below it, also those that fork meanwhile, and those that are frozen: `cgroup.kill`.
    public borrowing func kill() throws(CgroupError) {
        try attempt("kill the processes of") { () throws(SystemError) in try directory.write("1", to: "cgroup.kill") }
    }

    /// Sends `signal` to every process in it and below it.
    ///
    /// They are held meanwhile, so that none is made that does not get it; those that are held already stay so, and get
    /// it when they go on. SIGKILL is what ``kill()`` is for.
    public borrowing func send(_ signal: Signal) throws(CgroupError) {
        if signal == .kill { return try kill() }
        let wasFrozen = isFrozen()
        // One that cannot be held gets its signal all the same.
        if !wasFrozen { try? freeze(Deadline(milliseconds: 500)) }
        defer { if !wasFrozen { try? directory.write("0", to: "cgroup.freeze") } }
        for process in try processes() {
            do throws(SystemError) {
                try Process(opening: process).send(signal)
            } catch {
                // It ended meanwhile.
                guard error.errno == .noSuchProcess || error.errno == .invalid else {
                    throw CgroupError(.file, "cannot send \(signal) to process \(process) of \(path)", cause: error)
                }
            }
        }
    }

    /// Which process neither ends nor stops, and what it waits for: proc_pid_stat(5), proc_pid_wchan(5).
    borrowing func stuckProcess() -> String? {
        let states = ((try? processes()) ?? []).compactMap(ProcessState.init(of:))
        guard let state = states.first(where: \.isUninterruptible) ?? states.first else { return nil }
        return "\(state)"
    }
}

/// What a process does at this moment.
struct ProcessState: CustomStringConvertible {
    let process: Int32
    let name: String
    /// `R`, `S`, `D`, `Z`: proc_pid_stat(5).
    let letter: String
    /// The function of the kernel that it waits in; empty where the kernel does not say.
    let place: String

    init?(of process: Int32) {
        guard let bytes = try? Descriptor.contents(of: "/proc/\(process)/stat") else { return nil }
        let place = (try? Descriptor.contents(of: "/proc/\(process)/wchan")) ?? []
        self.init(process: process, stat: bytes, place: place)
    }

    /// The name is in parentheses, and may have some itself.
    init?(process: Int32, stat: [UInt8], place: [UInt8]) {
        guard let open = stat.firstIndex(of: UInt8(ascii: "(")), let close = stat.lastIndex(of: UInt8(ascii: ")")),
            open < close, close + 2 < stat.count
        else { return nil }
        self.process = process
        name = String(decoding: stat[(open + 1)..<close], as: UTF8.self)
        letter = String(decoding: stat[(close + 2)...(close + 2)], as: UTF8.self)
        let word = String(decoding: place, as: UTF8.self)
        self.place = word == "0" ? "" : word
    }

    var isUninterruptible: Bool { letter == "D" }

    var description: String {
        if isUninterruptible {
            return "process \(process) (\(name)) waits in the kernel"
                + (place.isEmpty ? "" : ", in \(place),")
                + " for something that cannot be interrupted, as a disk or a file server that does not answer"
        }
        return "process \(process) (\(name), state \(letter)) is still in it"
    }
}
