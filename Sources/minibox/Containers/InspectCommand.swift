// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Images
internal import OCI
internal import Templates

extension InspectCommand {
    /// Prints all that was named; what is not there does not keep the rest.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        if options.showsSecurity { return try showSecurity(options, globals) }
        var found: [JSON] = []
        var code: Int32 = 0
        for name in options.names {
            do {
                let json = try inspect(name, options, globals)
                if case .template(let template) = options.format {
                    try Minibox.show(try template.text(of: json) + "\n")
                }
                found.append(json)
            } catch {
                Minibox.complain("\(error)")
                code = 1
            }
        }
        switch options.format {
        case .list: try Minibox.show(String(decoding: JSON.array(found).bytes(pretty: true), as: UTF8.self) + "\n")
        case .json: try Minibox.show("\(JSON.array(found))\n")
        case .template: break
        }
        return code
    }

    private static func showSecurity(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        var audit = AuditCommand.Options()
        audit.names = options.names
        audit.isWhole = true
        switch options.format {
        case .list: break
        case .json: audit.format = .json
        case .template:
            throw SyntaxError("--format", "takes no template beside --security", "write json, or leave it out")
        }
        return try AuditCommand.perform(audit, globals)
    }

    private static func inspect(_ name: String, _ options: Options, _ globals: GlobalOptions) throws -> JSON {
        let engine = try globals.engine
        switch options.kind {
        case .container: return try engine.inspection(of: name, withSize: options.showsSizes)
        case .image: return try engine.images().resolve(name).inspection
        case .volume: return try engine.volume(name).inspection
        case .network: return try engine.inspection(of: engine.network(name))
        case nil: break
        }
        do {
            return try engine.inspection(of: name, withSize: options.showsSizes)
        } catch {
            guard error.code == .unknownContainer else { throw error }
            if let image = try? engine.images().resolve(name) { return image.inspection }
            if let volume = try? engine.volume(name) { return volume.inspection }
            if let network = try? engine.network(name) { return try engine.inspection(of: network) }
            throw error
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
