// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Builds
internal import Engine

/// `--compress none|gzip|zstd` and `--compression-level N`, of what writes archives.
struct CompressionFlags: Sendable {
    private var format: LayerCompression.Format?
    private var level: Int?

    /// The two flags; the options that they belong to have them at `path`. `summary` says what is compressed.
    static func flags<Options>(
        _ summary: String, at path: any WritableKeyPath<Options, CompressionFlags> & Sendable
    ) -> [Flag<Options>] {
        [
            .value("compress", aliases: ["compression"], "none|gzip|zstd", summary, readFormat) {
                $0[keyPath: path].format = $1
            },
            .value("compression-level", "N", "How strongly: 0 to 9 of gzip (6), 1 to 22 of zstd (3)", readLevel) {
                $0[keyPath: path].level = $1
            },
        ]
    }

    /// What was said; nil where nothing was.
    func chosen() throws(EngineError) -> LayerCompression? {
        guard let format else {
            guard level == nil else {
                throw EngineError(
                    .invalid, "--compression-level says how strongly, but not to what: add --compress gzip or zstd")
            }
            return nil
        }
        if let level {
            guard let levels = format.levels else {
                throw EngineError(.invalid, "no compression has no level: leave --compression-level out")
            }
            guard levels.contains(level) else {
                throw EngineError(
                    .invalid,
                    "\(format.rawValue) has no level \(level): write \(levels.lowerBound) to \(levels.upperBound)")
            }
        }
        return LayerCompression(format, level: level, isForced: true)
    }

    private static func readFormat(_ text: String) throws(SyntaxError) -> LayerCompression.Format {
        if text == "none" { return .uncompressed }
        guard let format = LayerCompression.Format(rawValue: text) else {
            throw SyntaxError(text, "is no compression", "write none, gzip or zstd")
        }
        return format
    }

    private static func readLevel(_ text: String) throws(SyntaxError) -> Int {
        guard let level = Int(text) else { throw SyntaxError(text, "is no level", "write a number") }
        return level
    }
}
