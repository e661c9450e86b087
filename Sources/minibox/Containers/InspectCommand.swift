// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Images
internal import OCI

extension InspectCommand {
    /// Prints one array of all that was named.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        var found: [JSON] = []
        var code: Int32 = 0
        for name in options.names {
            do {
                found.append(try inspect(name, options.kind, globals))
            } catch {
                Minibox.complain("\(error)")
                code = 1
            }
        }
        try Minibox.show(String(decoding: JSON.array(found).bytes(pretty: true), as: UTF8.self) + "\n")
        return code
    }

    private static func inspect(_ name: String, _ kind: Kind?, _ globals: GlobalOptions) throws -> JSON {
        if kind == .image { return try globals.engine.images().resolve(name).inspection }
        do {
            return try globals.engine.inspect(name).json
        } catch {
            guard kind == nil, error.code == .unknownContainer,
                let image = try? globals.engine.images().resolve(name)
            else { throw error }
            return image.inspection
        }
    }
}

extension Image {
    /// As `inspect` prints it, with docker's names.
    fileprivate var inspection: JSON {
        let names: [JSON] = reference.map { [.string($0.familiar)] } ?? []
        var object = JSON.Object([
            ("Id", .string(id.description)), ("RepoTags", .array(names)),
            ("Digest", .string(manifestDigest.description)),
        ])
        if let created = configuration.created { object["Created"] = .string(created) }
        object["Architecture"] = .string(configuration.platform.architecture)
        object["Os"] = .string(configuration.platform.os)
        object["Config"] = configuration.json["config"] ?? .object(JSON.Object())
        object["Size"] = .integer(layers.reduce(0) { $0 + $1.size })
        object["RootFS"] = .object(
            JSON.Object([
                ("Type", .string("layers")), ("Layers", .array(layers.map { .string($0.diffID.description) })),
            ]))
        object["Layers"] = .array(
            layers.map { layer in
                .object(
                    JSON.Object([
                        ("DiffID", .string(layer.diffID.description)), ("Path", .string(layer.path)),
                        ("Size", .integer(layer.size)), ("Entries", .integer(Int64(layer.entries))),
                    ]))
            })
        return .object(object)
    }
}
