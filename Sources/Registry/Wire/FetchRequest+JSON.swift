// SPDX-License-Identifier: Apache-2.0
public import OCI

extension FetchRequest {
    /// Reads a line after the first that `minibox-fetch` is given.
    public init(line: [UInt8]) throws(WireError) { try self.init(json: wireDocument(line, "request")) }

    private enum Verb: String {
        case check, resolve, manifest, blob, upload, put, tags, referrers, deleteManifest, deleteBlob, search, get
    }

    public init(json: JSON) throws(WireError) {
        var reader = try WireReader(json, "request")
        id = try reader.required("id") { $0.int }
        switch try reader.word("do", as: Verb.self) {
        case .check: work = .check(registry: try reader.text("registry"))
        case .resolve: work = .resolve(try Repository(&reader), reference: try reader.text("reference"))
        case .manifest:
            work = .manifest(
                try Repository(&reader), reference: try reader.text("reference"), file: try reader.file())
        case .blob:
            work = .blob(
                try Repository(&reader), digest: try reader.digest(), size: try reader.size("size"),
                file: try reader.file(), addresses: try reader.required("addresses") { $0.strings })
        case .upload:
            work = .upload(
                try Repository(&reader), digest: try reader.digest(), size: try reader.size("size"),
                file: try reader.file(), mounts: try reader.required("mounts") { $0.strings })
        case .put:
            work = .put(
                try Repository(&reader), reference: try reader.text("reference"),
                mediaType: try reader.text("mediaType"), file: try reader.file())
        case .tags: work = .tags(try Repository(&reader), file: try reader.file())
        case .referrers:
            work = .referrers(
                try Repository(&reader), digest: try reader.digest(),
                artifactType: try reader.optional("artifactType") { $0.string }, file: try reader.file())
        case .deleteManifest:
            work = .deleteManifest(try Repository(&reader), reference: try reader.text("reference"))
        case .deleteBlob: work = .deleteBlob(try Repository(&reader), digest: try reader.digest())
        case .search:
            work = .search(
                registry: try reader.text("registry"), words: try reader.text("words"),
                limit: try reader.required("limit") { $0.int }, file: try reader.file())
        case .get:
            work = .get(
                address: try reader.text("address"), limit: try reader.size("limit"), file: try reader.file())
        }
        try reader.end()
    }

    public var json: JSON {
        var result: JSON = ["id": JSON(id)]
        func set(_ verb: Verb, _ repository: Repository? = nil, _ members: (String, JSON)...) {
            result["do"] = .string(verb.rawValue)
            if let repository {
                result["registry"] = .string(repository.registry)
                result["repository"] = .string(repository.path)
            }
            for (key, value) in members { result[key] = value }
        }
        switch work {
        case .check(let registry): set(.check, nil, ("registry", .string(registry)))
        case .resolve(let repository, let reference): set(.resolve, repository, ("reference", .string(reference)))
        case .manifest(let repository, let reference, let file):
            set(.manifest, repository, ("reference", .string(reference)), ("file", .string(file)))
        case .blob(let repository, let digest, let size, let file, let addresses):
            set(
                .blob, repository, ("digest", .string("\(digest)")), ("size", JSON(size)), ("file", .string(file)),
                ("addresses", JSON(addresses)))
        case .upload(let repository, let digest, let size, let file, let mounts):
            set(
                .upload, repository, ("digest", .string("\(digest)")), ("size", JSON(size)), ("file", .string(file)),
                ("mounts", JSON(mounts)))
        case .put(let repository, let reference, let mediaType, let file):
            set(
                .put, repository, ("reference", .string(reference)), ("mediaType", .string(mediaType)),
                ("file", .string(file)))
        case .tags(let repository, let file): set(.tags, repository, ("file", .string(file)))
        case .referrers(let repository, let digest, let artifactType, let file):
            set(.referrers, repository, ("digest", .string("\(digest)")), ("file", .string(file)))
            result["artifactType"] = artifactType.map { .string($0) }
        case .deleteManifest(let repository, let reference):
            set(.deleteManifest, repository, ("reference", .string(reference)))
        case .deleteBlob(let repository, let digest):
            set(.deleteBlob, repository, ("digest", .string("\(digest)")))
        case .search(let registry, let words, let limit, let file):
            set(
                .search, nil, ("registry", .string(registry)), ("words", .string(words)), ("limit", JSON(limit)),
                ("file", .string(file)))
        case .get(let address, let limit, let file):
            set(.get, nil, ("address", .string(address)), ("limit", JSON(limit)), ("file", .string(file)))
        }
        return result
    }
}

extension FetchRequest.Repository {
    init(_ reader: inout WireReader) throws(WireError) {
        registry = try reader.text("registry")
        path = try reader.text("repository")
    }
}
