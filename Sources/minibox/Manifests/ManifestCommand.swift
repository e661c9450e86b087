// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Images
internal import Linux
internal import OCI

/// `minibox manifest`: what images consist of, and lists of images for several machines.
enum ManifestCommand {
    /// What the line of any of them says.
    struct Options: Sendable {
        var list = ""
        var images: [String] = []
        var isVerbose = false
        var amends = false
        var os: String?
        var architecture: String?
        var variant: String?
        var annotations: [String: String] = [:]
        /// Whether all images of an index are meant, and not only that for this machine.
        var takesAll = false
        var registry = RegistryOptions()
    }

    /// How registries are asked, with docker's word for it.
    static let registryFlags = FlagGroup(
        "Registries",
        [.toggle("insecure", "Take any certificate of the registry, and http") { $0.registry.isInsecure = $1 }]
            + RegistryFlags.flags(at: \Options.registry))

    /// The table of `minibox manifest inspect`.
    static func inspectTable() -> Command<Options> {
        Command(
            "Show the manifest of an image, or the index of a list",
            discussion: ["What is not in the store is asked of its registry."], options: Options(),
            positionals: [.required("IMAGE") { $0.list = $1 }],
            groups: [
                FlagGroup(
                    "Options",
                    [
                        .toggle("verbose", short: "v", "Show digest, length and machine too, and all of a list") {
                            $0.isVerbose = $1
                        }
                    ]), registryFlags,
            ])
    }

    static func inspect(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let engine = try globals.engine
        let store = try engine.images()
        var document: ManifestDocument
        do throws(ImageError) {
            document = try store.document(options.list, withMembers: options.isVerbose)
        } catch {
            guard case .unknownImage = error.code, let reference = try? ImageReference(options.list) else {
                throw error
            }
            document = try asking([reference], options, engine, instead: error) { client throws(ImageError) in
                try client.document(reference, withMembers: options.isVerbose)
            }
        }
        let absent = document.members.indices.filter { document.members[$0].bytes.isEmpty }
        if !absent.isEmpty {
            let client = try client(absent.compactMap { document.members[$0].origin }, options, engine)
            for place in absent {
                guard let origin = document.members[place].origin else { continue }
                do throws(ImageError) { document.members[place].bytes = try client.document(origin).bytes } catch {
                    throw EngineError(registry: error)
                }
            }
        }
        let shown = options.isVerbose ? document.described : try JSON(parsing: document.bytes)
        try Minibox.show(String(decoding: shown.bytes(pretty: true), as: UTF8.self) + "\n")
        return 0
    }

    /// Asks registries for what the store has not; `former` says so.
    static func asking<R>(
        _ references: [ImageReference], _ options: Options, _ engine: Engine, instead former: ImageError,
        _ body: (RegistryClient) throws(ImageError) -> R
    ) throws -> R {
        do {
            let client = try client(references, options, engine)
            return try body(client)
        } catch let error as EngineError {
            throw EngineError(registry: former.after(error))
        } catch let error as ImageError {
            if case .interrupted = error.code { throw EngineError(registry: error) }
            throw EngineError(registry: former.after(error))
        }
    }

    private static func client(
        _ references: [ImageReference], _ options: Options, _ engine: Engine
    ) throws -> RegistryClient {
        let signals = try SignalQueue(of: SignalQueue.ending)
        return try engine.client(try RegistryEnvironment(options.registry), references, interruptedBy: signals)
    }

    /// The table of `minibox manifest create`.
    static func createTable() -> Command<Options> {
        Command(
            "Make a list of images for several machines",
            discussion: [
                "The images are of the store, or of registries where the store has none of that name; they stay what they "
                    + "are, and are not pulled. 'manifest push' and 'save' write the list as one image, of which each "
                    + "machine takes its own."
            ],
            options: Options(),
            positionals: [.required("LIST") { $0.list = $1 }, .anyNumber("IMAGE") { $0.images.append($1) }],
            groups: [
                FlagGroup(
                    "Options",
                    [
                        .toggle("amend", short: "a", "Add to a list that is there already") { $0.amends = $1 },
                        allOfAnIndex,
                    ]), registryFlags,
            ])
    }

    private static var allOfAnIndex: Flag<Options> {
        .toggle("all", "Take all images of an index in a registry, not only that for this machine") { $0.takesAll = $1 }
    }

    static func create(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        let members = try members(options, try globals.engine)
        return try changing(options, globals) { store, name in
            try store.makeList(name, of: members, amends: options.amends)
            try Minibox.show("\(name.familiar)\n")
        }
    }

    /// The table of `minibox manifest add`.
    static func addTable() -> Command<Options> {
        Command(
            "Add images to a list", options: Options(),
            positionals: [.required("LIST") { $0.list = $1 }, .oneOrMore("IMAGE") { $0.images.append($1) }],
            groups: [FlagGroup("Options", [allOfAnIndex]), registryFlags])
    }

    static func add(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        let members = try members(options, try globals.engine)
        return try changing(options, globals) { store, name in try store.add(members, to: name) }
    }

    /// What is to be in a list: images of the store, and of registries those that it has not.
    private static func members(_ options: Options, _ engine: Engine) throws -> [ImageList.Member] {
        try Minibox.requireRoot()
        let store = try engine.images()
        var result: [ImageList.Member] = []
        for text in options.images {
            do throws(ImageError) { result.append(try store.member(text)) } catch {
                guard case .unknownImage = error.code, let reference = try? ImageReference(text) else { throw error }
                result += try asking([reference], options, engine, instead: error) { client throws(ImageError) in
                    try client.members(of: reference, all: options.takesAll)
                }
            }
        }
        return result
    }

    /// The table of `minibox manifest remove`.
    static func removeTable() -> Command<Options> {
        Command(
            "Take images out of a list", options: Options(),
            positionals: [
                .required("LIST") { $0.list = $1 }, .oneOrMore("IMAGE|DIGEST") { $0.images.append($1) },
            ], flags: [])
    }

    static func remove(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try changing(options, globals) { store, name in
            try store.changeList(name) { list throws(ImageError) in
                for image in options.images { try list.change(image) { _ in nil } }
            }
        }
    }

    /// The table of `minibox manifest rm`.
    static func removeListsTable() -> Command<Options> {
        Command(
            "Remove lists; their images stay", options: Options(),
            positionals: [.oneOrMore("LIST") { $0.images.append($1) }], flags: [])
    }

    static func removeLists(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        for text in options.images {
            var each = options
            each.list = text
            _ = try changing(each, globals) { store, name in
                try store.removeList(name)
                try Minibox.show("\(name.familiar)\n")
            }
        }
        return 0
    }

    /// The table of `minibox manifest annotate`.
    static func annotateTable() -> Command<Options> {
        Command(
            "Say in a list which machines an image is for, or something else of it", options: Options(),
            positionals: [
                .required("LIST") { $0.list = $1 }, .required("IMAGE|DIGEST") { $0.images.append($1) },
            ],
            flags: [
                .text("os", "OS", "Its operating system, as in linux") { $0.os = $1 },
                .text("arch", "ARCH", "Its processor, as in arm64") { $0.architecture = $1 },
                .text("variant", "VARIANT", "Which of these, as in v7") { $0.variant = $1 },
                .list("annotation", "KEY=VALUE", "Note this of it", Annotation.init(parsing:)) {
                    $0.annotations[$1.key] = $1.value
                },
            ])
    }

    static func annotate(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try changing(options, globals) { store, name in
            try store.changeList(name) { list throws(ImageError) in
                for image in options.images { try list.change(image) { annotated($0, options) } }
            }
        }
    }

    private static func annotated(_ member: ImageList.Member, _ options: Options) -> ImageList.Member {
        var member = member
        var platform = member.descriptor.platform ?? .current
        if let os = options.os { platform.os = os }
        if let architecture = options.architecture {
            platform.architecture = architecture
            platform.variant = nil
        }
        if let variant = options.variant { platform.variant = variant.isEmpty ? nil : variant }
        member.descriptor.platform = platform
        member.descriptor.annotations.merge(options.annotations) { $1 }
        return member
    }

    private static func changing(
        _ options: Options, _ globals: GlobalOptions, _ body: (ImageStore, ImageReference) throws -> Void
    ) throws -> Int32 {
        try Minibox.requireRoot()
        let name = try ImageReference(options.list)
        let engine = try globals.engine
        try engine.enterCommand()
        defer { engine.leaveCommand() }
        try body(try engine.images(), name)
        engine.record(Action("manifest", image: name.familiar))
        return 0
    }
}

/// `KEY=VALUE`.
private struct Annotation {
    let key: String
    let value: String

    init(parsing text: String) throws(SyntaxError) {
        guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")), equals != text.startIndex else {
            throw SyntaxError(text, "is no annotation", "write KEY=VALUE")
        }
        key = String(text[..<equals])
        value = String(text[text.utf8.index(after: equals)...])
    }
}
