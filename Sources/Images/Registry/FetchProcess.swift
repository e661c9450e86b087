// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI
internal import Registry
internal import Words

/// `minibox-fetch` at work: what it is asked, and what it reports. It is nobody's, works in a directory of its own, and ends
/// with this value.
///
/// It speaks with strangers, so all that comes of it is their word: each line is bounded and read as data, each report must
/// be about something that was asked, and a file counts only after ``accept(_:as:in:)`` and its digest.
final class FetchProcess {
    /// The environment's variable that names another program.
    static let variable = "MINIBOX_FETCH"

    /// Where it puts files, and finds those that it is given.
    let directory: Descriptor
    let directoryPath: String
    private let process: ConfinedProcess
    private var unsent: [UInt8] = []
    private var rest: [UInt8] = []
    private var complaint: [UInt8] = []
    private var isOpen = (output: true, error: true)
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    private var lastNumber = 0
    private(set) var underWay: Set<Int> = []
    private let started = Clock.monotonic
    private var lastHeard = Clock.monotonic
    private var lines: UInt64 = 0

    private static let longestLine = 1 << 16
    private static let longestComplaint = 1 << 12
    /// More reports than these make no sense of it: it says how far each thing is ten times a second at most.
    private static let linesAtOnce: UInt64 = 20_000
    private static let linesPerSecond: UInt64 = 1000
    /// Seconds without a report after which it is given up: it has limits of its own, and this is beyond them.
    private static let patience: UInt64 = 15 * 60

    /// Starts the program at `path`, with a directory of its own in `staging`.
    init(_ path: String, _ session: FetchSession, in staging: borrowing Staging) throws(ImageError) {
        directoryPath = "\(staging.path)/\(Self.directoryName)"
        directory = try wrapping({ [directoryPath] in .write(directoryPath, $0) }) { () throws(SystemError) in
            try staging.directory.makeDirectory(Self.directoryName, mode: 0o700)
            let directory = try staging.directory.open(Self.directoryName, [.readOnly, .directory, .noFollow])
            try directory.setOwner(user: ConfinedProgram.user, group: ConfinedProgram.user)
            return directory
        }
        var environment = ["LC_ALL=C", "PATH=/usr/local/bin:/usr/bin:/bin"]
        for name in ["SSL_CERT_FILE", "SSL_CERT_DIR"] {
            if let value = Linux.Environment.value(of: name) { environment.append("\(name)=\(value)") }
        }
        let program = ConfinedProgram(path, arguments: ["minibox-fetch"], environment: environment)
        do throws(SystemError) {
            process = try program.start(in: directory)
            for stream in 0..<3 {
                switch stream {
                case 0: try process.input.setNonBlocking(true)
                case 1: try process.output.setNonBlocking(true)
                default: try process.error.setNonBlocking(true)
                }
            }
        } catch {
            throw Self.failure(toStart: path, error)
        }
        unsent = session.json.bytes() + [UInt8(ascii: "\n")]
    }

    /// Of its directory, in that of the staging.
    static let directoryName: FileName = "fetched"

    private static func failure(toStart path: String, _ error: SystemError) -> ImageError {
        let advice =
            switch error.errno {
            case .noEntry: "it is part of minibox: install it beside minibox, or name it in \(variable)"
            case .access: "everybody must be able to read and execute it, since it is run as nobody"
            case .invalid: "this user namespace has no number for nobody: map \(ConfinedProgram.user) in it"
            default: "it is run as nobody, for which minibox needs the capabilities SETUID and SETGID"
            }
        return ImageError(.fetchProgram, path, "cannot start \(path): \(advice)", cause: error)
    }

    /// Asks for something; the number is that of the reports about it.
    func ask(_ work: FetchRequest.Work) -> Int {
        lastNumber += 1
        underWay.insert(lastNumber)
        unsent += FetchRequest(id: lastNumber, work).json.bytes() + [UInt8(ascii: "\n")]
        return lastNumber
    }

    /// Ends it. What it has left in its directory stays.
    func stop() { _ = process.end() }

    /// Where its streams are in a set that is waited for.
    struct Places {
        fileprivate var input: Int?
        fileprivate var output: Int?
        fileprivate var error: Int?
    }

    func add(to set: inout PollSet) -> Places {
        Places(
            input: unsent.isEmpty ? nil : set.add(process.input, .writing),
            output: isOpen.output ? set.add(process.output, .reading) : nil,
            error: isOpen.error ? set.add(process.error, .reading) : nil)
    }

    /// Takes what has come, after a wait. Throws where the program has ended or makes no sense.
    func take(_ places: Places, of set: PollSet) throws(ImageError) -> [FetchEvent] {
        do throws(SystemError) {
            if let place = places.input, set.isReady(place) { try send() }
            if let place = places.error, set.isReady(place) { isOpen.error = try hear() }
            if let place = places.output, set.isReady(place) { isOpen.output = try read() }
        } catch {
            throw ImageError(.fetchProgram, "minibox-fetch", "cannot speak with minibox-fetch", cause: error)
        }
        let events = try events()
        if !isOpen.output, !underWay.isEmpty { throw ended() }
        if Clock.monotonic - lastHeard > Self.patience * 1_000_000_000 {
            throw nonsense("it has said nothing for long")
        }
        return events
    }

    private func send() throws(SystemError) {
        do throws(SystemError) {
            let count = try process.input.writeSome(unsent[...])
            unsent.removeFirst(count)
        } catch {
            if error.errno != .again { throw error }
        }
    }

    /// Reads one piece of what it reports; false at the end.
    private func read() throws(SystemError) -> Bool {
        do throws(SystemError) {
            let count = try process.output.read(into: &buffer)
            rest += buffer[..<count]
            lastHeard = Clock.monotonic
            return count > 0
        } catch {
            if error.errno == .again { return true }
            throw error
        }
    }

    /// Reads one piece of what it complains of, the last of which is kept.
    private func hear() throws(SystemError) -> Bool {
        do throws(SystemError) {
            let count = try process.error.read(into: &buffer)
            complaint += buffer[..<count]
            complaint = complaint.suffix(Self.longestComplaint)
            return count > 0
        } catch {
            if error.errno == .again { return true }
            throw error
        }
    }

    private func events() throws(ImageError) -> [FetchEvent] {
        var events: [FetchEvent] = []
        var start = 0
        while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
            lines += 1
            let event: FetchEvent
            do { event = try FetchEvent(line: Array(rest[start..<end])) } catch { throw nonsense("\(error)") }
            start = end + 1
            guard underWay.contains(event.id) else { throw nonsense("it reports on what was not asked") }
            switch event.report {
            case .done, .failed: underWay.remove(event.id)
            case .progress, .retry: break
            }
            events.append(event)
        }
        rest.removeFirst(start)
        guard rest.count <= Self.longestLine else { throw nonsense("it writes a line without an end") }
        let seconds = (Clock.monotonic - started) / 1_000_000_000
        guard lines <= Self.linesAtOnce + seconds * Self.linesPerSecond else {
            throw nonsense("it reports without end")
        }
        return events
    }

    /// The error for a program that ended before it had done what was asked.
    private func ended() -> ImageError {
        // What it said last comes over another pipe.
        while isOpen.error {
            var set = PollSet()
            let place = set.add(process.error, .reading)
            try? set.wait(milliseconds: 200)
            guard set.isReady(place), let more = try? hear(), more else { break }
        }
        let status = process.end()
        let how =
            switch status {
            case .exited(let code): "it ended with the code \(code)"
            case .signaled(let signal): "it was ended by \(signal)"
            }
        let last = String(decoding: complaint, as: UTF8.self).split(separator: "\n").last.map { plainText(String($0)) }
        return nonsense(how + (last.map { ", after it said: \($0)" } ?? ""))
    }

    private func nonsense(_ words: String) -> ImageError {
        ImageError(.fetchProgram, "minibox-fetch", "minibox-fetch does not do its work: \(plainText(words))")
    }
}

extension ImageError {
    /// What the fetching program has reported; `words` say what was attempted.
    static func fetch(_ subject: String, _ words: String, _ failure: FetchFailure) -> ImageError {
        ImageError(.registry(failure.code), subject, "\(words): \(plainText(failure.reason))")
    }
}
