// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A line that somebody has typed in a lab host.
public struct TypedLine: Hashable, Sendable {
    /// When its command had ended, in seconds since 1970.
    public let time: Int64
    public let text: String

    public init(time: Int64, text: String) {
        self.time = time
        self.text = text
    }

    /// Of `SECONDS LINE`, as it is kept; nil where it is none.
    init?(parsing line: some StringProtocol) {
        let parts = line.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let time = Int64(parts[0]) else { return nil }
        self.init(time: time, text: String(parts[1]))
    }

    var line: String { "\(time) \(text)\n" }

    /// Its words, `--uts=host` as two.
    var words: [String] {
        text.split(whereSeparator: { " \t='\"".contains($0) }).map(String.init)
    }

    /// Whether all words of `phrase` stand in it, one behind the other.
    func has(_ phrase: String) -> Bool {
        let wanted = TypedLine(time: 0, text: phrase).words
        guard !wanted.isEmpty, words.count >= wanted.count else { return false }
        return (0...words.count - wanted.count).contains { words[$0..<($0 + wanted.count)].elementsEqual(wanted) }
    }
}

/// What was typed in lab hosts, a file an exercise, which outlives them.
public enum TypedLog {
    /// The most lines that are kept of an exercise.
    static let limit = 1000

    private static func directory(in places: LabPlaces) -> String { places.root + "/typed" }

    /// The lines of an exercise, the oldest first.
    public static func lines(of exercise: Exercise, in places: LabPlaces) -> [TypedLine] {
        let bytes = (try? Descriptor.contents(of: "\(directory(in: places))/\(exercise.name)")) ?? []
        return bytes.split(separator: 0x0A).compactMap { TypedLine(parsing: String(decoding: $0, as: UTF8.self)) }
    }

    /// Keeps more of them, and of all the last ``limit``.
    public static func add(_ lines: [TypedLine], to exercise: Exercise, in places: LabPlaces) throws(LabError) {
        if lines.isEmpty { return }
        let directory = try LabPlaces.make(directory(in: places))
        do throws(SystemError) {
            let lock = try directory.open(".lock", [.readWrite, .create], mode: 0o600)
            _ = try lock.lock(.exclusive)
            let all = (self.lines(of: exercise, in: places) + lines).suffix(limit)
            try directory.replace(
                exercise.name, with: Array(all.map(\.line).joined().utf8), mode: 0o600, durable: false)
        } catch {
            throw LabError(.host, "cannot keep what was typed in \(exercise.name)", cause: error)
        }
    }

    /// Forgets an exercise.
    static func forget(_ exercise: Exercise, in places: LabPlaces) {
        // Where nothing was kept there is none.
        try? Descriptor.open(directory(in: places), [.directory]).remove(exercise.name)
    }
}

extension LabHost {
    /// Where the shells of a lab host write what is typed; in its memory, from which it is taken: who is root there could fill
    /// a disk.
    static let typed = "/run/lab/typed"

    /// Takes what was typed since the last time out of the lab host, and keeps it.
    public func takeTyped(of exercise: Exercise) throws(LabError) {
        guard state?.keepsTyped ?? false else { return }
        let taken = try run(
            ["/bin/sh", "-c", "mv \(Self.typed) \(Self.typed).taken 2>/dev/null && tail -c 65536 \(Self.typed).taken"],
            environment: [])
        let text = String(decoding: taken.output, as: UTF8.self)
        let lines = text.split(separator: "\n").compactMap { TypedLine(parsing: $0) }
        try TypedLog.add(lines, to: exercise, in: places)
    }
}
