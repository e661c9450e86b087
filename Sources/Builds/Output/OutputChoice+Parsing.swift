// SPDX-License-Identifier: Apache-2.0
public import Engine
internal import OCI
internal import Words

extension OutputChoice {
    /// Reads the value of `--output`: `type=oci,dest=image.tar`, a bare path for `type=local`, `-` for a tar archive on
    /// standard output. A field in double quotes may have commas.
    public init(parsing text: String) throws(SyntaxError) {
        let fields = try CommaSeparated.fields(of: text)
        if fields.count == 1, !fields[0].utf8.contains(UInt8(ascii: "=")) {
            guard !fields[0].isEmpty else {
                throw SyntaxError(text, "is no output", "write a directory, or type=TYPE,dest=PATH")
            }
            self =
                fields[0] == "-"
                ? .tar(.standardOutput, .init()) : .local(path: fields[0], deletesOthers: false, .init())
            return
        }
        var keys = try ValueKeys(text, fields)
        let type = try keys.take("type")
        switch type {
        case "image": self = try keys.image()
        case "local": self = try keys.local()
        case "tar": self = .tar(try keys.place(), try keys.tree())
        case "oci": self = try keys.layout()
        case "docker": self = try keys.archive()
        case "cacheonly", "none": self = .none
        case nil: throw SyntaxError(text, "has no type", "write type=TYPE with one of \(Self.types)")
        case "registry":
            throw SyntaxError(
                text, "asks for a registry",
                "write type=image, and --push beside it")
        case let other?:
            let near = nearestWord(to: other, among: Self.names).map { "did you mean \($0)?" }
            throw SyntaxError(text, "has the unknown type '\(other)'", near ?? "write one of \(Self.types)")
        }
        try keys.finish("type=\(type ?? "")")
    }

    private static let names = ["image", "local", "tar", "oci", "docker", "cacheonly"]
    private static var types: String { names.joined(separator: ", ") }
}

extension ValueKeys {
    fileprivate mutating func image() throws(SyntaxError) -> OutputChoice {
        for (key, only, advice) in [
            ("push", false, "write --push beside the output"),
            ("push-by-digest", false, "write --push beside the output, with a tag"),
            ("store", true, "write type=cacheonly to keep no image"),
            ("unpack", true, "every image of the store is unpacked"),
        ] { try demand(key, only, advice) }
        let options = try imageOptions()
        if options.compression != nil {
            throw SyntaxError(
                text, "has compression", "the store keeps layers as they are: leave it out, or write type=oci,dest=PATH"
            )
        }
        if let annotation = options.annotations.first(where: { $0.place != .manifest }) {
            throw SyntaxError(
                text, "has an annotation of the \(annotation.place.rawValue)",
                "an image of the store has only those of its manifest: write annotation.KEY=VALUE")
        }
        return .image(names: try names(), options)
    }

    fileprivate mutating func local() throws(SyntaxError) -> OutputChoice {
        let mode = try take("mode") ?? "copy"
        guard ["copy", "delete"].contains(mode) else {
            throw SyntaxError(text, "has the unknown mode '\(mode)'", "write mode=copy or mode=delete")
        }
        guard let path = try take("dest"), path != "-" else {
            throw SyntaxError(text, "has no directory to write to", "write dest=DIRECTORY")
        }
        return .local(path: path, deletesOthers: mode == "delete", try tree())
    }

    fileprivate mutating func layout() throws(SyntaxError) -> OutputChoice {
        let isArchive = try flag("tar") ?? true
        let place = try place()
        let names = try names()
        let options = try imageOptions()
        if isArchive { return .oci(.archive(place), names: names, options) }
        guard case .path(let path) = place else {
            throw SyntaxError(text, "has no directory to write to", "write dest=DIRECTORY")
        }
        return .oci(.directory(path), names: names, options)
    }

    fileprivate mutating func archive() throws(SyntaxError) -> OutputChoice {
        try demand("tar", true, "write type=oci,tar=false for a directory")
        return .docker(try place(), names: try names(), try imageOptions())
    }

    fileprivate mutating func place() throws(SyntaxError) -> OutputPlace {
        let path = try take("dest") ?? "-"
        return path == "-" ? .standardOutput : .path(path)
    }

    fileprivate mutating func tree() throws(SyntaxError) -> TreeOptions {
        let prefix = try take("attestation-prefix") ?? ""
        guard !prefix.utf8.contains(UInt8(ascii: "/")) else {
            throw SyntaxError(text, "has a slash in attestation-prefix", "write the start of a file's name")
        }
        return TreeOptions(splitsPlatforms: try flag("platform-split") ?? false, attestationPrefix: prefix)
    }

    private mutating func names() throws(SyntaxError) -> [ImageReference] {
        var result: [ImageReference] = []
        for name in (try take("name") ?? "").split(separator: ",") {
            do throws(ImageFormatError) {
                let reference = try ImageReference(String(name))
                guard reference.digest == nil else {
                    throw ImageFormatError(
                        .badReference, String(name), "the digest is what comes out, write NAME[:TAG]")
                }
                result.append(reference)
            } catch {
                throw SyntaxError(text, "has a bad name", "\(error)")
            }
        }
        return result
    }

    private mutating func imageOptions() throws(SyntaxError) -> ImageOptions {
        try demand("oci-mediatypes", true, "only OCI's media types are written: leave it out")
        return ImageOptions(
            compression: try compression(), rewritesTimes: try flag("rewrite-timestamp") ?? false,
            annotations: try annotations())
    }

    private mutating func compression() throws(SyntaxError) -> LayerCompression? {
        let word = try take("compression")
        let level = try take("compression-level")
        let isForced = try flag("force-compression")
        guard let word else {
            guard level == nil, isForced != true else {
                throw SyntaxError(
                    text, "says how to compress, but not to what", "write compression=gzip or compression=zstd")
            }
            return nil
        }
        guard let format = LayerCompression.Format(rawValue: word) else {
            let formats = LayerCompression.Format.allCases.map(\.rawValue)
            let near = nearestWord(to: word, among: formats).map { "did you mean \($0)?" }
            throw SyntaxError(
                text, "has the unsupported compression '\(word)'",
                near ?? "write one of \(formats.joined(separator: ", "))")
        }
        var result = LayerCompression(format, isForced: isForced ?? false)
        if let level {
            guard let levels = format.levels else {
                throw SyntaxError(text, "has a level of no compression", "leave compression-level out")
            }
            guard let number = Int(level), levels.contains(number) else {
                throw SyntaxError(
                    text, "has the unknown compression-level '\(level)'",
                    "\(format.rawValue) has \(levels.lowerBound) to \(levels.upperBound)")
            }
            result.level = number
        }
        return result
    }

    /// `annotation.KEY`, `annotation-index.KEY`, and with `[PLATFORM]` between, of which there is one here.
    private mutating func annotations() throws(SyntaxError) -> [ImageAnnotation] {
        var result: [ImageAnnotation] = []
        for (key, value) in takeAll(startingWith: "annotation") {
            guard let dot = key.utf8.firstIndex(of: UInt8(ascii: ".")), key.utf8.index(after: dot) != key.endIndex
            else {
                throw SyntaxError(text, "has '\(key)'", "write annotation.KEY=VALUE")
            }
            var place = key[..<dot].dropFirst("annotation".utf8.count)
            if place.hasSuffix("]") {
                throw SyntaxError(
                    text, "has '\(key)'", "an output has one machine: write annotation.KEY=VALUE, without [PLATFORM]")
            }
            if place.hasPrefix("-") { place = place.dropFirst() } else if !place.isEmpty { place = "?" }
            guard let found = place.isEmpty ? .manifest : ImageAnnotation.Place(rawValue: String(place)) else {
                let places = ImageAnnotation.Place.allCases.map { "annotation-\($0.rawValue)" }
                let near = nearestWord(to: String(key[..<dot]), among: places + ["annotation"])
                throw SyntaxError(
                    text, "has the unknown key '\(key)'",
                    near.map { "did you mean \($0)\(key[dot...])?" } ?? "write annotation.KEY=VALUE")
            }
            result.append(ImageAnnotation(found, key: String(key[key.utf8.index(after: dot)...]), value: value))
        }
        return result
    }
}
