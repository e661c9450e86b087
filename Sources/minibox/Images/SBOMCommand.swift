// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Builds
internal import Engine
internal import Images
internal import OCI

/// `minibox sbom IMAGE`, which is `minibox image sbom`.
enum SBOMCommand {
    /// In which form the list is written.
    enum Format: String, CaseIterable, Sendable { case spdx, cyclonedx }

    /// What its line says.
    struct Options: Sendable {
        var image = ""
        var format = Format.spdx
    }

    /// The table of `minibox sbom`.
    static func table() -> Command<Options> {
        Command(
            "List the packages of an image, each with the layer that brought it",
            discussion: [
                "It is read out of the databases of dpkg, apk and rpm in the image's layers. What was installed in "
                    + "another way, with pip or by hand, is in none of them, and not in the list."
            ],
            options: Options(), positionals: [.required("IMAGE") { $0.image = $1 }],
            flags: [
                .value("format", "spdx|cyclonedx", "Print SPDX 2.3 (the default) or CycloneDX 1.5", format) {
                    $0.format = $1
                }
            ])
    }

    private static func format(_ text: String) throws(SyntaxError) -> Format {
        guard let format = Format(rawValue: text) else {
            throw SyntaxError(text, "is no format of a list of packages", "write spdx or cyclonedx")
        }
        return format
    }

    /// Prints the document. What could not be read is in it, and is said to whoever called.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let store = try globals.engine.images()
        let image = try store.resolve(options.image)
        let hold = try store.hold(image)
        let bill = try BillOfMaterials(of: image)
        // Held up to here: the lists are read out of the layers.
        _ = consume hold
        for note in bill.inventory.notes { Minibox.complain("the list is not complete: \(note)") }
        let document =
            switch options.format {
            case .spdx: bill.spdx
            case .cyclonedx: bill.cycloneDX
            }
        try Minibox.show(String(decoding: document.bytes(pretty: true), as: UTF8.self) + "\n")
        return 0
    }
}
