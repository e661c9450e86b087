// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Images

/// `--layer-limit` and `--jobs`, of the commands that take layers which somebody else made.
enum LayerFlags {
    /// The flags, for a command whose options have what they say at `place`.
    static func flags<Options>(at place: any WritableKeyPath<Options, LayerSetting> & Sendable) -> [Flag<Options>] {
        [
            .list(
                "layer-limit", "KEY=VALUE",
                "Most of it: entries=1000000, size=128g, ratio=200, devices=, duplicates=, odd-names=0; -1: any",
                LayerLimit.init(parsing:)
            ) { $1.apply(to: &$0[keyPath: place].limits) },
            .value("jobs", "NUMBER", "Most layers at once (processors)", jobCount) { $0[keyPath: place].workers = $1 },
        ]
    }

    private static func jobCount(_ text: String) throws(SyntaxError) -> Int {
        guard let count = Int(text), count > 0 else {
            throw SyntaxError(text, "is no number of layers", "write 1 for one after the other, or more")
        }
        return count
    }
}

/// One `KEY=VALUE` of `--layer-limit`.
struct LayerLimit: Hashable, Sendable {
    private enum Key: String {
        case entries, size, ratio, devices, duplicates
        case oddNames = "odd-names"

        /// A layer may be without devices, but not without entries.
        var least: Int64 {
            switch self {
            case .devices, .duplicates, .oddNames: 0
            case .entries, .size, .ratio: 1
            }
        }
    }
    private let key: Key
    private let value: Int64

    init(parsing text: String) throws(SyntaxError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let key = parts.first.flatMap({ Key(rawValue: String($0)) }), parts.count == 2 else {
            throw SyntaxError(
                text, "is no limit of a layer", "write entries=, size=, ratio=, devices=, duplicates= or odd-names=")
        }
        self.key = key
        let number = String(parts[1])
        if number == "-1" {
            value = .max
        } else if key == .size {
            value = Int64(clamping: try ByteCount(parsing: number).bytes)
        } else if let found = Int64(number), found >= key.least {
            value = found
        } else {
            throw SyntaxError(text, "is no limit of a layer", "write a number from \(key.least) on, or -1 for any")
        }
    }

    func apply(to limits: inout LayerLimits) {
        switch key {
        case .entries: limits.entries = value
        case .size: limits.size = value
        case .ratio: limits.ratio = value
        case .devices: limits.devices = value
        case .duplicates: limits.duplicates = value
        case .oddNames: limits.oddNames = value
        }
    }
}
