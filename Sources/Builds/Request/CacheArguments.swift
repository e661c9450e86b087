// SPDX-License-Identifier: Apache-2.0
public import Engine

/// `--cache-from type=local,src=DIR`.
public struct CacheSourceArgument: Hashable, Sendable {
    public let path: String

    /// Reads keys with values, commas between them.
    public init(parsing text: String) throws(SyntaxError) {
        var keys = try localCacheKeys(text, example: "type=local,src=DIR")
        guard let path = try keys.take("src") else {
            throw SyntaxError(text, "has no directory to read", "write src=DIR")
        }
        try keys.finish("type=local")
        self.path = path
    }
}

extension BuildRequest.CacheTarget {
    /// Reads `type=local,dest=DIR`, with `mounts=true` for the files of cache mounts as well. What is written is what
    /// docker calls `mode=max`: all steps.
    public init(parsing text: String) throws(SyntaxError) {
        var keys = try localCacheKeys(text, example: "type=local,dest=DIR")
        guard let path = try keys.take("dest") else {
            throw SyntaxError(text, "has no directory to write to", "write dest=DIR")
        }
        let mode = try keys.take("mode")
        guard mode == nil || mode == "max" else {
            throw SyntaxError(
                text, "has mode=\(mode ?? "")",
                mode == "min" ? "the steps of every stage are written: leave it out" : "write mode=max, or leave it out"
            )
        }
        let includesMounts = try keys.flag("mounts") ?? false
        try keys.finish("type=local")
        self.init(path: path, includesMounts: includesMounts)
    }
}

/// The keys of a cache in a directory, the only one there is.
private func localCacheKeys(_ text: String, example: String) throws(SyntaxError) -> ValueKeys {
    let fields = try CommaSeparated.fields(of: text)
    if fields.count == 1, !fields[0].utf8.contains(UInt8(ascii: "=")) {
        throw SyntaxError(text, "is a cache in a registry", "caches are directories: write \(example)")
    }
    var keys = try ValueKeys(text, fields)
    switch try keys.take("type") {
    case "local": return keys
    case nil: throw SyntaxError(text, "has no type", "write \(example)")
    case let other?:
        throw SyntaxError(text, "has the unsupported type '\(other)'", "write \(example)")
    }
}
