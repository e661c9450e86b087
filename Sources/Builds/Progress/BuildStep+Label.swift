// SPDX-License-Identifier: Apache-2.0

extension BuildStep {
    /// The number under which views and `build logs` call it, from 1.
    public var shownNumber: Int { id + 1 }

    /// How views call it, in one line: `[build 2/5] RUN make`.
    public var label: String { "[\(stage.isEmpty ? "" : stage + " ")\(number)/\(count)] \(oneLine(text))" }
}

/// `text` in one line that can be shown: no controls, and a space for each run of blanks with a line's end in it.
func oneLine(_ text: String) -> String {
    var result: [UInt8] = []
    var lines = OutputLines(keepsColors: false)
    for line in text.split(whereSeparator: \.isNewline) {
        var shown = lines.take(Array(line.utf8)).flatMap { $0 }
        shown += lines.end() ?? []
        let trimmed = shown.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        if trimmed.isEmpty { continue }
        if !result.isEmpty { result.append(UInt8(ascii: " ")) }
        result += trimmed
    }
    return String(decoding: result, as: UTF8.self)
}

extension BuildClock {
    /// `1.2s`, `75.0s`: seconds with one digit behind the point, rounded down; for what still counts up.
    func tenths(since start: BuildClock = BuildClock(microseconds: 0)) -> String {
        let tenths = max(0, microseconds - start.microseconds) / 100_000
        return "\(tenths / 10).\(tenths % 10)s"
    }

    /// The same for what is over: below a tenth of a second, where most steps are, to the millisecond, `0.012s`.
    func seconds(since start: BuildClock = BuildClock(microseconds: 0)) -> String {
        microseconds - start.microseconds < 100_000 ? milliseconds(since: start) + "s" : tenths(since: start)
    }

    /// `1.204`: seconds with three digits behind the point.
    func milliseconds(since start: BuildClock) -> String {
        let count = max(0, microseconds - start.microseconds) / 1000
        let rest = String(count % 1000)
        return "\(count / 1000)." + String(repeating: "0", count: 3 - rest.utf8.count) + rest
    }
}
