// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import OCI

/// What the process that has taken a layer tells at its end: JSON, over a pipe.
enum WorkerReport {
    case found(LayerFindings)
    case failed(ImageError)

    var bytes: [UInt8] {
        let json: JSON =
            switch self {
            case .found(let found):
                [
                    "digest": .string("\(found.digest)"), "size": JSON(found.size),
                    "format": .string("\(found.format)"),
                    "diffID": .string("\(found.diffID)"),
                ]
            case .failed(let error):
                [
                    "failed": .string(error.description), "subject": .string(error.subject),
                    "code": .string(Self.codes.first { $0.code == error.code }?.word ?? "archive"),
                ]
            }
        return json.bytes()
    }

    /// nil for what no worker writes.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes) else { return nil }
        if let words = json["failed"]?.string, let subject = json["subject"]?.string {
            let code = Self.codes.first { $0.word == json["code"]?.string }?.code ?? .badArchive
            self = .failed(ImageError(code, subject, words))
            return
        }
        let formats: [CompressionFormat] = [.none, .gzip, .zstd, .xz, .bzip2]
        guard let digest = json["digest"]?.string.flatMap({ try? Digest($0) }), let size = json["size"]?.int64,
            let diffID = json["diffID"]?.string.flatMap({ try? Digest($0) }),
            let format = formats.first(where: { "\($0)" == json["format"]?.string })
        else { return nil }
        self = .found(LayerFindings(digest: digest, size: size, format: format, diffID: diffID))
    }

    private static let codes: [(word: String, code: ImageError.Code)] = [
        ("archive", .badArchive), ("entry", .badEntry), ("damaged", .damaged), ("read", .cannotRead),
        ("write", .cannotWrite),
    ]
}
