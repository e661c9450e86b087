// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Images
internal import Linux
internal import OCI

extension ImagesCommand {
    /// Prints the images.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        var images = try globals.engine.images(options.filters)
        if let name = options.name {
            let wanted = try ImageReference(name)
            images.removeAll { image in
                image.reference.map { $0.name != wanted.name || (wanted.tag != nil && $0.tag != wanted.tag) } ?? true
            }
        }
        if options.showsIDsOnly, case .table = options.format {
            try Minibox.show(images.map { (options.isUntruncated ? "\($0.id)" : $0.id.short) + "\n" }.joined())
            return 0
        }
        let now = Clock.wall
        let rows = images.map { Row($0, now: now, isWhole: options.isUntruncated) }
        try Minibox.show(try RowPrinter.images(withDigests: options.showsDigests).text(rows, options.format))
        return 0
    }

    /// Three digits and a unit, in powers of a thousand as docker shows them: `4.26MB`.
    static func size(_ bytes: Int64) -> String {
        // What a manifest says of a size may be any number.
        let (scaled, isLarge) = bytes.multipliedReportingOverflow(by: 100)
        var value = isLarge ? bytes / 10 : scaled
        var unit = isLarge ? 1 : 0
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

extension RowPrinter {
    /// The list of images, with docker's columns.
    fileprivate static func images(withDigests: Bool) -> RowPrinter {
        RowPrinter(
            columns: ["Repository", "Tag"] + (withDigests ? ["Digest"] : []) + ["ID", "CreatedSince", "Size"],
            titles: [
                ("Repository", "REPOSITORY"), ("Tag", "TAG"), ("Digest", "DIGEST"), ("ID", "IMAGE ID"),
                ("CreatedSince", "CREATED"), ("CreatedAt", "CREATED AT"), ("Size", "SIZE"),
                ("Containers", "CONTAINERS"), ("SharedSize", "SHARED SIZE"), ("UniqueSize", "UNIQUE SIZE"),
                ("VirtualSize", "SIZE"),
            ])
    }
}

extension Row {
    /// An image, as it is at `now`. What sharing would have to be reckoned for is not, as in docker's list.
    fileprivate init(_ image: ImageSummary, now: FileTime, isWhole: Bool) {
        let size = ImagesCommand.size(image.size)
        self.init([
            ("ID", isWhole ? "\(image.id)" : image.id.short),
            ("Repository", image.reference?.familiarName ?? "<none>"), ("Tag", image.reference?.tag ?? "<none>"),
            ("Digest", "\(image.manifestDigest)"),
            ("CreatedSince", image.created.flatMap { humanAge(of: $0, now: now) }.map { $0 + " ago" } ?? "N/A"),
            ("CreatedAt", image.created.map(listedTime) ?? "N/A"), ("Size", size), ("VirtualSize", size),
            ("Containers", "N/A"), ("SharedSize", "N/A"), ("UniqueSize", "N/A"),
        ])
    }
}
