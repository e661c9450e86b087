// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Images
internal import OCI

extension TagCommand {
    /// Gives an image another name.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let name = try ImageReference(options.name)
        let engine = try globals.engine(under: options.lease)
        try engine.enterCommand()
        defer { engine.leaveCommand() }
        let store = try engine.images()
        try store.tag(options.image, as: name)
        let id = "\(try store.resolve(name).id)"
        engine.record(event: .image(id: id, action: "tag", attributes: ["name": name.familiar]), as: "tag")
        return 0
    }
}
