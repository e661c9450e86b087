// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import OCI

/// What a worker tells the build: a line of JSON each.
enum WorkerMessage: Sendable {
    /// What the step reads was looked at. The worker waits for the answer whether it is to go on.
    case selected([SelectedContent])
    /// What is in the files that it reads, now that it is known that there is no layer of them: a ``StepMemory`` in the
    /// file at this path.
    case remembered(path: String)
    case warning(String)
    /// The step's files are complete and nobody changes them any more; `highIDs` are owners from 65536 on. What it read
    /// may have changed meanwhile: then the key is not that of the result.
    case sealed(highIDs: [UInt32], fitsKey: Bool)
    /// The layer was read and hashed.
    case described(LayerDescription)
    /// The layer came out of a cache of somebody else's: the worker waits for what is next.
    case unpacked(LayerDescription)
    /// It did not, and nothing has changed.
    case notUnpacked(words: String)
    /// The step failed.
    case failed(words: String, BuildError.Code)

    var line: [UInt8] {
        let json: JSON =
            switch self {
            case .selected(let contents):
                ["selected": .array(contents.map { .array([.string($0.label), .string($0.digest.hex)]) })]
            case .remembered(let path): ["remembered": .string(path)]
            case .warning(let words): ["warning": .string(words)]
            case .sealed(let ids, let fitsKey): ["sealed": .array(ids.map { JSON($0) }), "fitsKey": .bool(fitsKey)]
            case .described(let description): ["described": description.json]
            case .unpacked(let description): ["unpacked": description.json]
            case .notUnpacked(let words): ["notUnpacked": .string(words)]
            case .failed(let words, let code): ["failed": .string(words), "code": code.json]
            }
        return json.bytes() + [UInt8(ascii: "\n")]
    }

    /// Nil for a line that no worker writes.
    init?(line: some Collection<UInt8>) {
        guard let json = try? JSON(parsing: Array(line)) else { return nil }
        if let contents = json["selected"]?.array {
            self = .selected(
                contents.compactMap { content in
                    guard let label = content[0]?.string, let digest = content[1]?.string.flatMap(Digest.init(hex:))
                    else { return nil }
                    return SelectedContent(label: label, digest: digest)
                })
        } else if let path = json["remembered"]?.string {
            self = .remembered(path: path)
        } else if let words = json["warning"]?.string {
            self = .warning(words)
        } else if let ids = json["sealed"]?.array {
            self = .sealed(highIDs: ids.compactMap(\.uint32), fitsKey: json["fitsKey"]?.bool ?? false)
        } else if let description = json["described"].flatMap(LayerDescription.init) {
            self = .described(description)
        } else if let description = json["unpacked"].flatMap(LayerDescription.init) {
            self = .unpacked(description)
        } else if let words = json["notUnpacked"]?.string {
            self = .notUnpacked(words: words)
        } else if let words = json["failed"]?.string {
            self = .failed(words: words, BuildError.Code(json["code"]))
        } else {
            return nil
        }
    }
}

extension BuildError.Code {
    private static let words: [(word: String, code: Self)] = [
        ("syntax", .syntax), ("invalid", .invalid), ("missing", .missing), ("check", .check),
        ("interrupted", .interrupted), ("file", .file), ("unsupported", .unsupported),
    ]

    /// The exit code of a step, or else a word.
    fileprivate var json: JSON {
        if case .step(let exitCode) = self { return JSON(exitCode) }
        return .string(Self.words.first { $0.code == self }?.word ?? "file")
    }

    fileprivate init(_ json: JSON?) {
        if let exitCode = json?.whole(as: Int32.self) {
            self = .step(exitCode: exitCode)
        } else {
            self = Self.words.first { $0.word == json?.string }?.code ?? .file
        }
    }
}

/// What the build tells a worker that waits: a line of words each.
enum WorkerAnswer: Hashable, Sendable {
    /// The step is to be carried out.
    case carryOut
    /// It is not: the layer is there.
    case stop
    /// The layer `diffID` is to be taken from one of the caches that were given, by its place among them.
    case unpack(cache: Int, diffID: Digest)

    var line: [UInt8] {
        let text =
            switch self {
            case .carryOut: "carry-out"
            case .stop: "stop"
            case .unpack(let cache, let diffID): "unpack \(cache) \(diffID.hex)"
            }
        return Array(text.utf8) + [UInt8(ascii: "\n")]
    }

    /// Nil for what no build writes. The line end is not part of it.
    init?(line: some Collection<UInt8>) {
        let words = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
        switch words.first {
        case "carry-out" where words.count == 1: self = .carryOut
        case "stop" where words.count == 1: self = .stop
        case "unpack" where words.count == 3:
            guard let cache = Int(words[1]), let diffID = Digest(hex: words[2]) else { return nil }
            self = .unpack(cache: cache, diffID: diffID)
        default: return nil
        }
    }
}
