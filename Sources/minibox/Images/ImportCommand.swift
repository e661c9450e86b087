// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Images
internal import Linux
internal import OCI

extension ImportCommand {
    /// Makes the image and prints its id.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let name = try ImageReference(options.name)
        let engine = try globals.engine(under: options.lease)
        try engine.enterCommand()
        defer { engine.leaveCommand() }
        let image = try engine.images().importImage(
            from: ImportSource(options.source), as: name, changes: options.changes,
            message: options.message, platform: options.platform, created: Clock.wall)
        engine.record(
            event: .image(id: "\(image.id)", action: "import", attributes: ["name": image.reference?.familiar ?? ""]),
            as: "import")
        try Minibox.show("\(image.id)\n")
        return 0
    }
}
