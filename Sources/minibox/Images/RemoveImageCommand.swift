// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Images
internal import OCI

extension RemoveImageCommand {
    /// Takes each name away, and with the last one the image; one that cannot go does not keep the others.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let engine = try globals.engine
        defer { engine.giveBackSpace() }
        let store = try engine.images()
        var code: Int32 = 0
        for name in options.images {
            do {
                let removal = try store.remove(name, force: options.isForced) { engine.user(ofImage: $0.description) }
                for reference in removal.untagged {
                    engine.record(
                        event: .image(
                            id: reference.familiar, action: "untag", attributes: ["name": reference.familiar]),
                        as: "rmi")
                    try Minibox.show("Untagged: \(reference.familiar)\n")
                }
                if let id = removal.deleted {
                    engine.record(event: .image(id: "\(id)", action: "delete"))
                    if removal.untagged.isEmpty { engine.record(Action("rmi", image: "", digest: "\(id)")) }
                    try Minibox.show("Deleted: \(id)\n")
                }
            } catch {
                Minibox.complain("\(error)")
                code = 1
            }
        }
        return code
    }
}
