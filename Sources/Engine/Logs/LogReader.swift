// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Reads the files of a log one after the other, while they are written and renamed.
struct LogReader: ~Copyable {
    private let directory: Descriptor
    /// What is read; nil where there was no file yet.
    private var file: LogFile?
    /// The beginning of a line whose end has not been written.
    private var pending: [UInt8] = []

    private static let newline = UInt8(ascii: "\n")

    /// A reader at the start of the oldest file, or of the last `count` lines.
    init(_ directory: consuming Descriptor, last count: Int?) throws(SystemError) {
        self.directory = directory
        if let count { try seek(toLast: count) } else { file = try openOldest() }
    }

    /// Hands every whole line that there is to `body`, without its line end, until it returns false.
    mutating func readLines(_ body: (ArraySlice<UInt8>) throws(SystemError) -> Bool) throws(SystemError) {
        if file == nil { file = try openOldest() }
        while var current = file.take() {
            let goesOn = try readLines(of: &current, body)
            guard goesOn, let next = try openNext(after: current.descriptor) else {
                file = consume current
                return
            }
            // It may have been written to between its end and its new name.
            guard try readLines(of: &current, body) else {
                file = consume current
                return
            }
            pending = []
            file = consume next
        }
    }

    private mutating func readLines(
        of file: inout LogFile, _ body: (ArraySlice<UInt8>) throws(SystemError) -> Bool
    ) throws(SystemError) -> Bool {
        while true {
            let part = try file.read()
            if part.isEmpty { return true }
            var rest = part[...]
            while let end = rest.firstIndex(of: Self.newline) {
                let line = rest[..<end]
                rest = rest[(end + 1)...]
                if pending.isEmpty {
                    guard try body(line) else { return false }
                } else {
                    let whole = pending + line
                    pending = []
                    guard try body(whole[...]) else { return false }
                }
            }
            pending += rest
        }
    }
}

extension LogReader {
    private borrowing func openFile(_ age: Int) throws(SystemError) -> LogFile? { try LogFile.open(age, in: directory) }

    private borrowing func openOldest() throws(SystemError) -> LogFile? {
        for age in try LogFiles.ages(in: directory) { if let file = try openFile(age) { return file } }
        return nil
    }

    /// The file that was begun after `current`; nil where that is the newest.
    private borrowing func openNext(after current: borrowing Descriptor) throws(SystemError) -> LogFile? {
        let status = try current.status()
        // Names only ever become older: what has moved on since it was asked for is found under the next one.
        for _ in 0..<16 {
            guard let age = try age(of: status) else { return try openOldest() }
            if age == 0 { return nil }
            guard let next = try openFile(age - 1) else { return nil }
            if try self.age(of: status) == age { return next }
        }
        return nil
    }

    /// Which file it is by now; nil where it has been removed.
    private borrowing func age(of file: FileStatus) throws(SystemError) -> Int? {
        var age = 0
        var missing = 0
        // One name may be missing for the moment of a rename.
        while missing < 2 {
            missing += 1
            for name in age == 0 ? [LogFiles.current] : [LogFiles.name(age), LogFiles.compressedName(age)] {
                guard let status = try? directory.status(of: name) else { continue }
                missing = 0
                if status.isSameFile(as: file) { return age }
            }
            age += 1
        }
        return nil
    }

    /// Goes to the last lines from the end on: what is before them is not read.
    private mutating func seek(toLast count: Int) throws(SystemError) {
        var wanted = count
        var age = 0
        var last: FileStatus?
        while var candidate = try openFile(age) {
            let status = try candidate.descriptor.status()
            // It has been renamed since, and so stands under the next name too.
            if let last, status.isSameFile(as: last) {
                age += 1
                continue
            }
            last = status
            let found: Int
            if candidate.isSeekable {
                let (count, offset) = try Self.findLines(wanted, fromEndOf: candidate.descriptor)
                try candidate.descriptor.seek(to: offset)
                found = count
                file = consume candidate
            } else {
                found = try candidate.goTo(last: wanted)
                file = consume candidate
            }
            age += 1
            if found >= wanted { return }
            wanted -= found
        }
    }

    /// How many of the last `wanted` lines the file has, and where the first of them begins.
    private static func findLines(
        _ wanted: Int, fromEndOf file: borrowing Descriptor
    ) throws(SystemError) -> (count: Int, offset: Int64) {
        let size = try file.status().size
        if wanted == 0 { return (0, size) }
        var end = size
        var ends = 0
        while end > 0 {
            let start = max(0, end - (1 << 16))
            try file.seek(to: start)
            let part = try file.readAll(limit: Int(end - start))
            for place in part.indices.reversed() where part[place] == newline {
                // The end of the line before the first one that is wanted.
                if ends == wanted { return (wanted, start + Int64(place) + 1) }
                ends += 1
            }
            end = start
        }
        return (ends, 0)
    }
}
