// SPDX-License-Identifier: Apache-2.0
internal import Builds
internal import Images
internal import Linux
internal import OCI

/// How far a pull or a push is, of each layer: what views show is made of this.
struct TransferProgress: Sendable {
    struct Layer: Sendable {
        var name: String
        var size: Int64
        var done: Int64 = 0
        var state = State.waiting
        /// When how much had come: of the last seconds.
        var samples: [(time: UInt64, done: Int64)] = []
    }

    enum State: Hashable, Sendable {
        case waiting, moving, unpacking, ended
        case pausing(String)
    }

    var layers: [Layer] = []

    /// Seconds that the rate is of.
    private static let span: UInt64 = 5

    /// So many bytes of the layer are there at `time`, in nanoseconds.
    mutating func move(_ layer: Int, to done: Int64, at time: UInt64) {
        guard layers.indices.contains(layer) else { return }
        // A program that nobody has to believe says it.
        let done = min(max(0, done), max(0, layers[layer].size))
        layers[layer].done = done
        layers[layer].state = .moving
        layers[layer].samples.append((time, done))
        layers[layer].samples.removeAll { $0.time + Self.span * 1_000_000_000 < time }
    }
}

extension TransferProgress.Layer {
    /// Bytes a second of late; nil where that is not known.
    var rate: Int64? {
        guard let first = samples.first, let last = samples.last, last.time > first.time else { return nil }
        let rate = Double(last.done - first.done) * 1e9 / Double(last.time - first.time)
        return Int64(exactly: rate.rounded(.towardZero))
    }

    /// `Downloading [====>     ]  1.2MB/30MB  4.5MB/s 7s`.
    func line(_ verb: String) -> String {
        switch state {
        case .waiting: return "\(name): Waiting"
        case .unpacking: return "\(name): Extracting"
        case .ended: return "\(name): Done"
        case .pausing(let words): return "\(name): \(words)"
        case .moving: break
        }
        let width = 25
        let filled = size > 0 ? Int(Double(min(done, size)) / Double(size) * Double(width)) : width
        let bar =
            filled >= width
            ? String(repeating: "=", count: width)
            : String(repeating: "=", count: filled) + ">" + String(repeating: " ", count: width - filled - 1)
        var text = "\(name): \(verb) [\(bar)] \(ImagesCommand.size(done))/\(ImagesCommand.size(size))"
        if let rate, rate > 0 {
            text += " \(ImagesCommand.size(rate))/s \(Self.duration((size - done) / rate))"
        }
        return text
    }

    private static func duration(_ seconds: Int64) -> String {
        seconds < 60 ? "\(seconds)s" : seconds < 3600 ? "\(seconds / 60)m\(seconds % 60)s" : "\(seconds / 3600)h"
    }
}

/// Lines at the bottom of a terminal that change, below lines that stay.
struct LiveLines: ~Copyable {
    private let terminal: Descriptor
    private var shown = 0
    private var last: UInt64 = 0

    /// Nanoseconds between two pictures.
    private static let pause: UInt64 = 80_000_000

    init(on terminal: consuming Descriptor) { self.terminal = terminal }

    /// Whether there is time for another picture.
    var isDue: Bool { Clock.monotonic - last >= Self.pause }

    /// Writes `staying` above, and then `lines`, as many as there is room for.
    mutating func show(_ lines: [String], staying: [String] = []) {
        let size = (try? terminal.terminalSize()) ?? TerminalSize(rows: 24, columns: 80)
        let room = max(1, Int(size.rows) - 1)
        let columns = max(20, Int(size.columns))
        var lines = lines
        if lines.count > room {
            let hidden = lines.count - room + 1
            lines = Array(lines.prefix(room - 1)) + ["... and \(hidden) more"]
        }
        var text = shown > 0 ? "\u{1B}[\(shown)A\r\u{1B}[J" : ""
        for line in staying + lines {
            text += String(decoding: DisplayWidth.cut(line.utf8, to: columns), as: UTF8.self) + "\r\n"
        }
        try? terminal.write(text)
        shown = lines.count
        last = Clock.monotonic
    }
}
