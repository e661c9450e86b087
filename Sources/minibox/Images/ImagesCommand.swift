// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Images
internal import OCI

extension ImagesCommand {
    /// Prints the images.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        var images = try globals.engine.images().list()
        if let name = options.name {
            let wanted = try ImageReference(name)
            images.removeAll { image in
                image.reference.map { $0.name != wanted.name || (wanted.tag != nil && $0.tag != wanted.tag) } ?? true
            }
        }
        if options.showsIDsOnly {
            try Minibox.show(images.map { (options.isUntruncated ? "\($0.id)" : $0.id.short) + "\n" }.joined())
            return 0
        }
        switch options.format {
        case .json: try Minibox.show(images.map { String(decoding: $0.json.bytes(), as: UTF8.self) + "\n" }.joined())
        case .table:
            let digest = options.showsDigests ? ["DIGEST"] : []
            var table = Table(["REPOSITORY", "TAG"] + digest + ["IMAGE ID", "CREATED", "SIZE"])
            for image in images {
                let names = [image.reference?.familiarName ?? "<none>", image.reference?.tag ?? "<none>"]
                table.add(
                    names + (options.showsDigests ? ["\(image.manifestDigest)"] : []) + [
                        options.isUntruncated ? "\(image.id)" : image.id.short,
                        String((image.created ?? "").prefix(19)),
                        size(image.size),
                    ])
            }
            try Minibox.show(table.text)
        }
        return 0
    }

    /// Three digits and a unit, in powers of a thousand as docker shows them: `4.26MB`.
    static func size(_ bytes: Int64) -> String {
        var value = bytes * 100
        var unit = 0
        let units = ["B", "kB", "MB", "GB", "TB"]
        while value >= 100_000, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        // Hundredths below ten, tenths below a hundred, whole numbers above.
        let (whole, rest) = (value / 100, value % 100)
        if unit == 0 || whole >= 100 { return "\(whole)\(units[unit])" }
        if whole >= 10 { return "\(whole).\(rest / 10)\(units[unit])" }
        return "\(whole).\(rest < 10 ? "0" : "")\(rest)\(units[unit])"
    }
}

extension ImageSummary {
    fileprivate var json: JSON {
        .object(
            JSON.Object([
                ("ID", .string(id.description)), ("Repository", .string(reference?.familiarName ?? "<none>")),
                ("Tag", .string(reference?.tag ?? "<none>")), ("Digest", .string(manifestDigest.description)),
                ("CreatedAt", created.map(JSON.string) ?? .null), ("Size", .integer(size)),
            ]))
    }
}
