// SPDX-License-Identifier: Apache-2.0
public import Engine
internal import Images
internal import OCI

extension BuildRequest.CacheSource {
    /// Reads `type=local,src=DIR` and `type=registry,ref=NAME`; a name alone is the latter.
    public init(parsing text: String) throws(SyntaxError) {
        var keys = try cacheKeys(text, examples: Self.examples)
        switch try keys.take("type") {
        case "local":
            guard let path = try keys.take("src") else {
                throw SyntaxError(text, "has no directory to read", "write src=DIR")
            }
            try keys.finish("type=local")
            self = .directory(path)
        case "registry":
            self = .registry(try keys.takeReference())
            try keys.finish("type=registry")
        case nil: throw SyntaxError(text, "has no type", "write \(Self.examples)")
        case "inline":
            throw SyntaxError(text, "is no place to read from", "name the image: type=registry,ref=NAME")
        case let other?: throw SyntaxError(text, "has the unsupported type '\(other)'", "write \(Self.examples)")
        }
    }

    private static let examples = "type=local,src=DIR or type=registry,ref=NAME"
}

extension BuildRequest.CacheTarget {
    /// Reads `type=local,dest=DIR`, `type=registry,ref=NAME` and `type=inline`; a name alone is the second.
    ///
    /// What docker calls `mode=max`, all steps, is what is written to a directory, and `mode=min`, the steps of which the
    /// image has layers, what goes to a registry, unless something else is said.
    public init(parsing text: String) throws(SyntaxError) {
        var keys = try cacheKeys(text, examples: Self.examples)
        switch try keys.take("type") {
        case "local":
            guard let path = try keys.take("dest") else {
                throw SyntaxError(text, "has no directory to write to", "write dest=DIR")
            }
            self.init(.directory(path))
            isMinimal = try keys.takeMode(isMinimal: false)
            includesMounts = try keys.flag("mounts") ?? false
            ignoresErrors = try keys.flag("ignore-error") ?? false
            try keys.finish("type=local")
        case "registry":
            let reference = try keys.takeReference()
            guard reference.digest == nil else {
                throw SyntaxError(text, "names a digest, which is what comes out", "write ref=NAME[:TAG]")
            }
            self.init(.registry(reference))
            isMinimal = try keys.takeMode(isMinimal: true)
            includesMounts = try keys.flag("mounts") ?? false
            ignoresErrors = try keys.flag("ignore-error") ?? false
            compression = try keys.takeCompression()
            try keys.demand("oci-mediatypes", true, "leave it out: caches have the types of the image specification")
            try keys.demand("image-manifest", true, "leave it out: a cache is a manifest")
            try keys.finish("type=registry")
        case "inline":
            self.init(.image)
            isMinimal = try keys.takeMode(isMinimal: true)
            guard isMinimal else {
                throw SyntaxError(
                    text, "has mode=max", "an image has its own layers alone: leave it out, or write type=registry")
            }
            try keys.finish("type=inline")
        case nil: throw SyntaxError(text, "has no type", "write \(Self.examples)")
        case let other?: throw SyntaxError(text, "has the unsupported type '\(other)'", "write \(Self.examples)")
        }
    }

    private static let examples = "type=local,dest=DIR, type=registry,ref=NAME or type=inline"
}

/// The keys of a cache. A name alone is one in a registry, as docker has it.
private func cacheKeys(_ text: String, examples: String) throws(SyntaxError) -> ValueKeys {
    let fields = try CommaSeparated.fields(of: text)
    if fields.count == 1, !fields[0].utf8.contains(UInt8(ascii: "=")) {
        return try ValueKeys(text, ["type=registry", "ref=\(text)"])
    }
    return try ValueKeys(text, fields)
}

extension ValueKeys {
    fileprivate mutating func takeReference() throws(SyntaxError) -> ImageReference {
        guard let name = try take("ref") else { throw SyntaxError(text, "has no name of a cache", "write ref=NAME") }
        do throws(ImageFormatError) { return try ImageReference(name) } catch {
            throw SyntaxError(text, "names no cache", "\(error)")
        }
    }

    fileprivate mutating func takeMode(isMinimal usual: Bool) throws(SyntaxError) -> Bool {
        switch try take("mode") {
        case nil: return usual
        case "min": return true
        case "max": return false
        case let other?: throw SyntaxError(text, "has mode=\(other)", "write mode=min or mode=max")
        }
    }

    fileprivate mutating func takeCompression() throws(SyntaxError) -> CacheCompression {
        var compression = CacheCompression()
        let format = try take("compression")
        switch format {
        case nil, "zstd": break
        case "gzip": compression.isGzip = true
        case let other?:
            throw SyntaxError(text, "has compression=\(other)", "write compression=zstd or compression=gzip")
        }
        compression.isForced = try flag("force-compression") ?? false
        guard let level = try take("compression-level") else { return compression }
        let levels = compression.isGzip ? 0...9 : 1...22
        guard let number = Int(level), levels.contains(number) else {
            throw SyntaxError(
                text, "has compression-level=\(level)",
                "write \(levels.lowerBound) to \(levels.upperBound) of \(compression.isGzip ? "gzip" : "zstd")")
        }
        compression.level = number
        return compression
    }
}
