// SPDX-License-Identifier: Apache-2.0

/// Sections of a log that come to be at the same time and are written one after the other.
///
/// The one that was begun first is written as it comes, under its title. What the others have to say waits until it has
/// ended, or has been silent for a second, or until one has waited for five. Then `#5 ...` says that the section goes on,
/// and its title stands above the rest of it.
struct SectionQueue: Sendable {
    private struct Section {
        var number: Int
        var title: String
        var text: [UInt8] = []
        var isEnded = false
        /// Since when there is text that waits.
        var since = BuildClock(microseconds: 0)
    }

    private static let silence: Int64 = 1_000_000
    private static let patience: Int64 = 5_000_000

    /// Those that are not written to their end, in the order in which they were begun; the current one is none of them.
    private var waiting: [Section] = []
    private var current: Section?
    private var lastWritten = BuildClock(microseconds: 0)
    private var output: [UInt8] = []
    private var hasLoneLines = false

    /// What is to be written now.
    mutating func take() -> [UInt8] {
        defer { output = [] }
        return output
    }

    /// A line that belongs to no section.
    mutating func writeAlone(_ line: String) {
        output += line.utf8
        output.append(UInt8(ascii: "\n"))
        hasLoneLines = true
    }

    mutating func begin(_ number: Int, _ title: String) {
        guard current?.number != number, !waiting.contains(where: { $0.number == number }) else { return }
        let section = Section(number: number, title: title)
        if current == nil { resume(section) } else { waiting.append(section) }
    }

    /// Writes a line behind the section's number.
    mutating func write(_ line: some Sequence<UInt8>, to number: Int, at now: BuildClock) {
        let text = "#\(number) ".utf8 + Array(line) + [UInt8(ascii: "\n")]
        if current?.number == number {
            output += text
            lastWritten = now
        } else if let place = waiting.firstIndex(where: { $0.number == number }) {
            if waiting[place].text.isEmpty { waiting[place].since = now }
            waiting[place].text += text
        }
    }

    mutating func end(_ number: Int) {
        if current?.number == number {
            output.append(UInt8(ascii: "\n"))
            current = nil
            goOn()
        } else if let place = waiting.firstIndex(where: { $0.number == number }) {
            waiting[place].isEnded = true
        }
    }

    /// Lets another section have its turn, if it is time.
    mutating func takeTurns(at now: BuildClock) {
        guard let section = current, let since = waiting.filter({ !$0.text.isEmpty }).map(\.since).min() else { return }
        lastWritten = max(lastWritten, since)
        guard
            now.microseconds - lastWritten.microseconds >= Self.silence
                || now.microseconds - since.microseconds >= Self.patience
        else { return }
        output += "#\(section.number) ...\n\n".utf8
        current = nil
        goOn()
        lastWritten = now
        waiting.append(section)
        if current == nil { goOn() }
    }

    /// Writes all that waits.
    mutating func finish() {
        if current != nil { output.append(UInt8(ascii: "\n")) }
        current = nil
        for section in waiting where !section.text.isEmpty {
            resume(section)
            output.append(UInt8(ascii: "\n"))
        }
        waiting = []
        current = nil
    }

    /// Writes those that have ended, and makes one of the others the current one: the first with text, or else the first.
    private mutating func goOn() {
        for section in waiting where section.isEnded {
            resume(section)
            output.append(UInt8(ascii: "\n"))
        }
        waiting.removeAll(where: \.isEnded)
        current = nil
        guard let next = waiting.firstIndex(where: { !$0.text.isEmpty }) ?? waiting.indices.first else { return }
        resume(waiting.remove(at: next))
    }

    private mutating func resume(_ section: Section) {
        if hasLoneLines { output.append(UInt8(ascii: "\n")) }
        hasLoneLines = false
        output += "#\(section.number) \(section.title)\n".utf8
        output += section.text
        current = Section(number: section.number, title: section.title)
    }
}
